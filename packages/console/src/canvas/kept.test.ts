import { expect, test } from 'vitest'
import { readKept, writeKept } from './kept.ts'

test('a flow without steps keeps its name, purpose and parties', () => {
  const flow = { flow: 'mine', purpose: 'credit', parties: { own: 'bank-a', dealer: 'centre' }, steps: [] }
  expect(readKept(writeKept(flow))).toMatchObject(flow)
})

test('a flow with steps is what it was', () => {
  const step = { name: 'rows', use: 'read-table', at: 'own', settings: { asset: 'loans' } }
  const flow = { flow: 'mine', purpose: '', parties: { own: 'bank-a' }, steps: [step] }
  expect(readKept(writeKept(flow))).toMatchObject(flow)
})

test('what is no flow is an empty one', () => {
  for (const text of [
    '',
    'nonsense: [',
    '{"flow": "../x", "steps": {}}',
    '{"flow": "a", "steps": {"x": 1}}',
    '[]',
    '1',
  ])
    expect(readKept(text).steps).toEqual([])
})
