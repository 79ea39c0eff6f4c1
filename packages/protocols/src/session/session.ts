/**
 * A session: what a component is given to talk with. It can be handed to protocol functions and to nothing else: the wires
 * behind it are reachable only inside this package (`wires.ts`, not in the exports map), so that a component cannot send.
 */
import type { Logger, Platform, Rng, Scratch } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { keepWires } from './wires.ts'

export interface SessionParty {
  /** Member id. */
  readonly id: string
  /** The part it plays in this task: `label`, `feature`, `dealer`, `left`, `right`, `one`, ... */
  readonly part: string
}

/** One opening of something that the statement declares. `count`: elements (rows, weights, scores, bits). */
export interface Release {
  readonly disclosure: string
  readonly to: string
  readonly count: number
}

/** The owner's node: counts openings against the agreed statement, checks terms on its own numbers, and refuses. */
export interface DisclosureGate {
  /** Resolves when this party may release; must be called before the message that discloses. @throws PolicyError */
  release(release: Release): Promise<void>
}

export interface SessionOptions {
  readonly self: string
  /** In agreed order; the same list at every party. */
  readonly parties: readonly SessionParty[]
  /** One wire to each other party. */
  readonly wires: ReadonlyMap<string, Wire>
  readonly gate: DisclosureGate
  readonly platform: Platform
  /** The CSPRNG in production; fresh in every attempt. */
  readonly rng: Rng
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly progress?: (report: Progress) => void
  /** Files that outlive the attempt; absent where there are none to be had. */
  readonly scratch?: Scratch
}

export interface Progress {
  /** 0 to 1. */
  fraction: number
  /** What is counted: rows, iterations, ... */
  done?: number
  total?: number
  unit?: string
}

export class Session {
  readonly self: string
  readonly part: string
  readonly parties: readonly SessionParty[]
  readonly gate: DisclosureGate
  readonly platform: Platform
  readonly rng: Rng
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly progress: (report: Progress) => void
  readonly scratch: Scratch | undefined

  constructor(options: SessionOptions) {
    const own = options.parties.find((p) => p.id === options.self)
    if (own === undefined) throw new RangeError(`${options.self} takes no part`)
    this.self = options.self
    this.part = own.part
    this.parties = options.parties
    this.gate = options.gate
    this.platform = options.platform
    this.rng = options.rng
    this.signal = options.signal
    this.logger = options.logger
    this.progress = options.progress ?? (() => {})
    this.scratch = options.scratch
    keepWires(this, options.wires)
  }

  /** Ids of the parties that play this part, in agreed order. */
  playing(part: string): string[] {
    return this.parties.filter((p) => p.part === part).map((p) => p.id)
  }
}
