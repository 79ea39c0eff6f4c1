import { components } from '@secureflow/components/declarations'
import type { FlowStep } from '@secureflow/flow'
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { useText } from '../text/index.ts'

export interface StepData extends Record<string, unknown> {
  step: FlowStep
  /** Who takes part, where that is known. */
  parties: string[]
  /** `wrong`, or how far the step is in a run. */
  state?: 'wrong' | 'waiting' | 'running' | 'finished' | 'failed' | undefined
  note?: string | undefined
}
export type StepNodeType = Node<StepData, 'step'>

export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepNodeType>) {
  const { locale, text } = useText()
  const component = components.get(data.step.use)
  const inputs = Object.entries(component?.inputs ?? {})
  const outputs = Object.entries(component?.outputs ?? {})
  const place = (i: number, n: number) => ({ left: `${((i + 1) / (n + 1)) * 100}%` })
  return (
    <div className={`step ${selected ? 'selected' : ''} ${data.state ?? ''}`}>
      {inputs.map(([port, { type }], i) => (
        <Handle
          key={port}
          id={port}
          type="target"
          position={Position.Top}
          style={place(i, inputs.length)}
          title={`${port} (${text.flows.portType[type]})`}
        />
      ))}
      {inputs.length > 1 && <Ports names={inputs.map(([port]) => port)} />}
      <strong>{data.step.name}</strong>
      <span className="quiet">{component?.title[locale] ?? data.step.use}</span>
      <div>
        {data.parties.map((party) => (
          <span key={party} className="badge">
            {party}
          </span>
        ))}
        {data.note !== undefined && <span className="badge">{data.note}</span>}
      </div>
      {outputs.length > 1 && <Ports names={outputs.map(([port]) => port)} />}
      {outputs.map(([port, { type }], i) => (
        <Handle
          key={port}
          id={port}
          type="source"
          position={Position.Bottom}
          style={place(i, outputs.length)}
          title={`${port} (${text.flows.portType[type]})`}
        />
      ))}
    </div>
  )
})

/** Where there are several, each is named beside its handle. */
const Ports = ({ names }: { names: string[] }) => (
  <div className="ports">
    {names.map((name) => (
      <span key={name}>{name}</span>
    ))}
  </div>
)
