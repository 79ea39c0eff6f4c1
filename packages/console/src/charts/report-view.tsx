/** A report of a run: figures, charts with a table view, and files to take along. */
import type { RunReport } from '@secureflow/api'
import { Card, Select, Statistic } from 'antd'
import { useMemo, useState } from 'react'
import { figureName } from '../parts/figures.ts'
import {
  calibrationFigure,
  correlationFigure,
  curveFigure,
  curveKinds,
  distributionFigure,
  ivFigure,
  type NumberTable,
  woeFigure,
} from '../results/options.ts'
import { useText } from '../text/index.ts'
import { decimal } from '../words.ts'
import { ConfusionView } from './confusion-view.tsx'
import { FigureView } from './figure-view.tsx'

/** How a table of a report is drawn. */
const figures = {
  calibration: calibrationFigure,
  distribution: distributionFigure,
  iv: ivFigure,
  correlation: correlationFigure,
}

export function ReportView({ report }: { report: RunReport }) {
  const { locale, text } = useText()
  const made = useMemo(() => figuresOf(report, text), [report, text])
  const { confusion, woe } = report.tables ?? {}
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
      {confusion !== undefined && <p className="quiet">{text.results.leastRows}</p>}
      <div className="figures">
        {made.map((figure) => (
          <FigureView key={figure.key} figure={figure} file={report.step} />
        ))}
        {confusion !== undefined && (
          <ConfusionView table={confusion} threshold={report.figures.threshold ?? 0.5} file={report.step} />
        )}
        {woe !== undefined && woe.rows.length > 0 && <WoeView table={woe} file={report.step} />}
      </div>
      {report.notes?.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
    </Card>
  )
}

function figuresOf({ curves = {}, tables = {} }: RunReport, text: ReturnType<typeof useText>['text']) {
  const drawn = curveKinds.flatMap((kind) => {
    const curve = curves[kind]
    return curve === undefined ? [] : [curveFigure(kind, [{ name: text.results.charts[kind], ...curve }], text)]
  })
  const told = Object.entries(figures).flatMap(([name, figure]) => {
    const table = tables[name]
    return table === undefined || table.rows.length === 0 ? [] : [figure(table, text)]
  })
  return [...drawn, ...told]
}

/** One column at a time: each has bins of its own. */
function WoeView({ table, file }: { table: NumberTable; file: string }) {
  const { text } = useText()
  const at = table.columns.indexOf('column')
  const names = useMemo(() => [...new Set(table.rows.map((row) => String(row[at])))], [table, at])
  const [chosen, setChosen] = useState(names[0]!)
  const figure = useMemo(() => woeFigure(table, chosen, text), [table, chosen, text])
  return (
    <FigureView figure={figure} file={file}>
      <Select
        className="no-print"
        size="small"
        showSearch
        aria-label={text.results.column.column}
        style={{ minWidth: 180 }}
        value={chosen}
        onChange={setChosen}
        options={names.map((name) => ({ value: name, label: name }))}
      />
    </FigureView>
  )
}
