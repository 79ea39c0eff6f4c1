import type { LineageGraph } from '@secureflow/api'
import { expect, test } from 'vitest'
import { provOf } from './prov.ts'
import { provProblems } from './testing/prov-json.ts'

const graph: LineageGraph = {
  root: 'asset:aa',
  nodes: [
    { id: 'asset:aa', kind: 'dataset', label: 'loans', owner: 'bank-a', token: 'aa' },
    { id: 'asset:ab', kind: 'dataset', label: 'loans', owner: 'bank-a', token: 'ab' },
    { id: 'asset:bb', kind: 'flow', label: 'credit', owner: 'bank-b' },
    { id: 'asset:cc', kind: 'dataset', label: 'bundle', owner: 'bank-b' },
    {
      id: 'run:11',
      kind: 'run',
      label: 'credit',
      owner: 'bank-b',
      run: '11',
      status: 'succeeded',
      at: 1_790_000_000_000,
    },
    { id: 'run:22', kind: 'run', label: '22', run: '22', status: 'elsewhere' },
    { id: 'made:11/model/model', kind: 'model', label: 'model', owner: 'bank-a, bank-b', run: '11' },
  ],
  edges: [
    { from: 'asset:aa', to: 'run:11', kind: 'used' },
    { from: 'asset:aa', to: 'run:22', kind: 'used' },
    { from: 'asset:bb', to: 'run:11', kind: 'planned' },
    { from: 'run:11', to: 'made:11/model/model', kind: 'made' },
    { from: 'asset:aa', to: 'asset:cc', kind: 'contained' },
    { from: 'asset:aa', to: 'asset:ab', kind: 'replaced' },
  ],
}

test('a lineage graph is PROV-JSON: entities, activities, agents, and how they hang together', () => {
  const document = provOf(graph, '77'.repeat(32))
  expect(provProblems(document)).toEqual([])
  const of = (section: string) => Object.values(document[section] ?? {})
  expect(Object.keys(document.agent!)).toEqual(['sf:member-bank-a', 'sf:member-bank-b'])
  expect(of('used')).toHaveLength(2)
  expect(of('wasGeneratedBy')).toEqual([{ 'prov:entity': 'sf:made-11-model-model', 'prov:activity': 'sf:run-11' }])
  expect(of('hadMember')).toEqual([{ 'prov:collection': 'sf:asset-cc', 'prov:entity': 'sf:asset-aa' }])
  expect(of('wasDerivedFrom')).toContainEqual({
    'prov:generatedEntity': 'sf:asset-ab',
    'prov:usedEntity': 'sf:asset-aa',
    'prov:type': { $: 'prov:Revision', type: 'prov:QUALIFIED_NAME' },
  })
  expect(of('wasAssociatedWith')).toEqual([
    { 'prov:activity': 'sf:run-11', 'prov:agent': 'sf:member-bank-b', 'prov:plan': 'sf:asset-bb' },
  ])
  expect(document.activity!['sf:run-11']).toMatchObject({ 'prov:startTime': '2026-09-21T14:13:20.000Z' })
})

test('an empty graph, and one of a single asset, are PROV-JSON too', () => {
  for (const nodes of [[], [graph.nodes[0]!]])
    expect(provProblems(provOf({ root: '', nodes, edges: [] }, '77'))).toEqual([])
})

test('the check of the structure notices what is not PROV-JSON', () => {
  const good = provOf(graph, '77')
  const bad = (change: Record<string, Record<string, unknown>>) => provProblems({ ...good, ...change })
  expect(bad({ wasMadeBy: {} })).not.toEqual([])
  expect(bad({ used: { '_:u1': { 'prov:entity': 'sf:asset-aa' } } })).not.toEqual([])
  expect(bad({ used: { '_:u1': { 'prov:activity': 'sf:run-99' } } })).not.toEqual([])
  expect(bad({ used: { u1: { 'prov:activity': 'sf:run-11' } } })).not.toEqual([])
  expect(bad({ entity: { ...good.entity, 'sf:x': { 'prov:label': { $: 1 } } } })).not.toEqual([])
  expect(bad({ activity: { ...good.activity, 'sf:y': { 'prov:startTime': 'yesterday' } } })).not.toEqual([])
  expect(bad({ prefix: { sf: 'no uri' } })).not.toEqual([])
})
