import type { RunDetail, RunTask } from '@secureflow/api'
import { expect, test } from 'vitest'
import { chosenRuns, differences } from './compare.ts'
import { costLines } from './cost.ts'
import { gainsOf } from './gain.ts'

const task = (index: number, step: string, parties: string[], change: Partial<RunTask> = {}): RunTask => ({
  index,
  step,
  component: step,
  parties: parties.map((id) => ({ id, part: id === 'centre' ? 'dealer' : 'x' })),
  inputs: {},
  seconds: 1,
  status: 'finished',
  attempt: 1,
  params: {},
  disclosures: [],
  receipts: [],
  releases: [],
  ...change,
})
const from = (port: string, index: number) => ({ inputs: { [port]: { task: index, port: 'x' } } })
const report = (step: string, auc: number) => ({ step, title: 'default', figures: { auc } })
const run = (change: Partial<RunDetail>): RunDetail => ({
  run: 'aa',
  flow: 'f',
  status: 'succeeded',
  initiator: 'a',
  parties: ['a', 'b'],
  startedAt: 1000,
  endedAt: 5000,
  purpose: '',
  flowText: '',
  estimate: { seconds: 2, bytes: { 'a>b': 10 }, rounds: 3, memoryBytes: 100 },
  grants: [],
  models: [],
  statement: { en: [], zh: [] },
  tasks: [],
  outputs: [],
  reports: [],
  usage: [],
  ...change,
})

test('the joint report stands beside that of the model on own columns, whatever the steps are called', () => {
  const tasks = [
    task(0, 'rows', ['a', 'b']),
    task(1, 'one', ['a', 'b', 'centre'], from('train', 0)),
    task(2, 'two', ['a'], from('train', 0)),
    task(3, 's1', ['a', 'b'], { inputs: { rows: { task: 0, port: 'x' }, model: { task: 1, port: 'm' } } }),
    task(4, 's2', ['a'], { inputs: { rows: { task: 0, port: 'x' }, model: { task: 2, port: 'm' } } }),
    task(5, 'r2', ['a'], from('scores', 4)),
    task(6, 'r1', ['a'], from('scores', 3)),
  ]
  const [gain, ...more] = gainsOf({ tasks, reports: [report('r2', 0.6), report('r1', 0.8)] })
  expect(more).toEqual([])
  expect([gain!.joint.step, gain!.alone.step]).toEqual(['r1', 'r2'])
  expect(gainsOf({ tasks, reports: [report('r1', 0.8)] })).toEqual([])
})

test('only what differs is shown, and a missing step is one difference', () => {
  const a = run({ tasks: [task(0, 'model', ['a'], { params: { epochs: 3, batch: 64 } })] })
  const b = run({
    tasks: [
      task(0, 'model', ['a'], { params: { epochs: 5, batch: 64 } }),
      task(1, 'extra', ['a'], { params: { x: 1 } }),
    ],
  })
  expect(differences([a, a])).toEqual([])
  expect(differences([a, b])).toEqual([
    { where: 'model.epochs', values: ['3', '5'] },
    { where: 'extra', values: [undefined, 'extra (x: a)'] },
  ])
})

test('an address names two to four runs by their ids, and nothing else', () => {
  expect(chosenRuns('aaaa,bbbb,aaaa,../x,cccc,dddd,eeee')).toEqual(['aaaa', 'bbbb', 'cccc', 'dddd'])
  expect(chosenRuns(undefined)).toEqual([])
})

test('cost is planned against actual by the ways that this node measured', () => {
  const channels = [{ peer: 'b', sentBytes: 12, receivedBytes: 7 }]
  const lines = costLines(run({ tasks: [task(0, 't', ['a', 'b'], { channels, rounds: 4 })] }), 'a')
  const of = (key: string) => lines.find((l) => l.key === key)
  expect(of('a>b')).toMatchObject({ planned: 10, actual: 12 })
  expect(of('b>a')).toMatchObject({ planned: undefined, actual: 7 })
  expect(of('wholeRun')).toMatchObject({ planned: 2, actual: 4 })
  expect(of('rounds')).toMatchObject({ planned: 3, actual: 4 })
})
