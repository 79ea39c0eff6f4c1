/** One figure: chart or table, and files to take along. */
import { Button, Segmented, Table } from 'antd'
import { type ReactNode, useState } from 'react'
import { download } from '../parts/download.ts'
import { useAction } from '../parts/use-action.ts'
import { csvOf } from '../results/csv.ts'
import type { Figure } from '../results/options.ts'
import { useText } from '../text/index.ts'
import { decimal } from '../words.ts'
import { Chart, pngOf, svgOf } from './chart.tsx'

interface FigureViewProps {
  figure: Figure
  /** Names of the files begin with it. */
  file: string
  children?: ReactNode
}

export function FigureView({ figure, file, children }: FigureViewProps) {
  const { locale, text } = useText()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const { key, title, option, columns, rows, height } = figure
  const name = `${file}-${key}`
  const png = useAction(async () => download(`${name}.png`, 'image/png', await pngOf(option, height)))
  return (
    <section aria-label={title} className="figure-box">
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <strong>{title}</strong>
        <span className="row no-print">
          <Segmented
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'chart', label: text.common.chart },
              { value: 'table', label: text.common.table },
            ]}
          />
          <Button size="small" onClick={() => download(`${name}.csv`, 'text/csv', csvOf(columns, rows))}>
            CSV
          </Button>
          <Button size="small" onClick={() => download(`${name}.svg`, 'image/svg+xml', svgOf(option, height))}>
            SVG
          </Button>
          <Button size="small" loading={png.busy} onClick={() => void png.run()}>
            PNG
          </Button>
        </span>
      </div>
      {view === 'chart' ? (
        <Chart option={option} label={title} height={height} />
      ) : (
        <Table
          rowKey="i"
          size="small"
          virtual
          pagination={false}
          scroll={{ x: 110 * columns.length, y: 260 }}
          dataSource={rows.map((cells, i) => ({ i, cells }))}
          columns={columns.map((column, c) => ({
            title: column,
            width: 110,
            render: (_: unknown, { cells }: { cells: (typeof rows)[number] }) => {
              const cell = cells[c]
              return typeof cell === 'number' ? decimal(cell, locale) : (cell ?? '')
            },
          }))}
        />
      )}
      {children}
    </section>
  )
}
