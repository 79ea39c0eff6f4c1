/** For the tests of this folder: both sides in one process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Platform, platformRng, randomBytes, type Scratch } from '@secureflow/base'
import { fileScratch, nodePlatform } from '@secureflow/platform'
import { afterAll } from 'vitest'
import type { Session } from '../session/session.ts'
import { type Mesh, type MeshOptions, memorySessions } from '../testing/index.ts'
import type { Learns, Reveals } from './functionality.ts'
import { type IntersectOptions, intersectionSize, intersectWithValues } from './intersect.ts'
import type { EncodedItems } from './items.ts'
import type { PsiProtocol } from './protocols.ts'
import type { Sizes } from './stand-ins.ts'
import type { EcdhSuiteName } from './suites/cost.ts'
import type { RowValues } from './values.ts'

type Ids = readonly string[] | EncodedItems
type Options = Partial<MeshOptions> & {
  learns?: Learns
  learnsRight?: Learns
  reveals?: Reveals
  revealsRight?: Reveals
  protocol?: PsiProtocol
  suite?: EcdhSuiteName | undefined
  suiteRight?: EcdhSuiteName | undefined
  normalisation?: [string, string]
  chunkRows?: number | undefined
  buckets?: number | undefined
  bucketsRight?: number | undefined
  /** In the order left, right. */
  absent?: [Uint8Array | undefined, Uint8Array | undefined]
  padTo?: Sizes
  padToRight?: Sizes
  brings?: [RowValues | undefined, RowValues | undefined]
  /** What the right side expects of the left; default: what the left brings. */
  expectsRight?: number
}

const banks = [
  { id: 'bank-a', part: 'left' },
  { id: 'bank-b', part: 'right' },
]

interface Found {
  rows: Uint32Array
  values?: RowValues
}

export interface TwoSides {
  mesh: Mesh
  /** Settled, in the order left, right. */
  outcome: Promise<[PromiseSettledResult<Uint32Array>, PromiseSettledResult<Uint32Array>]>
}

export interface TwoFound {
  mesh: Mesh
  found: Promise<[PromiseSettledResult<Found>, PromiseSettledResult<Found>]>
}

export function start(left: Ids, right: Ids, options: Options = {}): TwoSides {
  const { mesh, found } = startWithValues(left, right, options)
  const rowsOf = (side: PromiseSettledResult<Found>): PromiseSettledResult<Uint32Array> =>
    side.status === 'fulfilled' ? { status: 'fulfilled', value: side.value.rows } : side
  return { mesh, outcome: found.then(([l, r]) => [rowsOf(l), rowsOf(r)]) }
}

export function startWithValues(left: Ids, right: Ids, options: Options = {}): TwoFound {
  const { learns = 'both', learnsRight = learns, reveals = 'rows', revealsRight = reveals, ...more } = options
  const {
    protocol = 'ecdh',
    normalisation = ['', ''],
    chunkRows,
    suite,
    suiteRight = suite,
    buckets,
    bucketsRight = buckets,
    absent,
    brings,
    ...rest
  } = more
  const { padTo, padToRight = padTo, expectsRight = brings?.[0]?.widths.length ?? 0, ...mesh } = rest
  const made = memorySessions(banks, { platform: nodePlatform, ...mesh })
  const [l, r] = made.sessions
  const both = {
    protocol,
    ...(chunkRows === undefined ? {} : { chunkRows }),
  }
  const own = (k: 0 | 1) => ({
    ids: k === 0 ? left : right,
    normalisation: normalisation[k],
    expects: k === 0 ? (brings?.[1]?.widths.length ?? 0) : expectsRight,
    ...(buckets === undefined ? {} : { buckets: k === 0 ? buckets : bucketsRight! }),
    ...(absent?.[k] === undefined ? {} : { absent: absent[k] }),
    ...(brings?.[k] === undefined ? {} : { brings: brings[k] }),
    ...((k === 0 ? suite : suiteRight) === undefined ? {} : { suite: (k === 0 ? suite : suiteRight)! }),
    ...both,
  })
  const entry = (what: Reveals) => async (session: Session, side: IntersectOptions) => {
    if (what === 'rows') return await intersectWithValues(session, side)
    await intersectionSize(session, side)
    return { rows: new Uint32Array(0) }
  }
  const found = Promise.allSettled([
    entry(reveals)(l!, { ...own(0), as: 'left', learns, ...(padTo === undefined ? {} : { padTo }) }),
    entry(revealsRight)(r!, {
      ...own(1),
      as: 'right',
      learns: learnsRight,
      ...(padToRight === undefined ? {} : { padTo: padToRight }),
    }),
  ])
  return { mesh: made, found: found as TwoFound['found'] }
}

/** Both results, or the first error. */
export async function run(
  left: Ids,
  right: Ids,
  options: Options = {},
): Promise<{ mesh: Mesh; left: Uint32Array; right: Uint32Array }> {
  const { mesh, left: l, right: r } = await runWithValues(left, right, options)
  return { mesh, left: l.rows, right: r.rows }
}

export async function runWithValues(
  left: Ids,
  right: Ids,
  options: Options = {},
): Promise<{ mesh: Mesh; left: Found; right: Found }> {
  const { mesh, found } = startWithValues(left, right, options)
  const [l, r] = await found
  if (l.status === 'rejected') throw l.reason
  if (r.status === 'rejected') throw r.reason
  return { mesh, left: l.value, right: r.value }
}

interface CountOptions {
  learns: Learns
  protocol?: PsiProtocol
  /** Sees every message that the left side sends or receives. */
  watch?: (tag: string, body: Uint8Array) => void
  /** Gets every scalar that either side multiplies with. */
  scalars?: Uint8Array[]
}

/** Both counts, or the first error. */
export async function runCount(left: Ids, right: Ids, options: CountOptions): Promise<(number | undefined)[]> {
  const { learns, protocol = 'ecdh', watch, scalars } = options
  const { curve25519 } = nodePlatform
  const multiply = (scalar: Uint8Array, points: Uint8Array): Uint8Array => {
    scalars?.push(scalar.slice())
    return curve25519.multiply(scalar, points)
  }
  const platform: Platform = { ...nodePlatform, curve25519: { ...curve25519, multiply } }
  const { sessions, transcript } = memorySessions(banks, { platform, record: watch !== undefined })
  const counts = await Promise.all([
    intersectionSize(sessions[0]!, { ids: left, as: 'left', learns, protocol }),
    intersectionSize(sessions[1]!, { ids: right, as: 'right', learns, protocol }),
  ])
  for (const { tag, body } of watch === undefined ? [] : transcript('bank-a', 'bank-b')) watch!(tag, body)
  return counts
}

export const ids = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `customer-${from + i}`)

/** Files on disk for each party, fresh for each session; removed when the tests of the file are over. */
export function scratchFiles(): () => Scratch {
  const home = mkdtempSync(join(tmpdir(), 'secureflow-scratch-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  let made = 0
  return () => fileScratch(join(home, String(made++)), randomBytes(platformRng(nodePlatform), 32))
}
