/** For the tests of this folder: both sides in one process. */
import { nodePlatform } from '@secureflow/platform'
import { type Mesh, type MeshOptions, memorySessions } from '../testing/index.ts'
import type { Learns } from './functionality.ts'
import { intersect } from './intersect.ts'
import type { EncodedItems } from './items.ts'

export type Ids = readonly string[] | EncodedItems
type Options = Partial<MeshOptions> & {
  learns?: Learns
  learnsRight?: Learns
  normalisation?: [string, string]
  chunkRows?: number
}

export interface TwoSides {
  mesh: Mesh
  /** Settled, in the order left, right. */
  outcome: Promise<[PromiseSettledResult<Uint32Array>, PromiseSettledResult<Uint32Array>]>
}

export function start(left: Ids, right: Ids, options: Options = {}): TwoSides {
  const { learns = 'both', learnsRight = learns, normalisation = ['', ''], chunkRows = 4096, ...mesh } = options
  const parties = [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ]
  const made = memorySessions(parties, { platform: nodePlatform, ...mesh })
  const [l, r] = made.sessions
  const outcome = Promise.allSettled([
    intersect(l!, { ids: left, as: 'left', learns, normalisation: normalisation[0], chunkRows }),
    intersect(r!, { ids: right, as: 'right', learns: learnsRight, normalisation: normalisation[1], chunkRows }),
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

export const ids = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `customer-${from + i}`)
