/** Killed at a checkpoint (SIGKILL, real processes): the next attempt goes on, and compares at most one bucket again. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { Side } from '../functionality.ts'
import { ids } from '../testing.ts'
import type { Answer, Order } from './testing/side.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const home = mkdtempSync(join(tmpdir(), 'secureflow-restart-'))
const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Ended {
  rows: number[] | undefined
  failed: string | undefined
  died: boolean
  begun: number | undefined
  kept: string[]
}

/** A side over all its attempts: its process lives on where it is not killed. */
class Party {
  readonly #order: Order
  #child: ChildProcess | undefined

  constructor(order: Omit<Order, 'folder' | 'key'>, folder: string) {
    this.#order = { ...order, folder, key: [...randomBytes(32)] }
  }

  get folder(): string {
    return this.#order.folder
  }

  /** @param opened  hears where this side listens */
  attempt(more: Pick<Order, 'port' | 'dies'>, opened: (port: number) => void = () => {}): Promise<Ended> {
    const child = this.#child ?? fork(new URL('./testing/side.ts', import.meta.url))
    this.#child = child
    children.add(child)
    const ended: Ended = { rows: undefined, failed: undefined, died: false, begun: undefined, kept: [] }
    return new Promise((resolve) => {
      const done = (died: boolean): void => {
        child.off('message', hear)
        child.off('exit', dead)
        if (died) this.#child = undefined
        resolve({ ...ended, died })
      }
      const dead = (): void => done(true)
      const hear = (answer: Answer): void => {
        if ('port' in answer) opened(answer.port)
        else if ('kept' in answer) ended.kept.push(answer.kept)
        else {
          Object.assign(ended, answer)
          if (!('begun' in answer)) done(false)
        }
      }
      child.on('message', hear)
      child.on('exit', dead)
      child.send({ ...this.#order, ...more })
    })
  }
}

async function attempt(left: Party, right: Party, dies: { [S in Side]?: Order['dies'] } = {}): Promise<[Ended, Ended]> {
  let listening: (port: number) => void = () => {}
  const port = new Promise<number>((resolve) => {
    listening = resolve
  })
  const of = (side: Side) => (dies[side] === undefined ? {} : { dies: dies[side] })
  const r = right.attempt(of('right'), listening)
  const l = left.attempt({ port: await port, ...of('left') })
  return Promise.all([l, r])
}

const [leftIds, rightIds] = [ids(900), ids(700, 400).toReversed()]
let made = 0
function parties(protocol: Order['protocol'], buckets: number): [Party, Party] {
  const folder = join(home, String(made++))
  const party = (side: Side, own: string[]) => new Party({ side, protocol, buckets, ids: own }, join(folder, side))
  return [party('left', leftIds), party('right', rightIds)]
}

function expectResult([l, r]: [Ended, Ended]): void {
  expect([l.failed, r.failed]).toEqual([undefined, undefined])
  expect(l.rows!.map((row) => leftIds[row])).toEqual(r.rows!.map((row) => rightIds[row]))
  expect(l.rows!.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => 400 + i))
}

const buckets = 4
const everywhere = [1, 2, 3, 4].flatMap((at) =>
  (['left', 'right'] as const).flatMap((side) => (['before', 'after'] as const).map((when) => ({ side, at, when }))),
)
const chosen = [
  { side: 'left', at: 2, when: 'after' },
  { side: 'right', at: 3, when: 'before' },
] as const

test.each(full ? everywhere : chosen)(
  '$side killed $when it keeps bucket $at',
  async ({ side, at, when }) => {
    const protocol = side === 'left' ? 'rr22' : 'rr22-malicious'
    const [left, right] = parties(protocol, buckets)
    const first = await attempt(left, right, { [side]: { at, when } })
    const [killed, other] = side === 'left' ? first : [first[1], first[0]]
    // The receiver waits for nothing more once the last bucket is compared.
    const waits = !(side === 'right' && at === buckets)
    expect([killed.died, other.died, other.failed]).toEqual([true, false, waits ? 'CHANNEL_CLOSED' : undefined])
    const keptByBoth = killed.kept.filter((name) => other.kept.includes(name)).length
    expect(keptByBoth).toBeGreaterThanOrEqual(at - 1 - (when === 'after' ? 0 : 1))

    const second = await attempt(left, right)
    expectResult(second)
    for (const { begun } of second) expect(begun).toBe(buckets - keptByBoth)
    expect(other.begun! + second[0].begun!).toBeLessThanOrEqual(buckets + 1)
  },
  120_000,
)

test('killed again and again, at both sides, each attempt goes on from where the last one came to', async () => {
  const [left, right] = parties('rr22', buckets)
  const kept = new Map<Side, number>()
  for (let k = 0; k < (full ? 3 : 1); k++) {
    const [l, r] = await attempt(left, right, { [k % 2 === 0 ? 'right' : 'left']: { at: 1, when: 'after' } })
    kept.set('left', (kept.get('left') ?? 0) + l.kept.length)
    kept.set('right', (kept.get('right') ?? 0) + r.kept.length)
  }
  const last = await attempt(left, right)
  expectResult(last)
  expect(last[0].begun! + Math.min(...kept.values())).toBeLessThanOrEqual(buckets)

  // What lies on the disk says nothing of an id, and is for the node's account alone; a file that was altered is not used.
  const files = readdirSync(left.folder)
  expect(files.filter((name) => name.startsWith('done-'))).toHaveLength(buckets)
  for (const name of files) expect(statSync(join(left.folder, name)).mode & 0o777).toBe(0o600)
  writeFileSync(join(left.folder, 'done-2'), 'altered')
  const again = await attempt(left, right)
  expectResult(again)
  expect(again.map(({ begun }) => begun)).toEqual([1, 1])
}, 120_000)

test('a side that has lost its files makes both begin anew', async () => {
  const [left, right] = parties('rr22', 2)
  expectResult(await attempt(left, right))
  rmSync(right.folder, { recursive: true })
  const again = await attempt(left, right)
  expectResult(again)
  expect(again.map(({ begun }) => begun)).toEqual([2, 2])
}, 120_000)
