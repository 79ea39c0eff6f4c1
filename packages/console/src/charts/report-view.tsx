/** A report of a run: figures, curves with a table view, and files to take along. */
import type { RunReport } from '@secureflow/api'
import { Button, Card, Segmented, Statistic, Table } from 'antd'
import { useMemo, useState } from 'react'
import { download } from '../parts/download.ts'
import { figureName } from '../parts/figures.ts'
import { useText } from '../text/index.ts'
import { decimal } from '../words.ts'
import { Chart, svgOf } from './chart.tsx'

export function ReportView({ report }: { report: RunReport }) {
  const { locale, text } = useText()
  return (
    <Card title={report.step} extra={<span className="quiet">{report.title}</span>}>
      <div className="tiles" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(110px, 1fr))' }}>
        {Object.entries(report.figures).map(([name, value]) => (
          <Statistic
            key={name}
            title={figureName(name, text)}
            value={decimal(value, locale)}
            styles={{ content: { fontSize: 18 } }}
          />
        ))}
      </div>
      <div
        className="tiles"
        style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(420px, 100%), 1fr))', marginTop: 16 }}
      >
        {Object.entries(report.curves ?? {}).map(([name, curve]) => (
          <Curve key={name} name={name} curve={curve} file={`${report.step}-${name}`} />
        ))}
      </div>
      {report.notes?.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
    </Card>
  )
}

interface CurveProps {
  name: string
  curve: { x: number[]; y: number[] }
  file: string
}

function Curve({ name, curve: { x, y }, file }: CurveProps) {
  const { text } = useText()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const option = useMemo(
    () => ({
      grid: { left: 44, right: 16, top: 16, bottom: 40 },
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      xAxis: {
        type: 'value',
        min: 0,
        max: 1,
        name: name === 'roc' ? text.chart.falsePositive : text.chart.share,
        nameLocation: 'middle',
        nameGap: 26,
      },
      yAxis: { type: 'value', min: 0, ...(y.every((v) => v <= 1) ? { max: 1 } : {}) },
      series: [
        { type: 'line', showSymbol: false, data: x.map((v, i) => [v, y[i]!]), areaStyle: { opacity: 0.08 } },
        ...(name === 'roc'
          ? [
              {
                type: 'line',
                showSymbol: false,
                data: [
                  [0, 0],
                  [1, 1],
                ],
                lineStyle: { type: 'dashed', width: 1 },
              },
            ]
          : []),
      ],
    }),
    [name, x, y, text],
  )
  const title = name in text.chart ? text.chart[name as keyof typeof text.chart] : name
  return (
    <section aria-label={title}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <strong>{title}</strong>
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
          <Button size="small" onClick={() => download(`${file}.csv`, 'text/csv', csv(x, y))}>
            CSV
          </Button>
          <Button size="small" onClick={() => download(`${file}.svg`, 'image/svg+xml', svgOf(option))}>
            SVG
          </Button>
        </span>
      </div>
      {view === 'chart' ? (
        <Chart option={option} label={title} />
      ) : (
        <Table
          rowKey="i"
          size="small"
          virtual
          pagination={false}
          scroll={{ x: 300, y: 260 }}
          dataSource={x.map((v, i) => ({ i, x: v, y: y[i]! }))}
          columns={[
            { title: 'x', dataIndex: 'x' },
            { title: 'y', dataIndex: 'y' },
          ]}
        />
      )}
    </section>
  )
}

const csv = (x: number[], y: number[]): string => ['x,y', ...x.map((v, i) => `${v},${y[i]}`)].join('\n')
