/** What the partner's columns add, figure by figure and in one chart. */
import { Card, Table } from 'antd'
import { useMemo } from 'react'
import { figureName } from '../parts/figures.ts'
import { Mark } from '../parts/mark.tsx'
import { type Gain, lowerIsBetter, quality } from '../results/gain.ts'
import { curveFigure } from '../results/options.ts'
import { useText } from '../text/index.ts'
import { decimal } from '../words.ts'
import { FigureView } from './figure-view.tsx'

export function GainView({ gain: { joint, alone } }: { gain: Gain }) {
  const { locale, text } = useText()
  const words = text.results
  const figure = useMemo(() => {
    const curves = [
      { name: `${words.joint} (${joint.step})`, curve: joint.curves?.roc },
      { name: `${words.alone} (${alone.step})`, curve: alone.curves?.roc },
    ].flatMap(({ name, curve }) => (curve === undefined ? [] : [{ name, ...curve }]))
    return curves.length < 2 ? undefined : curveFigure('roc', curves, text)
  }, [joint, alone, text, words])
  const rows = quality.flatMap((name) => {
    const [a, b] = [joint.figures[name], alone.figures[name]]
    return a === undefined || b === undefined ? [] : [{ name, joint: a, alone: b, gain: a - b }]
  })
  const signed = (n: number) => `${n > 0 ? '+' : ''}${decimal(n, locale)}`
  return (
    <Card title={text.runs.gain} size="small">
      <p className="quiet">{words.gainAbout}</p>
      <div className="figures">
        <Table
          rowKey="name"
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          dataSource={rows}
          columns={[
            { title: '', dataIndex: 'name', render: (name: string) => figureName(name, text) },
            { title: words.joint, dataIndex: 'joint', render: (n: number) => decimal(n, locale) },
            { title: words.alone, dataIndex: 'alone', render: (n: number) => decimal(n, locale) },
            {
              title: words.difference,
              dataIndex: 'gain',
              render: (n: number, { name }) => (
                <Mark tone={n === 0 ? 'plain' : n > 0 !== lowerIsBetter(name) ? 'good' : 'bad'}>{signed(n)}</Mark>
              ),
            },
          ]}
        />
        {figure !== undefined && <FigureView figure={figure} file="gain" />}
      </div>
    </Card>
  )
}
