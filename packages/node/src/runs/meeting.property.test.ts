/** Any order of deliveries, crashes and failures leads every party to the same finished attempt. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Meeting, type SignedReceipt, type TaskStatus } from './meeting.ts'

/** One party with its durable memory (`attempt`, `done`, `finished`) and its volatile meeting. */
class Party {
  readonly id: string
  readonly others: string[]
  attempt = 0
  durable: { attempt: number; signed: SignedReceipt } | undefined
  finished: number | undefined
  meeting: Meeting
  draws = 0

  constructor(id: string, all: string[]) {
    this.id = id
    this.others = all.filter((x) => x !== id)
    this.meeting = new Meeting(this.others)
  }

  crash(): void {
    this.meeting = new Meeting(this.others)
    if (this.durable !== undefined) this.meeting.done(this.durable.attempt, this.durable.signed)
    else this.meeting.abandonUpTo(this.attempt)
  }

  /** Acts until it can only wait. A computation ends when `compute` is called. */
  act(): void {
    for (;;) {
      const step = this.meeting.next()
      if (step.do === 'open') {
        expect(step.attempt, `${this.id} reopens attempt`).toBeGreaterThan(this.attempt)
        expect(this.finished, `${this.id} reopens a finished task`).toBeUndefined()
        this.attempt = step.attempt
        this.durable = undefined
        this.meeting.opened(step.attempt, Uint8Array.of(this.draws++))
      } else if (step.do === 'start') this.meeting.started()
      else {
        if (step.do === 'finish') this.finished = step.attempt
        return
      }
    }
  }

  /** A computation talks to everybody, so it can end well only where all have begun (or ended) the same attempt. */
  compute(fails: boolean, all: Iterable<Party>): void {
    if (!this.meeting.computing) return
    for (const p of all) {
      const begun = p.meeting.computing || p.meeting.own.phase === 'done'
      if (!fails && (p.attempt !== this.attempt || !begun)) return
    }
    if (fails) this.meeting.abandonUpTo(this.attempt)
    else {
      const signed = { receipt: Uint8Array.of(this.attempt), signature: new Uint8Array(1) }
      this.durable = { attempt: this.attempt, signed }
      this.meeting.done(this.attempt, signed)
    }
  }
}

const ids = ['a', 'b', 'c']
const event = fc.record({
  kind: fc.constantFrom('deliver', 'deliver', 'deliver', 'compute', 'compute', 'crash', 'fail'),
  who: fc.constantFrom(...ids),
  other: fc.constantFrom(...ids),
})

describe('Meeting', () => {
  it('ends with everybody done with the same attempt, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const parties = new Map(ids.map((id) => [id, new Party(id, ids)]))
        const get = (id: string): Party => parties.get(id)!
        const tell = (from: Party, to: Party): boolean => to.meeting.heard(from.id, from.meeting.own as TaskStatus)
        for (const p of parties.values()) p.act()
        for (const { kind, who, other } of events) {
          const p = get(who)
          if (kind === 'crash') p.crash()
          else if (kind === 'compute') p.compute(false, parties.values())
          else if (kind === 'fail') p.compute(true, parties.values())
          else if (who !== other) tell(get(other), p)
          p.act()
        }
        // A quiet end: everything is delivered and nothing fails any more.
        for (let round = 0; round < 8; round++) {
          for (const p of parties.values()) p.compute(false, parties.values())
          for (const from of parties.values()) for (const to of parties.values()) if (from !== to) tell(from, to)
          for (const p of parties.values()) p.act()
        }
        const ends = [...parties.values()].map((p) => p.finished)
        expect(ends[0]).toBeDefined()
        expect(new Set(ends).size).toBe(1)
      }),
      { numRuns: 2000 },
    )
  })

  it('starts only when everybody is ready for the same attempt', () => {
    const m = new Meeting(['b', 'c'])
    expect(m.next()).toEqual({ do: 'open', attempt: 1 })
    m.opened(1, Uint8Array.of(1))
    m.heard('b', { phase: 'ready', attempt: 1, nonce: Uint8Array.of(2) })
    expect(m.next()).toEqual({ do: 'wait', for: ['c'] })
    m.heard('c', { phase: 'ready', attempt: 2, nonce: Uint8Array.of(3) })
    expect(m.next()).toEqual({ do: 'open', attempt: 2 })
  })
})
