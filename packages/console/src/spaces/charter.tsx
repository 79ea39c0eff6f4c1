/** A charter with everything that a person needs to sign it. */
import type { CharterView, SpaceDetail } from '@secureflow/api'
import { Alert, Card, Descriptions } from 'antd'
import { Mark, type Tone } from '../parts/mark.tsx'
import { useText } from '../text/index.ts'
import { day, number } from '../words.ts'
import { House } from './house.tsx'

const wordTones: Record<CharterView['standing'][number]['word'], Tone> = {
  waiting: 'plain',
  accept: 'good',
  refuse: 'bad',
  change: 'news',
}
const stateTones: Record<CharterView['state'], Tone> = {
  open: 'busy',
  force: 'good',
  refused: 'bad',
  withdrawn: 'plain',
  replaced: 'plain',
}

export function Charter({ view, delivery }: { view: CharterView; delivery: SpaceDetail['delivery'] }) {
  const { locale, text } = useText()
  const { charter, standing, state } = view
  const { terms } = charter
  const told = (member: string) => delivery.find((d) => d.member === member)?.delivered
  return (
    <Card
      size="small"
      title={
        <>
          {text.spaces.charter(charter.revision)} <Mark tone={stateTones[state]}>{text.spaces.states[state]}</Mark>
        </>
      }
    >
      <div className="stack">
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            { key: 'goal', label: text.spaces.steps.goal, children: text.spaces.goal[charter.goal] },
            { key: 'purpose', label: text.spaces.purpose, children: charter.purpose },
            {
              key: 'period',
              label: text.spaces.period,
              children: `${day(terms.from, locale)} – ${day(terms.until, locale)}`,
            },
            { key: 'runs', label: text.spaces.runs, children: number(terms.runs, locale) },
            { key: 'flows', label: text.spaces.flowRule, children: text.spaces.flowRules[terms.flows] },
          ]}
        />
        <section>
          <strong>{text.spaces.signatures}</strong>
          <ul className="plain">
            {standing.map(({ member, word, text: said }) => (
              <li key={member} className="row">
                <span>{member}</span>
                <Mark tone={wordTones[word]}>{text.spaces.words[word]}</Mark>
                {told(member) !== undefined && (
                  <span className="quiet">{told(member) ? text.spaces.delivered : text.spaces.undelivered}</span>
                )}
                {said !== '' && <q>{said}</q>}
              </li>
            ))}
          </ul>
        </section>
        <section>
          <strong>{text.spaces.gives}</strong>
          <ul className="plain">
            {charter.gives.map((g) => (
              <li key={`${g.member} ${g.asset}`}>
                <strong>{g.member}</strong>: {g.name} ({text.spaces.rows(number(g.rows, locale))})
                <div className="quiet wrap">{g.columns.map((c) => c.name).join(', ')}</div>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <strong>{text.spaces.sees}</strong>
          <ul className="plain">
            {terms.sees.map(({ member, what }) => (
              <li key={member}>
                <strong>{member}</strong>: {what.map((w) => text.spaces.kind[w] ?? w).join(', ') || text.common.none}
              </li>
            ))}
          </ul>
        </section>
        {view.flows.map(({ name, leaves, learns, problems }) => (
          <section key={name}>
            <h3>{name}</h3>
            {problems.map((p) => (
              <Alert key={`${p.code} ${p.say.en.what}`} type="error" showIcon title={p.say[locale].what} />
            ))}
            <House house={{ leaves, learns }} />
          </section>
        ))}
      </div>
    </Card>
  )
}
