/** What this member holds of a model: the weights of its own columns. */
import type { RunModel } from '@secureflow/api'
import { Card } from 'antd'
import { useMemo } from 'react'
import { weightsFigure } from '../results/options.ts'
import { useText } from '../text/index.ts'
import { FigureView } from './figure-view.tsx'

export function ModelView({ model }: { model: RunModel }) {
  const { text } = useText()
  const figure = useMemo(() => weightsFigure(model.step, model, text), [model, text])
  const compares = model.columns.every((c) => model.prepared.some((p) => p.name === c))
  return (
    <Card title={model.step} size="small">
      <p className="quiet">
        {text.results.ownOnly} {compares ? text.results.prepared : text.results.notPrepared}
      </p>
      <FigureView figure={figure} file="model" />
    </Card>
  )
}
