/**
 * Runs a whole plan in memory: every member's part of every task, over memory wires, with a gate that counts against the
 * plan's disclosures as a node's gate does. For tests of components together; no files but the datasets.
 */
import { baseErrors, type Platform, silentLogger, utf8 } from '@secureflow/base'
import type { Artifact, Plan, PlannedTask, TaskContext } from '@secureflow/flow'
import type { DisclosureGate, Release } from '@secureflow/protocols'
import { type MeshOptions, memorySessions } from '@secureflow/protocols/testing'
import { runs } from './runs.ts'

export type Datasets = Record<string, TaskContext<unknown>['assets']>

export interface PlanResult {
  /** What `member` holds of an output. */
  artifact(member: string, step: string, port: string): Artifact
  /** What passed the gates of a step's task, by the member that released. */
  releases(step: string): { from: string; release: Release }[]
  seconds: Record<string, number>
}

export interface PlanOptions {
  plan: Plan
  platform: Platform
  /** By member, then by asset id. */
  datasets: Datasets
  wire?: MeshOptions['wire']
}

/** @throws the first error of any party; the others are cancelled */
export async function runPlan({ plan, platform, datasets, wire }: PlanOptions): Promise<PlanResult> {
  const held = new Map<string, Artifact>()
  const released: { step: string; from: string; release: Release }[] = []
  const seconds: Record<string, number> = {}
  for (const task of plan.tasks) {
    const started = performance.now()
    const mesh = memorySessions(task.parties, {
      platform,
      record: false,
      gate: (from) => countingGate(task, from, (release) => released.push({ step: task.step, from, release })),
      ...(wire === undefined ? {} : { wire }),
    })
    const run = await runs[task.component]!()
    const agreedSeed = agreedSeedOf(plan, task, platform)
    const working = task.parties.map(async ({ id: member, part }, i) => {
      const session = mesh.sessions[i]!
      const outputs = await run({
        member,
        part,
        parts: partsOf(task),
        session,
        inputs: Object.fromEntries(
          Object.entries(task.inputs).flatMap(([port, from]) => {
            const artifact = held.get(`${member}/${from.task}/${from.port}`)
            return artifact === undefined ? [] : [[port, artifact]]
          }),
        ),
        params: structuredClone(task.params),
        assets: datasets[member] ?? {},
        agreedSeed,
        signal: session.signal,
        logger: silentLogger,
        progress() {},
      })
      for (const [port, artifact] of Object.entries(outputs)) held.set(`${member}/${task.index}/${port}`, artifact)
    })
    try {
      await Promise.all(working)
    } catch (error) {
      mesh.abort()
      await Promise.allSettled(working)
      throw error
    }
    seconds[task.step] = (performance.now() - started) / 1000
  }
  return {
    artifact(member, step, port) {
      const task = plan.tasks.find((t) => t.step === step)
      const found = held.get(`${member}/${task?.index}/${port}`)
      if (found === undefined) throw new RangeError(`${member} holds no ${step}.${port}`)
      return found
    },
    releases: (step) => released.filter((r) => r.step === step).map(({ from, release }) => ({ from, release })),
    seconds,
  }
}

export const agreedSeedOf = (plan: Plan, task: PlannedTask, platform: Platform): Uint8Array =>
  platform.sha256(utf8(`${plan.flowHash}/${task.index}`))

function partsOf(task: PlannedTask): Record<string, string[]> {
  const parts: Record<string, string[]> = {}
  for (const { id, part } of task.parties) parts[part] = [...(parts[part] ?? []), id]
  return parts
}

function countingGate(task: PlannedTask, self: string, write: (release: Release) => void): DisclosureGate {
  const opened = new Map<string, number>()
  return {
    async release(release) {
      const { disclosure, to, count } = release
      const planned = task.disclosures.find((d) => d.id === disclosure && d.to === to && d.from.includes(self))
      const total = (opened.get(`${disclosure}>${to}`) ?? 0) + count
      if (planned === undefined || total > planned.atMost)
        throw baseErrors.INVALID_VALUE({
          label: `release of ${disclosure} from ${self} to ${to} in ${task.step}`,
          expected: planned === undefined ? 'a declared disclosure' : `at most ${planned.atMost}`,
          received: total,
        })
      opened.set(`${disclosure}>${to}`, total)
      write(release)
    },
  }
}
