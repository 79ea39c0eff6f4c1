/** Task processes over real links: two nodes' peers under mutual TLS in this process, real child processes. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, type MemberId, silentLogger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { Table } from '@secureflow/tables'
import { afterEach, describe, expect, it } from 'vitest'
import { type TestNetwork, testNetwork } from '../peers/testing.ts'
import { readArtifact, writeArtifact } from './artifacts.ts'
import { ProcessExecutor } from './executor.ts'
import { gateErrors } from './gate.ts'
import type { RunningTask, TaskJob } from './job.ts'

const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `id-${from + i}`)

interface Side {
  executor: ProcessExecutor
  job: TaskJob
  folder: string
  released: { disclosure: string; to: string; count: number }[]
  progress: number[]
}

let network: TestNetwork
const executors: ProcessExecutor[] = []
afterEach(async () => {
  await Promise.all(executors.splice(0).map((e) => e.close()))
  await network.close()
})

async function sides(rows = 300, options: { memoryMb?: number; logger?: Logger } = {}): Promise<[Side, Side]> {
  network = testNetwork()
  const session = nodePlatform.sha256(new Uint8Array([7]))
  const made = await Promise.all(
    (['bank-a', 'bank-b'] as MemberId[]).map(async (self, i): Promise<Side> => {
      const peers = await network.node(self)
      const other = (['bank-b', 'bank-a'] as MemberId[])[i]!
      const folder = mkdtempSync(join(tmpdir(), 'secureflow-task-'))
      const table = new Table([{ name: 'id', type: 'text', values: i === 0 ? ids(0, rows) : ids(rows / 3, rows * 2) }])
      const file = join(folder, await writeArtifact(folder, 'in', { type: 'table', table }))
      const executor = new ProcessExecutor({
        channel: (member, id) => peers.channel(member, id),
        logger: options.logger ?? silentLogger,
        ...(options.memoryMb === undefined ? {} : { memoryMb: options.memoryMb }),
      })
      executors.push(executor)
      const released: Side['released'] = []
      const progress: number[] = []
      const port = i === 0 ? 'left' : 'right'
      const job: TaskJob = {
        spec: async () => ({
          member: self,
          part: port,
          parties: [
            { id: 'bank-a', part: 'left' },
            { id: 'bank-b', part: 'right' },
          ],
          component: 'psi',
          version: 1,
          step: 'aligned',
          params: {
            ...{ on: { left: 'id', right: 'id' }, learns: 'both', protocol: 'ecdh', security: 'semi-honest' },
            ...{ delivers: 'none', padLeft: 'none', padRight: 'none' },
          },
          session,
          agreedSeed: session,
          salt: session,
          inputs: [{ port, type: 'table', file }],
          outputFolder: folder,
          scratchFolder: join(folder, 'scratch'),
          assets: {},
          messageTimeoutMs: 10_000,
        }),
        channels: new Map([[other, '00112233445566778899aabbccddeeff']]),
        agreeInputs: async () => {},
        release: async (release) => void released.push(release),
        progress: ({ fraction }) => void progress.push(fraction),
      }
      return { executor, job, folder, released, progress }
    }),
  )
  return made as [Side, Side]
}

const codeOf = (task: RunningTask): Promise<string> =>
  task.result.then(
    () => 'finished',
    (error: { code: string }) => error.code,
  )

describe('ProcessExecutor', () => {
  it('computes at both nodes; what one sent is what the other received', async () => {
    const [a, b] = await sides()
    const [ra, rb] = await Promise.all([a, b].map(({ executor, job }) => executor.start(job).result))
    expect(ra!.outputs.map((o) => o.rows)).toEqual([200])
    expect(rb!.outputs.map((o) => o.rows)).toEqual([200])
    const [ca] = ra!.channels
    const [cb] = rb!.channels
    expect(Buffer.from(ca!.sent).equals(Buffer.from(cb!.received))).toBe(true)
    expect(Buffer.from(cb!.sent).equals(Buffer.from(ca!.received))).toBe(true)
    expect(ca!.sentBytes).toBe(cb!.receivedBytes)
    // What a task takes is what the system counted for its process: a start of the program alone is more than nothing.
    for (const { usage } of [ra!, rb!]) {
      expect(usage.cpuMs).toBeGreaterThan(10)
      expect(usage.peakMemoryBytes).toBeGreaterThan(20e6)
      expect(usage.peakMemoryBytes).toBeLessThan(2e9)
    }
    expect(a.released.length).toBeGreaterThan(0)
    const left = await readArtifact(ra!.outputs[0]!.file)
    const right = await readArtifact(rb!.outputs[0]!.file)
    if (left.type !== 'table' || right.type !== 'table') throw new Error('tables expected')
    expect(left.table.column('id').values).toEqual(right.table.column('id').values)
  })

  it('ends with TASK_DIED where the process is killed, and the partner learns of it at once', async () => {
    const [a, b] = await sides(60_000)
    const [ta, tb] = [a.executor.start(a.job), b.executor.start(b.job)]
    while (a.progress.length === 0) await new Promise((r) => setTimeout(r, 20))
    const killed = Date.now()
    await ta.abort()
    expect(await codeOf(ta)).toBe('ABORTED')
    expect(await codeOf(tb)).toMatch(/^(CHANNEL|LINK)_/)
    expect(Date.now() - killed).toBeLessThan(9000) // before a message is late
  })

  it('ends a task that uses more memory than allowed', async () => {
    const [a, b] = await sides(300, { memoryMb: 40 })
    const tasks = [a.executor.start(a.job), b.executor.start(b.job)]
    expect(await Promise.all(tasks.map(codeOf))).toContain('TASK_OUT_OF_MEMORY')
  })

  it('passes a refusal of the gate on as the task’s error', async () => {
    const [a, b] = await sides()
    b.job.release = async () => {
      throw gateErrors.GATE_UNDECLARED({ disclosure: 'matches', to: 'bank-a' })
    }
    const [ta, tb] = [a.executor.start(a.job), b.executor.start(b.job)]
    expect(await codeOf(tb)).toBe('GATE_UNDECLARED')
    expect(await codeOf(ta)).toMatch(/^(CHANNEL|LINK)_/)
  })
})
