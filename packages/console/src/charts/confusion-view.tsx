/** Which predictions fall on which label at a threshold that people move. */
import { Slider, Statistic } from 'antd'
import { useMemo, useState } from 'react'
import { confusionFigure, confusionsOf, type NumberTable, ratesOf } from '../results/options.ts'
import { useText } from '../text/index.ts'
import { decimal, number } from '../words.ts'
import { FigureView } from './figure-view.tsx'

interface ConfusionViewProps {
  table: NumberTable
  /** As the step was set. */
  threshold: number
  file: string
}

export function ConfusionView({ table, threshold, file }: ConfusionViewProps) {
  const { locale, text } = useText()
  const all = useMemo(() => confusionsOf(table), [table])
  const figure = useMemo(() => confusionFigure(table, text), [table, text])
  const [at, setAt] = useState(() => nearest(all, threshold))
  const here = all[Math.min(at, all.length - 1)]
  if (here === undefined) return null
  const said = decimal(here.threshold, locale)
  const words = text.results
  return (
    <FigureView figure={figure} file={file}>
      <label htmlFor={`${file}-threshold`}>{words.threshold(said)}</label>
      <Slider
        id={`${file}-threshold`}
        className="no-print"
        min={0}
        max={all.length - 1}
        value={at}
        onChange={setAt}
        ariaLabelForHandle={words.axis.threshold}
        ariaValueTextFormatterForHandle={(i) => decimal(all[i ?? 0]!.threshold, locale)}
        tooltip={{ formatter: (i) => decimal(all[i ?? 0]!.threshold, locale) }}
      />
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">{words.actual}</th>
            <th scope="col">{words.predicted1}</th>
            <th scope="col">{words.predicted0}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{words.actual1}</th>
            <td className="right">{number(here.truePositives, locale)}</td>
            <td>{number(here.falseNegatives, locale)}</td>
          </tr>
          <tr>
            <th scope="row">{words.actual0}</th>
            <td>{number(here.falsePositives, locale)}</td>
            <td className="right">{number(here.trueNegatives, locale)}</td>
          </tr>
        </tbody>
      </table>
      <div className="row" style={{ gap: 24 }}>
        {Object.entries(ratesOf(here)).map(([rate, value]) => (
          <Statistic
            key={rate}
            title={text.figure[rate as 'accuracy']}
            value={decimal(value, locale)}
            styles={{ content: { fontSize: 16 } }}
          />
        ))}
      </div>
    </FigureView>
  )
}

const nearest = (all: readonly { threshold: number }[], wanted: number): number =>
  all.reduce(
    (best, c, i) => (Math.abs(c.threshold - wanted) < Math.abs((all[best]?.threshold ?? 0) - wanted) ? i : best),
    0,
  )
