/** What is left: of the datasets whose terms set a limit, and of the spaces in force. */
import type { Dataset, SpaceSummary } from '@secureflow/api'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card } from 'antd'
import { datasetQuery, usageQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { day, decimal, number } from '../words.ts'

/** Those that are looked at; a page with hundreds of datasets asks for none of the others. */
const shown = 20

export function Budget({ datasets, spaces }: { datasets: readonly Dataset[]; spaces: readonly SpaceSummary[] }) {
  const { locale, text } = useText()
  const details = useQueries({ queries: datasets.slice(0, shown).map((d) => datasetQuery(d.name)) })
  const limited = details.flatMap(({ data }) => {
    if (data === undefined) return []
    const { terms } = data
    const epsilon = typeof terms.epsilon === 'object' ? terms.epsilon : undefined
    return terms.uses === undefined && epsilon === undefined ? [] : [{ ...data, uses: terms.uses, epsilon }]
  })
  const active = spaces.filter((s) => s.status === 'active')
  return (
    <Card size="small" title={text.home.budget}>
      {limited.length === 0 && active.length === 0 && <span className="quiet">{text.home.noBudget}</span>}
      <ul className="plain">
        {limited.map(({ id, name, uses, epsilon }) => (
          <li key={id}>
            <div className="row">
              <Link to="/data/$name" params={{ name }}>
                {name}
              </Link>
            </div>
            {uses !== undefined && <UsesLeft asset={id} all={uses} />}
            {epsilon !== undefined && <EpsilonLeft asset={id} all={epsilon.atMost} days={epsilon.days} />}
          </li>
        ))}
        {active.map(({ id, title, runs, runsUsed, until }) => (
          <li key={id}>
            <div className="row">
              <Link to="/spaces/$id" params={{ id }}>
                {title}
              </Link>
            </div>
            <div className="quiet">
              {text.spaces.runsLeft(number(Math.max(0, runs - runsUsed), locale), number(runs, locale))},{' '}
              {text.home.until(day(until, locale))}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function UsesLeft({ asset, all }: { asset: string; all: number }) {
  const { locale, text } = useText()
  const { data } = useQuery(usageQuery(undefined))
  if (data === undefined) return null
  const used = data.assets?.find((a) => a.asset === asset)?.uses ?? 0
  return <div className="quiet">{text.home.uses(number(Math.max(0, all - used), locale), number(all, locale))}</div>
}

function EpsilonLeft({ asset, all, days }: { asset: string; all: number; days: number }) {
  const { locale, text } = useText()
  const { data } = useQuery(usageQuery(days))
  if (data === undefined) return null
  const spent = data.assets?.find((a) => a.asset === asset)?.epsilon ?? 0
  const left = decimal(Math.max(0, all - spent), locale)
  return <div className="quiet">{text.home.epsilon(left, decimal(all, locale), number(days, locale))}</div>
}
