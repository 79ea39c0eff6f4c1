import type { LineageGraph, LineageNode } from '@secureflow/api'
import { Background, Controls, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react'
import { memo, useMemo } from 'react'
import '@xyflow/react/dist/style.css'
import { arrange, stepSize } from '../canvas/arrange.ts'
import { useSettings } from '../settings.ts'
import { useText } from '../text/index.ts'

type LineageItem = Node<{ item: LineageNode }, 'item'>

const Item = memo(function Item({ data: { item } }: NodeProps<LineageItem>) {
  const { text } = useText()
  return (
    <div className={`step ${item.status === 'failed' ? 'wrong' : item.kind === 'run' ? 'finished' : ''}`}>
      <Handle type="target" position={Position.Top} />
      <strong>{item.label}</strong>
      <span className="quiet">{text.assets.lineageKind[item.kind]}</span>
      {item.owner !== undefined && <span className="badge">{item.owner}</span>}
      <Handle type="source" position={Position.Bottom} />
    </div>
  )
})
const nodeTypes = { item: Item }

/** From what an asset came, and what became of it. */
export function LineageView({ graph, label }: { graph: LineageGraph; label: string }) {
  const { theme } = useSettings()
  const { nodes, edges } = useMemo(() => {
    const places = arrange(
      graph.nodes.map((n) => n.id),
      graph.edges.map(({ from, to }) => ({ from: { step: from, port: '' }, to: { step: to, port: '' } })),
    )
    return {
      nodes: graph.nodes.map(
        (item): LineageItem => ({
          id: item.id,
          type: 'item',
          position: places[item.id]!,
          width: stepSize.width,
          data: { item },
          selected: item.id === graph.root,
          ariaLabel: `${item.kind} ${item.label}`,
        }),
      ),
      edges: graph.edges.map(({ from, to, kind }) => ({ id: `${from} ${to} ${kind}`, source: from, target: to })),
    }
  }, [graph])
  return (
    <section
      className="sheet"
      aria-label={label}
      style={{ height: 460, border: '1px solid var(--line)', marginTop: 8 }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={theme}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.1}
        nodesDraggable={false}
        nodesConnectable={false}
        proOptions={{ hideAttribution: true }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </section>
  )
}
