/** Where a run finds its files, its data and its secrets at this node, and what the owner's terms say to each release. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromHex, utf8 } from '@secureflow/base'
import { digestOf, evaluateRelease, type Plan, type PlannedDisclosure, type PlannedTask } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { asStorageError } from '../storage/errors.ts'
import { type GateRelease, refusalOf } from '../tasks/gate.ts'
import { CoveredRowsReader } from '../usage/covered-rows.ts'
import { UsageRefused } from '../usage/errors.ts'
import type { RunsDependencies } from './dependencies.ts'
import { runErrors } from './errors.ts'
import type { Within } from './journal.ts'
import { type ReleaseRecord, type RunState, taskState } from './state.ts'
import type { TaskPlace } from './walk.ts'

export class Workplace {
  readonly #run: string
  readonly #plan: Plan
  readonly #state: RunState
  readonly #deps: RunsDependencies
  readonly #rows: CoveredRowsReader

  constructor(run: string, plan: Plan, state: RunState, deps: RunsDependencies) {
    this.#run = run
    this.#plan = plan
    this.#state = state
    this.#deps = deps
    this.#rows = new CoveredRowsReader({
      plan,
      self: deps.self,
      termsOf: async (id) => {
        const own = await deps.assets.own(id)
        if (own === undefined) throw runErrors.RUN_DATA_CHANGED({ asset: id }, { party: deps.self })
        return own.terms
      },
      output: (task, port) => taskState(state, task).done?.outputs.find((o) => o.port === port),
    })
  }

  /** Makes the folder of this attempt; files of earlier ones, whose results are void, are removed. */
  async placeOf(task: PlannedTask, attempt: number): Promise<TaskPlace> {
    const { home, assets, self } = this.#deps
    const folder = join(home, 'runs', this.#run)
    const ofTask = join(folder, `${task.index}-${task.step}`)
    const outputFolder = join(ofTask, String(attempt))
    await rm(ofTask, { recursive: true, force: true })
    await mkdir(outputFolder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw asStorageError(cause)
    })
    const inputs: TaskPlace['inputs'] = []
    for (const [port, { task: from, port: output }] of Object.entries(task.inputs)) {
      const found = taskState(this.#state, from).done?.outputs.find((o) => o.port === output)
      if (found !== undefined) inputs.push({ port, type: found.type, file: found.file })
    }
    const own: TaskPlace['assets'] = {}
    for (const id of task.reads[self] ?? []) {
      const asset = await assets.own(id)
      const agreed = this.#plan.assets.find((a) => a.id === id)
      if (asset === undefined || agreed === undefined || asset.facts.digest !== agreed.digest)
        throw runErrors.RUN_DATA_CHANGED({ asset: agreed?.name ?? id }, { party: self })
      own[id] = { path: asset.path, format: asset.format, digest: asset.facts.digest }
    }
    return {
      scratchFolder: this.#scratchOf(task),
      agreedSeed: agreedSeedOf(task),
      // Secret, and the same in every attempt: else a partner could not hold this party to its first inputs.
      salt: nodePlatform.sha256(utf8('secureflow/commitment-salt/1'), this.#deps.commitmentKey, fromHex(this.#run)),
      inputs,
      outputFolder,
      assets: own,
    }
  }

  /** Removes the scratch files of a task, or without one those of the whole run. */
  async forget(task?: PlannedTask): Promise<void> {
    await rm(this.#scratchOf(task), { recursive: true, force: true })
  }

  #scratchOf(task: PlannedTask | undefined): string {
    const all = join(this.#deps.home, 'runs', this.#run, 'scratch')
    return task === undefined ? all : join(all, `${task.index}-${task.step}`)
  }

  /** The owner's terms as they stand now, for every own asset that flowed into the task. */
  async allowRelease(task: PlannedTask, planned: PlannedDisclosure, release: GateRelease): Promise<void> {
    const { assets, clock } = this.#deps
    for (const id of task.assets) {
      if (this.#plan.assets.find((a) => a.id === id)?.owner !== this.#deps.self) continue
      const asset = await assets.own(id)
      if (asset === undefined) throw runErrors.RUN_DATA_CHANGED({ asset: id }, { party: this.#deps.self })
      const verdict = evaluateRelease(asset.terms, {
        asset: asset.facts.name,
        owner: this.#deps.self,
        what: planned.what,
        to: release.to,
        count: release.count,
        atMost: planned.atMost,
        rows: this.#rowsOf(task),
        columns: task.uses.filter((u) => u.member === this.#deps.self),
        task,
        initiator: this.#plan.initiator,
        purpose: this.#plan.purpose,
        now: clock.now(),
      })
      if (!verdict.allow)
        throw runErrors.RUN_TERMS_FORBID(
          { asset: asset.facts.name, reason: verdict.reasons.map((r) => r.what.en).join('; ') },
          { party: this.#deps.self },
        )
    }
  }

  /** Writes a release down with the own rows that it is about; what speaks against it is said as the gate says it. */
  async writeRelease(
    { disclosure, to, ...at }: ReleaseRecord,
    planned: PlannedDisclosure,
    write: (within?: Within) => Promise<void>,
  ): Promise<void> {
    const { usage, clock } = this.#deps
    const asked = await this.#rows.coveredBy(this.#plan.tasks[at.task]!, planned)
    if (asked.length === 0) return write()
    const occasion = { run: this.#run, task: at.task, attempt: at.attempt, disclosure, to, at: clock.now() }
    try {
      await write((db) => usage.releases.record(db, asked, occasion))
    } catch (error) {
      if (!(error instanceof UsageRefused)) throw error
      throw refusalOf(error.reason, { asset: error.asset, disclosure, to })
    }
  }

  /** Aligned rows as they turned out here: of the task's own inputs, or, before there are any, what it may match at most. */
  #rowsOf(task: PlannedTask): number {
    const rows = Object.values(task.inputs).flatMap(({ task: from, port }) => {
      const found = taskState(this.#state, from).done?.outputs.find((o) => o.port === port)
      return found?.rows === undefined ? [] : [found.rows]
    })
    return rows.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...rows)
  }
}

/**
 * Public, the same at every party, and the same again for the same step on the same datasets: a flow that is repeated
 * divides the rows as before, and so tells nothing new of them.
 */
const agreedSeedOf = ({ step, component, version, params, assets }: PlannedTask): Uint8Array =>
  fromHex(digestOf('agreed-seed', { step, component, version, params, assets }))
