import { components } from '@secureflow/components/declarations'
import { notation } from '@secureflow/flow/notation'
import { Card, Collapse } from 'antd'
import { settingsOf } from '../canvas/schema.ts'
import { Page } from '../parts/page.tsx'
import { useText } from '../text/index.ts'

export function Help() {
  const { locale, text } = useText()
  return (
    <Page title={text.help.title} about={text.help.about}>
      <div className="stack">
        <Collapse
          items={[...components.values()].map((c) => ({
            key: c.name,
            label: (
              <>
                <strong>{c.title[locale]}</strong> <span className="mono quiet">{c.name}</span>
              </>
            ),
            children: (
              <div className="stack">
                <p>{c.about[locale]}</p>
                <Named
                  title={text.help.parts}
                  entries={Object.entries(c.parts).map(([name, { about }]) => [name, about[locale]])}
                />
                <Named
                  title={text.help.inputs}
                  entries={Object.entries(c.inputs).map(([name, { about }]) => [name, about[locale]])}
                />
                <Named
                  title={text.help.outputs}
                  entries={Object.entries(c.outputs).map(([name, { about }]) => [name, about[locale]])}
                />
                <Named
                  title={text.help.settings}
                  entries={settingsOf(c).map(({ name, label, help }) => [
                    name,
                    `${label[locale]}. ${help[locale]} (${notation(c.params.shape[name] as never)})`,
                  ])}
                />
                <div>
                  <strong>{text.flows.discloses}</strong>: {text.flows.model[c.securityModel]}
                </div>
              </div>
            ),
          }))}
        />
        <Card title={text.help.glossary}>
          <Named title="" entries={Object.entries(text.help.words)} />
        </Card>
      </div>
    </Page>
  )
}

function Named({ title, entries }: { title: string; entries: [string, string][] }) {
  if (entries.length === 0) return null
  return (
    <div>
      {title !== '' && <strong>{title}</strong>}
      <ul style={{ margin: '4px 0', paddingInlineStart: 18 }}>
        {entries.map(([name, about]) => (
          <li key={name}>
            <span className="mono">{name}</span>: {about}
          </li>
        ))}
      </ul>
    </div>
  )
}
