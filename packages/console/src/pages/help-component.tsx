/** One step: what it does, takes and gives, what it discloses, what is known against it. */
import { apiErrors } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { notation } from '@secureflow/flow/notation'
import { Link, useParams } from '@tanstack/react-router'
import { Card } from 'antd'
import { useMemo } from 'react'
import { settingsOf } from '../canvas/schema.ts'
import { disclosedByComponent } from '../help/disclosed.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Page } from '../parts/page.tsx'
import { useText } from '../text/index.ts'

export function HelpComponent() {
  const { component: name } = useParams({ strict: false }) as { component: string }
  const { locale, text } = useText()
  const disclosed = useMemo(disclosedByComponent, [])
  const c = components.get(name)
  const back = (
    <Link to="/help" className="button">
      {text.help.back}
    </Link>
  )
  if (c === undefined)
    return (
      <Page title={text.help.title} actions={back}>
        <Failure error={apiErrors.API_NOT_FOUND({ name })} />
      </Page>
    )
  const learnt = disclosed.get(name) ?? []
  const kinds = [...new Set(learnt.map((d) => d.what))]
  return (
    <Page title={c.title[locale]} about={c.name} actions={back}>
      <div className="stack">
        <p>{c.about[locale]}</p>
        <Card size="small" title={text.help.discloses}>
          {learnt.length === 0 ? (
            <p>{text.help.disclosesNothing}</p>
          ) : (
            <>
              <ul>
                {learnt.map(({ to, what }) => (
                  <li key={`${to} ${what}`}>
                    {text.help.learns(to, text.run.what[what as keyof typeof text.run.what] ?? what)}
                  </li>
                ))}
              </ul>
              <p className="quiet">{text.help.example}</p>
            </>
          )}
        </Card>
        <Card size="small" title={text.help.attacks}>
          <p>
            <Mark>{text.flows.model[c.securityModel]}</Mark>
          </p>
          <p>{text.help.modelOf[c.securityModel]}</p>
          <dl className="facts">
            {kinds.map((kind) => (
              <div key={kind}>
                <dt>{text.run.what[kind as keyof typeof text.run.what] ?? kind}</dt>
                <dd>{text.help.attackOf[kind]}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <Named
          title={text.help.parts}
          entries={Object.entries(c.parts).map(([part, { about }]) => [part, about[locale]])}
        />
        <Named
          title={text.help.inputs}
          entries={Object.entries(c.inputs).map(([port, { about }]) => [port, about[locale]])}
        />
        <Named
          title={text.help.outputs}
          entries={Object.entries(c.outputs).map(([port, { about }]) => [port, about[locale]])}
        />
        <Named
          title={text.help.settings}
          entries={settingsOf(c).map(({ name: setting, label, help }) => [
            setting,
            `${label[locale]}. ${help[locale]} (${notation(c.params.shape[setting] as never)})`,
          ])}
        />
      </div>
    </Page>
  )
}

function Named({ title, entries }: { title: string; entries: [string, string][] }) {
  if (entries.length === 0) return null
  return (
    <Card size="small" title={title}>
      <dl className="facts">
        {entries.map(([name, about]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
