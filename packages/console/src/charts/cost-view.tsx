/** What a run was planned to cost, and what it took. */
import type { RunDetail } from '@secureflow/api'
import { Card, Table } from 'antd'
import { useMemo } from 'react'
import { type CostLine, costLines, stepCosts } from '../results/cost.ts'
import { timeFigure } from '../results/options.ts'
import { useText } from '../text/index.ts'
import { bytes, decimal, seconds } from '../words.ts'
import { FigureView } from './figure-view.tsx'

export function CostView({ run, self }: { run: RunDetail; self: string }) {
  const { locale, text } = useText()
  const words = text.results
  const figure = useMemo(() => timeFigure(stepCosts(run), text), [run, text])
  const said = (unit: CostLine['unit'], value: number | undefined) =>
    value === undefined ? '' : saidOf(unit, value, locale)
  return (
    <Card title={words.cost} size="small">
      <p className="quiet">{words.costAbout}</p>
      <div className="figures">
        <Table
          rowKey="key"
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={costLines(run, self)}
          columns={[
            { title: words.quantity, dataIndex: 'key', render: (key: string) => costName(key, text) },
            { title: words.planned, render: (_, { unit, planned }) => said(unit, planned) },
            { title: words.actual, render: (_, { unit, actual }) => said(unit, actual) },
            {
              title: words.ratio,
              render: (_, { planned, actual }) =>
                planned === undefined || planned === 0 || actual === undefined ? '' : decimal(actual / planned, locale),
            },
          ]}
        />
        <FigureView figure={figure} file="cost" />
      </div>
    </Card>
  )
}

export function saidOf(unit: CostLine['unit'], value: number, locale: 'en' | 'zh'): string {
  if (unit === 'seconds') return seconds(value, locale)
  return unit === 'bytes' ? bytes(value, locale) : decimal(value, locale)
}

type Text = ReturnType<typeof useText>['text']

export function costName(key: string, { results }: Text): string {
  const named = {
    wholeRun: results.wholeRun,
    computing: results.computing,
    memory: results.memory,
    rounds: results.rounds,
  }
  return named[key as keyof typeof named] ?? key.replace('>', ' → ')
}
