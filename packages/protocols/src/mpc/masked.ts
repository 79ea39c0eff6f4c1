/**
 * Truncation and comparison from one opening.
 *
 * Source    truncation: [EDGKRS20] 5.1 (TruncPr); comparison: masked opening with a carry tree over the mask's bits,
 *           six levels of it by table (`planes.ts`).
 * Opening   c = x + r with r uniform over Z_2^64: c is uniform. Whatever follows uses c and shares of functions of r.
 * Truncate  floor(x / 2^m) or that plus one, the latter with the fraction dropped as its probability: unbiased, and never
 *           far off, for |x| < 2^62. The rounding bit depends on r and x; the functionality says so.
 * Compare   msb(x − t) for any public t from the same c, since c − t = (x − t) + r. With all digits it is exact. With the
 *           top `digits` only, L = 64 − 6·digits low bits are ignored: ⌊(x−t+r)/2^L⌋ − ⌊r/2^L⌋ is ⌊(x−t)/2^L⌋ or that
 *           plus one, so that x ≥ t is always recognised, x < t − 2^L as well, and only x in [t − 2^L, t) may count as ≥ t.
 * Cost      opening 1 round, 1 word an element; truncation no more; comparison `chainLengths(digits).length` rounds
 *           (2 for all digits, 1 for 2 to 6), 2·length − 1 bits an element and threshold each.
 */
import type { U64 } from '@secureflow/kernels'
import { chainRound } from './bits.ts'
import type { Correlation } from './correlations.ts'
import type { Party } from './party.ts'
import { exactDigits, lookUp, wordsFor } from './planes.ts'

export interface Masked {
  /** x + r, public. */
  c: U64
  /** How many bits `truncate` drops; 0: it was not asked for. */
  bits: number
  rc: U64
  rb: U64
  digits: number
  tables: U64
}

export interface MaskUse {
  /** For truncation by so many bits, 1 to 62. */
  bits?: number
  /** For comparison on so many base-64 digits from the top, 1 to 11 (exact). */
  digits?: number
}

const offset = 1n << 62n

export const maskOf = (count: number, { bits = 0, digits = 0 }: MaskUse): Correlation => ({
  kind: 'mask',
  count,
  bits,
  digits,
})

/** Opens x under a fresh mask. The result lives in ring memory above the caller's mark. */
export async function openMasked(party: Party, x: U64, use: MaskUse): Promise<Masked> {
  const { ring } = party
  const { bits = 0, digits = 0 } = use
  const n = x.length
  const { masks: c, dependent } = await party.take(maskOf(n, use))
  ring.add(c, c, x)
  await party.open(c)
  const numbers = bits > 0 ? 2 * n : 0
  return {
    c,
    bits,
    rc: dependent.subarray(0, numbers / 2),
    rb: dependent.subarray(numbers / 2, numbers),
    digits,
    tables: dependent.subarray(numbers),
  }
}

/** out = x / 2^bits, without a round. */
export function truncateMasked(party: Party, out: U64, { c, rc, rb, bits }: Masked): void {
  const { ring } = party
  if (bits === 0) throw new RangeError('opened without truncation')
  const mark = ring.mark()
  const raised = ring.zeros(c.length)
  ring.addScalar(raised, c, offset)
  ring.truncateOpened(out, raised, rc, rb, bits, party.leader)
  ring.release(mark)
}

/** out = x / 2^bits for |x| < 2^62. One round, one word an element to every other party. */
export async function truncate(party: Party, out: U64, x: U64, bits: number): Promise<void> {
  const mark = party.ring.mark()
  truncateMasked(party, out, await openMasked(party, x, { bits }))
  party.ring.release(mark)
}

/** Entries of each chain, from the lowest digits up: at most five digits and the carry from below. */
export function chainLengths(digits: number): number[] {
  const lengths: number[] = []
  for (let left = digits - 1; left > 0; left -= 5) lengths.push(Math.min(5, left) + 1)
  return lengths
}

/** The correlations that `belowMasked` takes. */
export function* belowNeeds(count: number, digits: number, thresholds: number): Generator<Correlation> {
  const words = thresholds * wordsFor(count)
  for (const length of chainLengths(digits)) yield { kind: 'chain', length, words }
}

/**
 * XOR shares of [x − t as a signed number is negative], one plane a threshold, laid end to end.
 * Pre: |x − t| < 2^63.
 */
export async function belowMasked(party: Party, masked: Masked, thresholds: readonly bigint[]): Promise<U64> {
  const { c, tables, digits } = masked
  const { generate, propagate } = lookUp(c, tables, digits, thresholds)
  const words = thresholds.length * wordsFor(c.length)
  let carry = generate[digits - 1]!
  let at = digits - 1
  for (const length of chainLengths(digits)) {
    const from = at - (length - 1)
    carry = await chainRound(party, [...generate.slice(from, at), carry], propagate.slice(from, at))
    at = from
  }
  const out = party.ring.zeros(words)
  new Uint32Array(out.buffer, out.byteOffset, 2 * words).set(carry)
  return out
}

/** XOR shares of [x < t], exact for |x − t| < 2^63. Three rounds. */
export async function lessThan(party: Party, x: U64, t: bigint, digits = exactDigits): Promise<U64> {
  return belowMasked(party, await openMasked(party, x, { digits }), [t])
}

export function* lessThanNeeds(count: number, digits = exactDigits): Generator<Correlation> {
  yield maskOf(count, { digits })
  yield* belowNeeds(count, digits, 1)
}

/** XOR shares of the sign bit. */
export const msb = (party: Party, x: U64): Promise<U64> => lessThan(party, x, 0n)
