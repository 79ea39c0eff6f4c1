/** For the tests of this folder: both sides in one process. */
import type { Platform } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { type Mesh, type MeshOptions, memorySessions } from '../testing/index.ts'
import type { Learns, Reveals } from './functionality.ts'
import { intersect, intersectionSize } from './intersect.ts'
import type { EncodedItems } from './items.ts'
import type { PsiProtocol } from './protocols.ts'
import type { EcdhSuiteName } from './suites/cost.ts'

type Ids = readonly string[] | EncodedItems
type Options = Partial<MeshOptions> & {
  learns?: Learns
  learnsRight?: Learns
  reveals?: Reveals
  revealsRight?: Reveals
  protocol?: PsiProtocol
  suite?: EcdhSuiteName | undefined
  normalisation?: [string, string]
  chunkRows?: number | undefined
}

const banks = [
  { id: 'bank-a', part: 'left' },
  { id: 'bank-b', part: 'right' },
]

export interface TwoSides {
  mesh: Mesh
  /** Settled, in the order left, right. */
  outcome: Promise<[PromiseSettledResult<Uint32Array>, PromiseSettledResult<Uint32Array>]>
}

export function start(left: Ids, right: Ids, options: Options = {}): TwoSides {
  const { learns = 'both', learnsRight = learns, reveals = 'rows', revealsRight = reveals, ...more } = options
  const { protocol = 'ecdh', normalisation = ['', ''], chunkRows, suite, ...mesh } = more
  const made = memorySessions(banks, { platform: nodePlatform, ...mesh })
  const [l, r] = made.sessions
  const both = {
    protocol,
    ...(chunkRows === undefined ? {} : { chunkRows }),
    ...(suite === undefined ? {} : { suite }),
  }
  const entry = (what: Reveals) => (what === 'rows' ? intersect : intersectionSize)
  const outcome = Promise.allSettled([
    entry(reveals)(l!, { ids: left, as: 'left', learns, normalisation: normalisation[0], ...both }),
    entry(revealsRight)(r!, { ids: right, as: 'right', learns: learnsRight, normalisation: normalisation[1], ...both }),
  ])
  return { mesh: made, outcome: outcome as TwoSides['outcome'] }
}

/** Both results, or the first error. */
export async function run(
  left: Ids,
  right: Ids,
  options: Options = {},
): Promise<{ mesh: Mesh; left: Uint32Array; right: Uint32Array }> {
  const { mesh, outcome } = start(left, right, options)
  const [l, r] = await outcome
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
