import { expect, test } from 'vitest'
import { totalCost } from './cost.ts'

const task = (members: string[], seconds: number, inputs: number[] = [], bytes: Record<string, number> = {}) => ({
  parties: members.map((id) => ({ id })),
  inputs: Object.fromEntries(inputs.map((i) => [`i${i}`, { task: i }])),
  cost: { seconds, bytes, rounds: 1, memoryBytes: seconds * 10 },
})

test('tasks at different members go on at once; at one member, one after the other', () => {
  expect(totalCost([task(['a'], 3), task(['b'], 4)]).seconds).toBe(4)
  expect(totalCost([task(['a'], 3), task(['a'], 4)]).seconds).toBe(7)
})

test('a task waits for its inputs and for every member that takes part', () => {
  const tasks = [task(['a'], 3), task(['b'], 4), task(['a', 'b'], 10, [0, 1]), task(['b'], 1), task(['a'], 2, [2])]
  expect(totalCost(tasks).seconds).toBe(4 + 10 + 2)
})

test('bytes and rounds add up, memory is the largest', () => {
  const total = totalCost([task(['a'], 1, [], { 'a>b': 5 }), task(['a'], 2, [], { 'a>b': 7, 'b>a': 1 })])
  expect(total).toEqual({ seconds: 3, bytes: { 'a>b': 12, 'b>a': 1 }, rounds: 2, memoryBytes: 20 })
  expect(totalCost([])).toEqual({ seconds: 0, bytes: {}, rounds: 0, memoryBytes: 0 })
})
