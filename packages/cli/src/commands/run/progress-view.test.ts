import type { RunEvent, RunNews } from '@secureflow/api'
import { expect, test, vi } from 'vitest'
import { textOf } from '../../text/index.ts'
import { ProgressView } from './progress-view.ts'

function screen(isTTY: boolean) {
  let written = ''
  const view = new ProgressView(
    {
      write: (text: string) => {
        written += text
      },
      isTTY,
      columns: 100,
    },
    { text: textOf('en'), locale: 'en' },
  )
  let seq = 0
  const show = (news: RunNews, at = 0) => view.show({ ...news, seq: ++seq, run: 'r', at } as RunEvent)
  return { view, show, written: () => written }
}

const task = { task: 1, step: 'aligned', attempt: 1, party: 'bank-a' }
const progress = (fraction: number, seconds: number): RunNews => ({
  kind: 'task-progress',
  ...task,
  fraction,
  done: 30_000 * fraction,
  total: 30_000,
  unit: 'rows',
  bytesSent: 1e6,
  bytesReceived: 2e6,
  seconds,
})
const finished: RunNews = { kind: 'task-finished', ...task, bytesSent: 1e6, bytesReceived: 2e6, rounds: 3, seconds: 4 }

test('away from a terminal every line is plain, and progress comes now and then', () => {
  const { show, written } = screen(false)
  show({ kind: 'proposed', flow: 'joint-credit', initiator: 'bank-a', parties: ['bank-a', 'bank-b'] })
  show({ kind: 'task-started', ...task, part: 'left', component: 'psi' }, 10_000)
  show(progress(0.25, 1), 10_000)
  show(progress(0.3, 1.2), 11_000)
  show(progress(0.5, 2), 16_000)
  show(finished, 17_000)
  const lines = written().trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toBe('joint-credit: proposed to bank-a, bank-b')
  expect(lines[1]).toMatch(/aligned +bank-a +█{4}░{12} +25% +7,500\/30,000 rows +7,500 rows\/s +↑ 1\.0 MB +↓ 2\.0 MB/)
  expect(lines[3]).toMatch(/aligned +bank-a +done +↑ 1\.0 MB +↓ 2\.0 MB +750 kB\/s +4\.0 s +3 ↔/)
  expect(written()).not.toContain('\x1b')
})

test('on a terminal running tasks have one line each, redrawn in place and cut to the width', async () => {
  vi.useFakeTimers()
  const { view, show, written } = screen(true)
  show(progress(0.25, 1))
  show({ ...progress(0.1, 1), party: 'bank-b' } as RunNews)
  await vi.advanceTimersByTimeAsync(200)
  show(progress(0.5, 2))
  await vi.advanceTimersByTimeAsync(200)
  show(finished)
  view.close()
  vi.useRealTimers()
  const drawings = written().split('\x1b[2A\x1b[0J')
  expect(drawings).toHaveLength(3)
  expect(drawings[0]!.trimEnd().split('\n')).toHaveLength(2)
  expect(drawings[1]).toMatch(/50%/)
  expect(drawings[2]).toMatch(/bank-a +done/)
  for (const line of written().split('\n')) expect(line.length).toBeLessThan(120)
})

test('a failed run says code, party, step, and what to do', () => {
  const { show, written } = screen(false)
  const say = { what: 'bank-b stayed away.', fix: 'Start its node.' }
  show({
    kind: 'run-failed',
    code: 'RUN_PARTNER_AWAY',
    party: 'bank-b',
    step: 'model',
    error: { code: 'RUN_PARTNER_AWAY', class: 'timeout', party: 'bank-b', fields: {}, say: { en: say, zh: say } },
  })
  expect(written()).toMatch(/RUN_PARTNER_AWAY, bank-b, step model/)
  expect(written()).toMatch(/Start its node\./)
})
