/**
 * A lineage graph as PROV-JSON (W3C Member Submission of 24 April 2013): runs are activities, members are agents, all else is
 * an entity. Names in the prefix `sf` are ids of this product: tokens, runs, and outputs of runs.
 */
import type { LineageGraph, LineageNode } from '@secureflow/api'

type Attributes = Record<string, unknown>
export type ProvDocument = Record<string, Record<string, unknown>>

const qualified = (id: string): string => `sf:${id.replaceAll(/[^\w.-]/g, '-')}`
const typed = (name: string): { $: string; type: string } => ({ $: name, type: 'prov:QUALIFIED_NAME' })
const time = (ms: number): string => new Date(ms).toISOString()

export function provOf({ nodes, edges }: LineageGraph, networkId: string): ProvDocument {
  const document: ProvDocument = {
    prefix: { sf: `urn:secureflow:${networkId}:`, xsd: 'http://www.w3.org/2001/XMLSchema#' },
    entity: {},
    activity: {},
    agent: {},
  }
  let relations = 0
  const relate = (relation: string, attributes: Attributes): void => {
    document[relation] ??= {}
    document[relation]![`_:r${++relations}`] = attributes
  }
  const agentOf = (member: string): string => {
    const id = qualified(`member-${member}`)
    document.agent![id] = { 'prov:type': typed('prov:Organization'), 'prov:label': member }
    return id
  }
  for (const node of nodes) {
    const id = qualified(node.id)
    if (node.kind === 'run') {
      document.activity![id] = {
        ...(node.at === undefined ? {} : { 'prov:startTime': time(node.at) }),
        'prov:label': node.label,
        'sf:status': node.status ?? '',
      }
      if (node.owner !== undefined)
        relate('wasAssociatedWith', { 'prov:activity': id, 'prov:agent': agentOf(node.owner), ...planOf(node) })
    } else {
      document.entity![id] = {
        'prov:label': node.label,
        'prov:type': typed(node.kind === 'flow' ? 'prov:Plan' : `sf:${node.kind}`),
        ...(node.token === undefined ? {} : { 'sf:token': node.token }),
      }
      for (const owner of (node.owner ?? '').split(', ').filter((o) => o !== ''))
        relate('wasAttributedTo', { 'prov:entity': id, 'prov:agent': agentOf(owner) })
    }
  }
  const kinds = new Map(nodes.map((n) => [n.id, n.kind]))
  const users = new Map<string, string[]>()
  for (const { from, to, kind } of edges) if (kind === 'used') users.set(to, [...(users.get(to) ?? []), from])
  for (const { from, to, kind } of edges) {
    const [a, b] = [qualified(from), qualified(to)]
    if (kind === 'used') relate('used', { 'prov:activity': b, 'prov:entity': a })
    else if (kind === 'contained') relate('hadMember', { 'prov:collection': b, 'prov:entity': a })
    else if (kind === 'replaced')
      relate('wasDerivedFrom', { 'prov:generatedEntity': b, 'prov:usedEntity': a, 'prov:type': typed('prov:Revision') })
    else if (kind === 'made' && kinds.get(from) === 'run') {
      relate('wasGeneratedBy', { 'prov:entity': b, 'prov:activity': a })
      for (const used of users.get(from) ?? [])
        relate('wasDerivedFrom', { 'prov:generatedEntity': b, 'prov:usedEntity': qualified(used), 'prov:activity': a })
    } else if (kind === 'made') relate('wasDerivedFrom', { 'prov:generatedEntity': b, 'prov:usedEntity': a })
  }
  for (const section of ['entity', 'activity', 'agent'])
    if (Object.keys(document[section]!).length === 0) delete document[section]
  return document

  /** The flow that the run was carried out as, where it is published. */
  function planOf(run: LineageNode): Attributes {
    const plan = edges.find((e) => e.kind === 'planned' && e.to === run.id)
    return plan === undefined ? {} : { 'prov:plan': qualified(plan.from) }
  }
}
