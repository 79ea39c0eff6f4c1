/** Two to four runs side by side: what differs, figures, curves over each other, cost. */
import type { RunDetail } from '@secureflow/api'
import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Card, Select, Table } from 'antd'
import { useMemo } from 'react'
import { costName, saidOf } from '../charts/cost-view.tsx'
import { FigureView } from '../charts/figure-view.tsx'
import { Failure } from '../parts/failure.tsx'
import { figureName } from '../parts/figures.ts'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { RunStatus } from '../parts/status.tsx'
import { runQuery, runsQuery, sessionQuery } from '../queries.ts'
import { chosenRuns, differences, mostRuns } from '../results/compare.ts'
import { costLines } from '../results/cost.ts'
import { lowerIsBetter, quality } from '../results/gain.ts'
import { curveFigure, curveKinds } from '../results/options.ts'
import { type Text, useText } from '../text/index.ts'
import { decimal, moment, short } from '../words.ts'

export function Compare() {
  const { locale, text } = useText()
  const words = text.results.compare
  const go = useNavigate()
  const { runs: asked } = useSearch({ strict: false }) as { runs?: string }
  const chosen = chosenRuns(asked)
  const all = useQuery(runsQuery)
  const { found, error } = useQueries({ queries: chosen.map((run) => runQuery(run)), combine })
  return (
    <Page title={words.title} about={words.about}>
      <div className="stack">
        <Loaded query={all}>
          {(runs) => (
            <div>
              <label htmlFor="compared">{words.choose}</label>
              <Select
                id="compared"
                mode="multiple"
                maxCount={mostRuns}
                style={{ width: '100%' }}
                placeholder={words.chooseHelp}
                value={chosen}
                optionFilterProp="label"
                options={runs.map((r) => ({
                  value: r.run,
                  label: `${r.flow} · ${moment(r.startedAt, locale)} · ${short(r.run)}`,
                }))}
                onChange={(ids: string[]) => void go({ to: '/runs/compare', search: { runs: ids.join(',') } })}
              />
            </div>
          )}
        </Loaded>
        {error !== undefined && <Failure error={error} />}
        {found.length < 2 ? <p className="quiet">{words.tooFew}</p> : <SideBySide runs={found} />}
      </div>
    </Page>
  )
}

/** Outside of the page, so that what it gives stays the same while the answers do. */
const combine = (all: UseQueryResult<RunDetail>[]) => ({
  found: all.flatMap((d) => d.data ?? []),
  error: all.find((d) => d.isError)?.error,
})

const namesOf = (runs: readonly RunDetail[]) => runs.map((r, i) => `${i + 1}: ${r.flow} ${short(r.run)}`)
const reported = (runs: readonly RunDetail[]) => [
  ...new Set(runs.flatMap((r) => r.reports.map((report) => report.step))),
]

function overlaid(runs: readonly RunDetail[], text: Text) {
  const names = namesOf(runs)
  return reported(runs).flatMap((step) =>
    curveKinds.flatMap((kind) => {
      const curves = runs.flatMap((r, i) => {
        const curve = r.reports.find((report) => report.step === step)?.curves?.[kind]
        return curve === undefined ? [] : [{ name: names[i]!, ...curve }]
      })
      return curves.length === 0 ? [] : [{ step, figure: curveFigure(kind, curves, text) }]
    }),
  )
}

function SideBySide({ runs }: { runs: RunDetail[] }) {
  const { locale, text } = useText()
  const words = text.results.compare
  const self = useQuery(sessionQuery).data?.node.name ?? ''
  const names = namesOf(runs)
  const column = <T,>(cell: (row: T, i: number) => React.ReactNode) =>
    runs.map((r, i) => ({
      key: r.run,
      title: names[i]!,
      render: (_: unknown, row: T) => cell(row, i),
    }))
  const steps = reported(runs)
  const figures = useMemo(() => overlaid(runs, text), [runs, text])
  const metrics = steps.flatMap((step) =>
    quality.map((name) => ({
      key: `${step} ${name}`,
      step,
      name,
      values: runs.map((r) => r.reports.find((report) => report.step === step)?.figures[name]),
    })),
  )
  const costs = runs.map((r) => costLines(r, self))
  const costKeys = [...new Set(costs.flatMap((lines) => lines.map((l) => l.key)))]
  return (
    <>
      <Card size="small" title={words.parameters}>
        <Table
          rowKey="where"
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={differences(runs)}
          locale={{ emptyText: words.noDifference }}
          columns={[
            { title: '', dataIndex: 'where', render: (where: string) => <span className="mono">{where}</span> },
            ...column<{ values: (string | undefined)[] }>(({ values }, i) => (
              <span className="mono">{values[i] ?? <span className="quiet">{words.absent}</span>}</span>
            )),
          ]}
        />
      </Card>
      <Card size="small" title={words.metrics}>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={metrics.filter((m) => m.values.some((v) => v !== undefined))}
          locale={{ emptyText: words.noReports }}
          columns={[
            { title: text.common.step, dataIndex: 'step' },
            { title: '', dataIndex: 'name', render: (name: string) => figureName(name, text) },
            ...column<(typeof metrics)[number]>(({ name, values }, i) => {
              const value = values[i]
              if (value === undefined) return ''
              const known = values.filter((v) => v !== undefined)
              const best = lowerIsBetter(name) ? Math.min(...known) : Math.max(...known)
              return (
                <>
                  {decimal(value, locale)}{' '}
                  {value === best && new Set(known).size > 1 && <Mark tone="good">{words.best}</Mark>}
                </>
              )
            }),
          ]}
        />
      </Card>
      {figures.length > 0 && (
        <Card size="small" title={words.curves}>
          <div className="figures">
            {figures.map(({ step, figure }) => (
              <FigureView
                key={`${step} ${figure.key}`}
                figure={steps.length > 1 ? { ...figure, title: `${step}: ${figure.title}` } : figure}
                file={`compare-${step}`}
              />
            ))}
          </div>
        </Card>
      )}
      <Card size="small" title={words.cost}>
        <Table
          rowKey="key"
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={costKeys.map((key) => ({ key }))}
          columns={[
            { title: '', dataIndex: 'key', render: (key: string) => costName(key, text) },
            ...column<{ key: string }>(({ key }, i) => {
              const line = costs[i]!.find((l) => l.key === key)
              return line?.actual === undefined ? '' : saidOf(line.unit, line.actual, locale)
            }),
          ]}
        />
        <p className="row">
          {runs.map((r, i) => (
            <span key={r.run}>
              <Link to="/runs/$run" params={{ run: r.run }}>
                {names[i]}
              </Link>{' '}
              <RunStatus status={r.status} />
            </span>
          ))}
        </p>
      </Card>
    </>
  )
}
