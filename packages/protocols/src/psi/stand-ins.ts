/**
 * Random items that stand in for rows: those that fill a set up to an agreed size, which hides how many it has, and those of
 * rows without an id. They begin with 0xFF, which no text in UTF-8 holds, then name their side, then have 30 random bytes: none
 * is like an id, or like one of the other side's, whatever it does.
 */
import { type Rng, randomBytes } from '@secureflow/base'
import { pause } from '../session/pause.ts'
import type { Session } from '../session/session.ts'
import { psiErrors } from './errors.ts'
import type { Side } from './functionality.ts'
import { type EncodedItems, encoded } from './items.ts'

/** To how many rows a side is filled up. */
export interface Sizes {
  readonly left?: number | undefined
  readonly right?: number | undefined
}

export const paddingOf = ({ left, right }: Sizes): string =>
  left === undefined && right === undefined ? '' : `left ${left ?? '-'}, right ${right ?? '-'}`

export const isStandIn = (row: number, rows: number, absent: Uint8Array | undefined): boolean =>
  row >= rows || absent?.[row] === 1

interface Wanted {
  as: Side
  /** So many items in all. */
  to: number
  /** 1 for a row to be stood in for. */
  absent: Uint8Array | undefined
}

const size = 32

/** The items as they are where nothing is to be stood in for. @throws {InputError} PSI_PADDING_TOO_SMALL */
export async function withStandIns(
  session: Session,
  ids: readonly string[] | EncodedItems,
  { as, to, absent }: Wanted,
): Promise<readonly string[] | EncodedItems> {
  const rows = 'offsets' in ids ? ids.offsets.length - 1 : ids.length
  if (!Number.isInteger(to) || to < rows) throw psiErrors.PSI_PADDING_TOO_SMALL({ rows, size: to })
  const without = absent?.reduce((sum, each) => sum + each, 0) ?? 0
  if (to === rows && without === 0) return ids
  const given = await encoded(ids, () => pause(session.signal))
  const bytes = new Uint8Array(given.bytes.length + size * (without + to - rows))
  const offsets = new Uint32Array(to + 1)
  let length = 0
  for (let row = 0; row < to; row++) {
    const item = isStandIn(row, rows, absent)
      ? standIn(session.rng, as)
      : given.bytes.subarray(given.offsets[row]!, given.offsets[row + 1]!)
    bytes.set(item, length)
    length += item.length
    offsets[row + 1] = length
    if (row % 4096 === 4095) await pause(session.signal)
  }
  return { bytes: bytes.subarray(0, length), offsets }
}

function standIn(rng: Rng, as: Side): Uint8Array {
  const item = randomBytes(rng, size)
  item[0] = 0xff
  item[1] = as === 'left' ? 1 : 2
  return item
}
