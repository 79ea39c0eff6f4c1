import { components } from '@secureflow/components/declarations'
import { Link } from '@tanstack/react-router'
import { Card, Input } from 'antd'
import { useState } from 'react'
import { Page } from '../parts/page.tsx'
import { useText } from '../text/index.ts'

export function Help() {
  const { locale, text } = useText()
  const [wanted, setWanted] = useState('')
  const holds = (...said: string[]) => said.join(' ').toLowerCase().includes(wanted.trim().toLowerCase())
  const steps = [...components.values()].filter((c) => holds(c.name, c.title[locale], c.about[locale]))
  const stages = [...new Set(steps.map((c) => c.stage))]
  const words = Object.entries(text.help.words).filter(([word, about]) => holds(word, about))
  return (
    <Page title={text.help.title} about={text.help.about}>
      <div className="stack">
        <Input
          allowClear
          aria-label={text.help.search}
          placeholder={text.help.search}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        {steps.length + words.length === 0 && <p className="quiet">{text.help.none}</p>}
        {stages.map((stage) => (
          <Card key={stage} size="small" title={text.flows.stage[stage]}>
            <ul className="plain">
              {steps
                .filter((c) => c.stage === stage)
                .map((c) => (
                  <li key={c.name}>
                    <Link to="/help/$component" params={{ component: c.name }}>
                      {c.title[locale]}
                    </Link>{' '}
                    <span className="mono quiet">{c.name}</span>
                    <div className="quiet">{c.about[locale]}</div>
                  </li>
                ))}
            </ul>
          </Card>
        ))}
        {words.length > 0 && (
          <Card size="small" title={text.help.glossary}>
            <dl className="facts">
              {words.map(([word, about]) => (
                <div key={word}>
                  <dt>{word}</dt>
                  <dd>{about}</dd>
                </div>
              ))}
            </dl>
          </Card>
        )}
      </div>
    </Page>
  )
}
