/** What a task process says of its messages: how many of which class went to whom, and what it waited for. */
import type { Wire } from '@secureflow/channel'
import type { MessageClass, TaskTraffic } from './control.ts'

/** A protocol has few classes of messages; what comes after so many is counted as one. */
const maxClasses = 100

export class Traffic {
  readonly wires: ReadonlyMap<string, Wire>
  /** How often this party sent and then waited for an answer. */
  rounds = 0
  readonly #now: () => number
  readonly #classes = new Map<string, MessageClass>()
  /** What was released to a partner and is said by the next message to it, and by those of the same class after it. */
  readonly #released = new Map<string, { disclosures: string[]; tag?: string }>()
  readonly #waiting = { send: 0, recv: 0 }
  readonly #took = { send: 0, recv: 0 }
  #since = 0
  #sent = false

  /** @param now milliseconds */
  constructor(wires: ReadonlyMap<string, Wire>, now: () => number) {
    this.#now = now
    this.wires = new Map([...wires].map(([peer, wire]) => [peer, this.#counted(peer, wire)]))
  }

  /** The gate let it pass: the next message to `to` says it. */
  released(disclosure: string, to: string): void {
    const before = this.#released.get(to)
    const disclosures = before !== undefined && before.tag === undefined ? before.disclosures : []
    this.#released.set(to, { disclosures: [...disclosures.filter((d) => d !== disclosure), disclosure] })
  }

  record(): TaskTraffic {
    return { ...this.times(), classes: this.classes }
  }

  times(): Pick<TaskTraffic, 'sendMs' | 'waitMs'> {
    this.#count()
    return { sendMs: Math.round(this.#took.send), waitMs: Math.round(this.#took.recv) }
  }

  get classes(): MessageClass[] {
    return [...this.#classes.values()]
  }

  #counted(peer: string, wire: Wire): Wire {
    return {
      send: (tag, body) => {
        this.#sent = true
        this.#note(peer, tag, body.length)
        return this.#during('send', wire.send(tag, body))
      },
      recv: (tag, maxBytes) => {
        if (this.#sent) this.rounds++
        this.#sent = false
        return this.#during('recv', wire.recv(tag, maxBytes))
      },
      close: (error) => wire.close(error),
    }
  }

  #note(peer: string, tag: string, bytes: number): void {
    const released = this.#released.get(peer)
    if (released !== undefined) {
      if (released.tag === undefined) released.tag = tag
      else if (released.tag !== tag) this.#released.delete(peer)
    }
    const disclosures = this.#released.get(peer)?.disclosures ?? []
    let named = { to: peer, tag, disclosures }
    if (this.#classes.size >= maxClasses && !this.#classes.has(JSON.stringify(named))) named = { ...named, tag: '*' }
    const key = JSON.stringify(named)
    const found = this.#classes.get(key)
    if (found === undefined) this.#classes.set(key, { ...named, messages: 1, bytes })
    else {
      found.messages++
      found.bytes += bytes
    }
  }

  async #during<T>(what: 'send' | 'recv', work: Promise<T>): Promise<T> {
    this.#count()
    this.#waiting[what]++
    try {
      return await work
    } finally {
      this.#count()
      this.#waiting[what]--
    }
  }

  /** The time since it was counted last: sending where anything is being sent, else waiting where anything is awaited. */
  #count(): void {
    const now = this.#now()
    if (this.#waiting.send > 0) this.#took.send += now - this.#since
    else if (this.#waiting.recv > 0) this.#took.recv += now - this.#since
    this.#since = now
  }
}
