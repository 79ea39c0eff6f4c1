/**
 * A piecewise linear function of a shared number: Σ_k [z ≥ t_k]·(s_k·z + i_k) with public t, s, i.
 *
 * Source    truncation and comparisons from one opening (`masked.ts`); bit injection with a dealer's (d, a, d·a).
 * Injection b_k is shared as bits, z as a number. Opened: e_k = b_k ⊕ d_k and ε = z − a. Then
 *           b_k = e_k + (1 − 2e_k)·d_k and b_k·z = ε·b_k + e_k·a + (1 − 2e_k)·d_k·a.
 * Cost      2 rounds and those of the comparison; words an element to every other party: 2, and per threshold the bits of
 *           the comparison and one more.
 */
import type { U64 } from '@secureflow/kernels'
import type { Correlation } from './correlations.ts'
import { belowMasked, belowNeeds, maskOf, openMasked, truncateMasked } from './masked.ts'
import type { Party } from './party.ts'
import { wordsFor } from './planes.ts'

export interface Piece {
  /** Where it begins, in units of the input. */
  at: bigint
  /** Change of the slope there: whole multiples of one result unit per truncated unit. */
  slope: bigint
  /** Change of the intercept there, in units of the result. */
  intercept: bigint
}

export interface PiecewiseLinear {
  /** Bits of the input that are dropped before slopes are applied. */
  bits: number
  /** Base-64 digits on which thresholds are compared. */
  digits: number
  pieces: readonly Piece[]
}

export function* piecewiseNeeds(count: number, { bits, digits, pieces }: PiecewiseLinear): Generator<Correlation> {
  yield maskOf(count, { bits, digits })
  yield* belowNeeds(count, digits, pieces.length)
  yield { kind: 'inject', count, planes: pieces.length }
}

/** out = the function of z, for |z| < 2^62. */
export async function piecewiseLinear(party: Party, out: U64, z: U64, f: PiecewiseLinear): Promise<void> {
  const { ring } = party
  const mark = ring.mark()
  const masked = await openMasked(party, z, f)
  const value = ring.zeros(z.length)
  truncateMasked(party, value, masked)
  const below = await belowMasked(
    party,
    masked,
    f.pieces.map((p) => p.at),
  )
  await inject(party, out, below, value, f.pieces)
  ring.release(mark)
}

/** out = Σ_k (1 − b_k)·(s_k·z + i_k) from XOR shares of b, one plane after the other. */
async function inject(party: Party, out: U64, b: U64, z: U64, pieces: readonly Piece[]): Promise<void> {
  const { ring, leader } = party
  const n = z.length
  const planes = pieces.length
  const words = wordsFor(n)
  const { masks, dependent } = await party.take({ kind: 'inject', count: n, planes })
  const [d, a] = [masks.subarray(0, planes * words), masks.subarray(planes * words)]
  const opened = ring.zeros(masks.length)
  const [bits, epsilon] = [opened.subarray(0, planes * words), opened.subarray(planes * words)]
  ring.xor(bits, b, d)
  ring.sub(epsilon, z, a)
  await party.open(opened, bits.length)

  const total = (of: (p: Piece) => bigint): bigint => pieces.reduce((sum, p) => sum + of(p), 0n)
  ring.scale(
    out,
    z,
    BigInt.asUintN(
      64,
      total((p) => p.slope),
    ),
  )
  if (leader)
    ring.addScalar(
      out,
      out,
      BigInt.asUintN(
        64,
        total((p) => p.intercept),
      ),
    )
  const e = ring.zeros(n)
  const sign = ring.zeros(n)
  const line = ring.zeros(n)
  const term = ring.zeros(n)
  const share = ring.zeros(n)
  const minusTwo = BigInt.asUintN(64, -2n)
  for (const [k, { slope, intercept }] of pieces.entries()) {
    const s = BigInt.asUintN(64, slope)
    const dk = dependent.subarray(k * n, (k + 1) * n)
    const dak = dependent.subarray((planes + k) * n, (planes + k + 1) * n)
    ring.unslice(e, bits.subarray(k * words, (k + 1) * words), n)
    ring.scale(sign, e, minusTwo)
    ring.addScalar(sign, sign, 1n) // 1 − 2e
    ring.scale(line, epsilon, s)
    ring.addScalar(line, line, BigInt.asUintN(64, intercept)) // s·ε + i
    // b·(s·z + i) = (e + sign·d)·line + s·(e·a + sign·d·a)
    ring.mul(share, line, dk)
    ring.scale(term, dak, s)
    ring.add(share, share, term)
    ring.mul(share, share, sign)
    ring.sub(out, out, share)
    ring.scale(term, a, s)
    if (leader) ring.add(term, term, line)
    ring.mul(term, term, e)
    ring.sub(out, out, term)
  }
}
