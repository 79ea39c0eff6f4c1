/** The flow as a graph. What is drawn follows from the flow; what a person does becomes a change of the flow. */
import { components } from '@secureflow/components/declarations'
import type { Flow } from '@secureflow/flow'
import {
  Background,
  type Connection,
  Controls,
  type Edge,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
} from '@xyflow/react'
import { useMemo, useRef } from 'react'
import '@xyflow/react/dist/style.css'
import { useSettings } from '../settings.ts'
import { arrange, type Point, stepSize } from './arrange.ts'
import { wiresOf } from './document.ts'
import { type StepData, StepNode, type StepNodeType } from './step-node.tsx'

const nodeTypes = { step: StepNode }

interface SheetProps {
  flow: Flow
  layout: Record<string, Point>
  selected: readonly string[]
  /** What is shown on a step beside its name. */
  about: (step: string) => Pick<StepData, 'parties' | 'state' | 'note'>
  label: string
  onSelect?: (names: string[]) => void
  onMove?: (moved: Record<string, Point>) => void
  onConnect?: (connection: Connection) => void
  onRemove?: (steps: string[], inputs: { step: string; port: string }[]) => void
}

export function Sheet(props: SheetProps) {
  const { flow, layout, selected, about, label, onSelect, onMove, onConnect, onRemove } = props
  const { theme } = useSettings()
  const instance = useRef<ReactFlowInstance<StepNodeType>>(null)
  const wires = useMemo(() => wiresOf(flow, components), [flow])
  const arranged = useMemo(
    () =>
      arrange(
        flow.steps.map((s) => s.name),
        wires,
      ),
    [flow.steps, wires],
  )
  const nodes: StepNodeType[] = flow.steps.map((step) => ({
    id: step.name,
    type: 'step',
    position: layout[step.name] ?? arranged[step.name]!,
    width: stepSize.width,
    data: { step, ...about(step.name) },
    selected: selected.includes(step.name),
    ariaLabel: step.name,
  }))
  const edges: Edge[] = wires.map(({ from, to }) => ({
    id: `${to.step}.${to.port}`,
    source: from.step,
    sourceHandle: from.port,
    target: to.step,
    targetHandle: to.port,
  }))
  const changes = (list: NodeChange<StepNodeType>[]) => {
    const moved = list.flatMap((c) => (c.type === 'position' && c.position ? [[c.id, c.position] as const] : []))
    if (moved.length > 0) onMove?.(Object.fromEntries(moved))
    const chosen = list.filter((c) => c.type === 'select')
    if (chosen.length > 0) {
      const now = new Set(selected)
      for (const { id, selected: on } of chosen) on ? now.add(id) : now.delete(id)
      onSelect?.([...now])
    }
  }
  return (
    <section className="sheet" aria-label={label}>
      <ReactFlow<StepNodeType>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={theme}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.1}
        onlyRenderVisibleElements={flow.steps.length > 60}
        nodesDraggable={onMove !== undefined}
        nodesConnectable={onConnect !== undefined}
        deleteKeyCode={onRemove === undefined ? null : ['Delete', 'Backspace']}
        onInit={(made) => {
          instance.current = made
        }}
        onNodesChange={changes}
        onConnect={(connection) => onConnect?.(connection)}
        onDelete={({ nodes: gone, edges: cut }) =>
          onRemove?.(
            gone.map((n) => n.id),
            cut.map((e) => ({ step: e.target, port: e.targetHandle! })),
          )
        }
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} />
        {flow.steps.length > 20 && <MiniMap pannable zoomable />}
      </ReactFlow>
    </section>
  )
}
