/**
 * Columns that a side brings along for the rows in common: every row takes the same number of bytes, so that nothing shows
 * how long a value is.
 *
 * From the receiver they go in clear, over the matched rows alone, after it has told which those are. From the sender, who
 * need not learn the matches, every row goes under a one-time pad that only a holder of the row's item can compute (labelled
 * PSI): the pad comes from the same oblivious PRF as the tag, under a domain of its own. There is no tag of authenticity on a
 * row: every ciphertext stands for some values, so that a sender that garbles one gives other values, and cannot learn from
 * an abort whether the receiver has the row. What was sent is bound by the digests at the end.
 */
import type { Plain } from '@secureflow/base'
import type { Session } from '../session/session.ts'
import { psiErrors } from './errors.ts'

/** Row i is `bytes[size·i .. size·(i + 1))`, `size` the sum of the widths. */
export interface RowValues {
  /** Bytes of each column, in the agreed order; the other side learns them. */
  readonly widths: readonly number[]
  readonly bytes: Uint8Array
}

const mostColumns = 256
/** Of one row. */
const mostRowBytes = 4096
const messageBytes = 1 << 19

export const rowBytes = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0)

export function isRowLayout(value: Plain | undefined): boolean {
  return (
    Array.isArray(value) &&
    value.length <= mostColumns &&
    value.every((width) => Number.isInteger(width) && (width as number) >= 1) &&
    rowBytes(value as number[]) <= mostRowBytes
  )
}

/** @throws {InputError} PSI_VALUES_SHAPE */
export function checkValues({ widths, bytes }: RowValues, rows: number): void {
  const size = rowBytes(widths)
  if (!isRowLayout([...widths]) || widths.length === 0 || bytes.length !== size * rows)
    throw psiErrors.PSI_VALUES_SHAPE({ columns: widths.length, size, rows, allowed: mostRowBytes })
}

/** Rows that go into one message. */
export const rowsAMessage = (size: number): number => Math.max(1, Math.floor(messageBytes / size))

export const valuesMessageBytes = (size: number): number => Math.max(size, messageBytes)

/** The values of these rows end to end; rows beyond the last, which stand in for none, are zeros. */
export function gatherRows(bytes: Uint8Array, size: number, rows: Uint32Array): Uint8Array {
  const out = new Uint8Array(size * rows.length)
  for (let i = 0; i < rows.length; i++) out.set(bytes.subarray(size * rows[i]!, size * (rows[i]! + 1)), size * i)
  return out
}

export function xorInto(target: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i]! ^= mask[i]!
}

/** Before the message that carries them: `rows` of every column. */
export const releaseValues = (session: Session, to: string, rows: number, columns: number): Promise<void> =>
  session.gate.release({ disclosure: 'values', to, count: rows * columns })
