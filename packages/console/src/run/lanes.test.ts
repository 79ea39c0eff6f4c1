import type { RunEvent, RunTask } from '@secureflow/api'
import { expect, test } from 'vitest'
import { lanesOf } from './lanes.ts'

const task = (change: Partial<RunTask>): RunTask => ({
  index: 0,
  step: 'model',
  component: 'x',
  parties: [
    { id: 'a', part: 'left' },
    { id: 'b', part: 'right' },
  ],
  inputs: {},
  seconds: 1,
  status: 'running',
  attempt: 1,
  params: {},
  disclosures: [],
  receipts: [],
  releases: [],
  ...change,
})
const place = { seq: 0, run: 'r', task: 0, step: 'model', attempt: 1 }
const started = (party: string, at: number): RunEvent => ({
  ...place,
  kind: 'task-started',
  party,
  at,
  part: 'left',
  component: 'x',
})

test('a party that has not begun has no span; one that works has one up to now', () => {
  const [a, b] = lanesOf([task({})], [started('a', 1000)], 'a', 3000)
  expect(a!.spans).toMatchObject([{ from: 1000, to: 3000, state: 'running', computing: 2 }])
  expect(b!.spans).toEqual([])
})

test('what was sent and waited for is told for the own task, and by the news of the partner', () => {
  const receipt = { startedAt: 1000, endedAt: 5000, cpuSeconds: 1, bytesSent: 7, bytesReceived: 0 }
  const done = task({
    status: 'finished',
    receipts: [
      { party: 'a', ...receipt },
      { party: 'b', ...receipt },
    ],
    traffic: { sendSeconds: 1, waitSeconds: 2, classes: [] },
  })
  const news: RunEvent = {
    ...place,
    kind: 'task-finished',
    party: 'b',
    at: 5000,
    bytesSent: 7,
    bytesReceived: 0,
    seconds: 4,
    sendSeconds: 0.5,
    waitSeconds: 0.5,
  }
  const [a, b] = lanesOf([done], [news], 'a', 9000)
  expect(a!.spans[0]).toMatchObject({ computing: 1, sending: 1, waiting: 2, state: 'finished' })
  expect(b!.spans[0]).toMatchObject({ computing: 3, sending: 0.5, waiting: 0.5 })
  const [, untold] = lanesOf([done], [], 'a', 9000)
  expect(untold!.spans[0]).toMatchObject({ computing: 1, waiting: 3 })
})

test('figures that do not fit into the time are cut to it', () => {
  const done = task({
    receipts: [{ party: 'a', startedAt: 0, endedAt: 1000, bytesSent: 0, bytesReceived: 0 }],
    traffic: { sendSeconds: 3, waitSeconds: 1, classes: [] },
  })
  const [span] = lanesOf([done], [], 'a', 0)[0]!.spans
  expect(span!.sending + span!.waiting + span!.computing).toBeCloseTo(1, 12)
})

test('an attempt that failed ends when it was told', () => {
  const error = { code: 'X' } as never
  const failed: RunEvent = { ...place, kind: 'task-failed', party: 'a', at: 4000, error, final: true }
  const [a] = lanesOf([task({ status: 'failed' })], [started('a', 1000), failed], 'a', 99_000)
  expect(a!.spans).toMatchObject([{ from: 1000, to: 4000, state: 'failed' }])
})
