// biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
/** A picture and the same figures as a table; both can be taken along. */
import { Button, Segmented, Table } from 'antd'
import type { EChartsCoreOption } from 'echarts/core'
import { type ReactNode, useState } from 'react'
import { Chart, svgOf } from '../charts/chart.tsx'
import { csvTable } from '../parts/csv.ts'
import { download } from '../parts/download.ts'
import { useText } from '../text/index.ts'

interface FigureProps {
  title: string
  about?: ReactNode
  file: string
  option: EChartsCoreOption
  head: readonly string[]
  rows: readonly (readonly (string | number | null)[])[]
  height?: number
}

export function Figure({ title, about, file, option, head, rows, height = 220 }: FigureProps) {
  const { text } = useText()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  return (
    <section aria-label={title} style={{ minWidth: 0 }}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <strong style={{ overflowWrap: 'anywhere' }}>{title}</strong>
        <span className="row">
          <Segmented
            size="small"
            value={view}
            onChange={setView}
            options={[
              { value: 'chart', label: text.common.chart },
              { value: 'table', label: text.common.table },
            ]}
          />
          <Button size="small" onClick={() => download(`${file}.csv`, 'text/csv', csvTable([head, ...rows]))}>
            CSV
          </Button>
          <Button size="small" onClick={() => download(`${file}.svg`, 'image/svg+xml', svgOf(option))}>
            SVG
          </Button>
        </span>
      </div>
      {about}
      {view === 'chart' ? (
        <Chart option={option} label={title} height={height} />
      ) : (
        <section
          tabIndex={0}
          aria-label={`${title}: ${text.common.table}`}
          style={{ maxHeight: height, overflow: 'auto' }}
        >
          <Table
            rowKey={(row) => row.join(' ')}
            size="small"
            pagination={false}
            dataSource={[...rows]}
            columns={head.map((name, c) => ({ title: name, key: `${c}`, render: (_: unknown, row) => row[c] }))}
          />
        </section>
      )}
    </section>
  )
}
