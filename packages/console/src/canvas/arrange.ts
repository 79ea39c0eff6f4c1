/** Where steps lie when nobody put them anywhere: downwards, as they wait for each other. */
import dagre from '@dagrejs/dagre'
import type { Wire } from './document.ts'

export interface Point {
  x: number
  y: number
}

export const stepSize = { width: 210, height: 96 }

export function arrange(steps: readonly string[], wires: readonly Wire[]): Record<string, Point> {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 48 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const name of steps) graph.setNode(name, { ...stepSize })
  for (const { from, to } of wires) graph.setEdge(from.step, to.step)
  dagre.layout(graph)
  return Object.fromEntries(
    steps.map((name) => {
      const { x, y } = graph.node(name)
      return [name, { x: x - stepSize.width / 2, y: y - stepSize.height / 2 }]
    }),
  )
}
