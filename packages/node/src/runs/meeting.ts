/**
 * How the parties of one task come to one attempt, and to one common end of it. Pure: it hears what the others say
 * (again and again, in any order; messages only repeat a status) and names the next thing to do.
 *
 * Attempts only grow. A party enters a higher attempt when it hears of one, or when its own attempt failed, or after a
 * restart. `done` is said only after the own result and receipt are durable; a task is finished when everybody is done
 * with the same attempt. So whoever has finished knows that nobody can need that task again.
 */
export interface SignedReceipt {
  receipt: Uint8Array
  signature: Uint8Array
}

export type TaskStatus =
  | { phase: 'away'; attempt: 0 }
  | { phase: 'ready'; attempt: number; nonce: Uint8Array }
  | { phase: 'done'; attempt: number; receipt: Uint8Array; signature: Uint8Array }

export type NextStep =
  /** Make this attempt number durable, draw a nonce, and say `opened`. */
  | { do: 'open'; attempt: number }
  /** Everybody is ready for this attempt: start computing, and say `started`. */
  | { do: 'start'; attempt: number; nonces: Map<string, Uint8Array> }
  | { do: 'finish'; attempt: number; receipts: Map<string, SignedReceipt> }
  | { do: 'wait'; for: string[] }

export class Meeting {
  readonly #others: readonly string[]
  readonly #heard = new Map<string, TaskStatus>()
  #own: TaskStatus = { phase: 'away', attempt: 0 }
  #computing = false
  #lowest = 1

  constructor(others: readonly string[]) {
    this.#others = others
  }

  get own(): TaskStatus {
    return this.#own
  }

  get computing(): boolean {
    return this.#computing
  }

  /** After a restart, or after a failure: no attempt up to this number may be used again. */
  abandonUpTo(attempt: number): void {
    this.#lowest = Math.max(this.#lowest, attempt + 1)
    this.#computing = false
  }

  opened(attempt: number, nonce: Uint8Array): void {
    this.#own = { phase: 'ready', attempt, nonce }
    this.#computing = false
  }

  started(): void {
    this.#computing = true
  }

  /** The own result of this attempt is durable. */
  done(attempt: number, signed: SignedReceipt): void {
    this.#own = { phase: 'done', attempt, ...signed }
    this.#computing = false
  }

  /** What another party says of itself; what is older than the known is passed over. @returns whether it was news */
  heard(from: string, status: TaskStatus): boolean {
    const { attempt, phase } = this.#heard.get(from) ?? { attempt: 0, phase: 'away' }
    // A party that starts again opens another attempt: within one, `ready` comes once, and then `done`.
    if (status.attempt < attempt || (status.attempt === attempt && (phase === 'done' || phase === status.phase)))
      return false
    this.#heard.set(from, status)
    return true
  }

  next(): NextStep {
    const said = this.#others.map((id) => this.#heard.get(id) ?? { phase: 'away' as const, attempt: 0 as const })
    const highest = Math.max(this.#lowest, ...said.map((s) => s.attempt))
    if (this.#own.attempt < highest) return { do: 'open', attempt: highest }
    const attempt = this.#own.attempt
    if (this.#own.phase === 'done') {
      const receipts = new Map<string, SignedReceipt>()
      for (const id of this.#others) {
        const s = this.#heard.get(id)
        if (s?.phase === 'done' && s.attempt === attempt) receipts.set(id, s)
      }
      if (receipts.size === this.#others.length) return { do: 'finish', attempt, receipts }
    } else if (this.#own.phase === 'ready' && !this.#computing) {
      const nonces = new Map<string, Uint8Array>()
      for (const id of this.#others) {
        const s = this.#heard.get(id)
        if (s?.phase === 'ready' && s.attempt === attempt) nonces.set(id, s.nonce)
      }
      if (nonces.size === this.#others.length) return { do: 'start', attempt, nonces }
    }
    return {
      do: 'wait',
      for: this.#others.filter((id) => {
        const s = this.#heard.get(id)
        return s === undefined || s.attempt !== attempt || (this.#own.phase === 'done' && s.phase !== 'done')
      }),
    }
  }
}
