/**
 * Bits side by side. A plane holds one bit of many elements, 64 lanes a ring word, here seen as 32-bit halves: lane i is
 * bit i mod 32 of half ⌊i/32⌋. Works on XOR shares and on plain bits alike; nothing branches on a secret.
 *
 * Comparison by table. The dealer gives each base-64 digit d of the mask r as a one-hot word 2^d in XOR shares. A party
 * who knows the public digit v of c = x + r then reads its share of [d = v] and of [d > v] off the word, without talking:
 * the first six levels of a carry tree cost no round.
 */
import type { U64 } from '@secureflow/kernels'

export const wordsFor = (lanes: number): number => Math.ceil(lanes / 64)

export const halves = (v: U64): Uint32Array => new Uint32Array(v.buffer, v.byteOffset, 2 * v.length)

/** Digit `index` from the top (bits 63−6·index down to 58−6·index); the eleventh has only four bits and is padded. */
function digitOf(low: number, high: number, index: number): number {
  const shift = 58 - 6 * index
  if (shift >= 32) return (high >>> (shift - 32)) & 63
  if (shift > 26) return ((high << (32 - shift)) | (low >>> shift)) & 63
  return shift >= 0 ? (low >>> shift) & 63 : (low << -shift) & 63
}

/** So many digits cover all 64 bits; with fewer, everything below bit 64 − 6·digits is ignored. */
export const exactDigits = 11

/** The dealer's part: one-hot words of the top digits of r, digit by digit of each element. */
export function oneHotTables(out: U64, r: U64, digits: number): void {
  const into = halves(out)
  const from = halves(r)
  for (let i = 0; i < r.length; i++)
    for (let t = 0; t < digits; t++) {
      const digit = digitOf(from[2 * i]!, from[2 * i + 1]!, t)
      const at = 2 * (i * digits + t)
      into[at] = digit < 32 ? 1 << digit : 0
      into[at + 1] = digit < 32 ? 0 : 1 << (digit - 32)
    }
}

/** Bit v of the result is the parity of bits v..31. */
function suffixParity(word: number): number {
  let x = word
  x ^= x >>> 1
  x ^= x >>> 2
  x ^= x >>> 4
  x ^= x >>> 8
  return x ^ (x >>> 16)
}

/** The terms of msb(x − t) for each threshold t: `generate` and `propagate` of every digit, top digit first. */
export interface Digits {
  generate: Uint32Array[]
  /** One fewer: the last digit takes no carry. */
  propagate: Uint32Array[]
}

/**
 * Shares of the digits of msb((c − t) − r) for every element and threshold; planes of one digit hold the thresholds one
 * after the other. With v, d the top digits of c − t and r: without a borrow from below the bit is msb(v − d mod 64),
 * and a borrow flips it exactly where v = d or v = d + 32 (mod 64). For the digits below: borrow = [d > v] ⊕ [d = v]·(borrow below).
 * @param tables  XOR shares of `oneHotTables`
 */
export function lookUp(c: U64, tables: U64, digits: number, thresholds: readonly bigint[]): Digits {
  const n = c.length
  const opened = halves(c)
  const oneHot = halves(tables)
  const lanes = 2 * wordsFor(n)
  const planes = (count: number) => Array.from({ length: count }, () => new Uint32Array(thresholds.length * lanes))
  const generate = planes(digits)
  const propagate = planes(digits - 1)
  const tLow = Uint32Array.from(thresholds, (t) => Number(t & 0xffffffffn))
  const tHigh = Uint32Array.from(thresholds, (t) => Number((t >> 32n) & 0xffffffffn))
  for (let t = 0; t < digits; t++) {
    const g = generate[t]!
    const p = t < digits - 1 ? propagate[t]! : undefined
    for (let i = 0; i < n; i++) {
      const at = 2 * (i * digits + t)
      let equalLow = oneHot[at]!
      let equalHigh = oneHot[at + 1]!
      const high = suffixParity(equalHigh)
      const low = suffixParity(equalLow) ^ -(high & 1)
      // Bit v: the share of [d > v], the parity of bits v + 1..63.
      let aboveLow = (low >>> 1) | (high << 31)
      let aboveHigh = high >>> 1
      if (t === 0) {
        // Bit v: the share of msb(v − d), the parity of the 32 bits after v, cyclically; and of [d = v] ⊕ [d = v + 32].
        aboveLow ^= aboveHigh
        aboveHigh = aboveLow ^ -(low & 1)
        equalLow ^= equalHigh
        equalHigh = equalLow
      }
      const openedLow = opened[2 * i]!
      const openedHigh = opened[2 * i + 1]!
      const lane = i & 31
      let half = i >> 5
      for (let k = 0; k < tLow.length; k++, half += lanes) {
        const vLow = openedLow - tLow[k]!
        const vHigh = (openedHigh - tHigh[k]! - (vLow < 0 ? 1 : 0)) | 0
        const v = digitOf(vLow | 0, vHigh, t)
        g[half]! |= (((v & 32 ? aboveHigh : aboveLow) >>> (v & 31)) & 1) << lane
        if (p !== undefined) p[half]! |= (((v & 32 ? equalHigh : equalLow) >>> (v & 31)) & 1) << lane
      }
    }
  }
  return { generate, propagate }
}

/**
 * The polynomial F = l₁ ⊕ q₁·(l₂ ⊕ q₂·(… ⊕ q₍L₋₁₎·l_L)) over GF(2) in one round, from shares of the masks of its 2L−1 inputs
 * and of every product of masks that occurs. `products` counts those products; inputs are ordered l₁..l_L, q₁..q₍L₋₁₎.
 */
export const chainInputs = (length: number): number => 2 * length - 1

export function chainProducts(length: number): number {
  let terms = 1 // l_L alone
  for (let p = length - 1; p >= 1; p--) terms = 2 * terms + 2
  return terms - chainInputs(length)
}

/**
 * Positions of the terms in the order in which the recursion makes them: a term of one input lies among the masks (≥ 0),
 * a product among the products (< 0, as −1−index).
 */
function chainTerms(length: number): number[] {
  let terms = [length - 1]
  let products = 0
  for (let p = length - 2; p >= 0; p--) {
    const times = terms.map(() => -1 - products++)
    terms = [...terms, length + p, ...times, p]
  }
  return terms
}

/** The dealer's part: all products of the masks. @param masks  2L−1 planes of `width` halves @param out  the products */
export function multiplyMasks(out: Uint32Array, masks: Uint32Array, length: number, width: number): void {
  let made = 0
  let terms = [masks.subarray((length - 1) * width, length * width)]
  for (let p = length - 2; p >= 0; p--) {
    const q = masks.subarray((length + p) * width, (length + p + 1) * width)
    const times = terms.map((term) => {
      const product = out.subarray(made * width, (made + 1) * width)
      for (let w = 0; w < width; w++) product[w] = term[w]! & q[w]!
      made++
      return product
    })
    terms = [...terms, q, ...times, masks.subarray(p * width, (p + 1) * width)]
  }
}

const termCache = new Map<number, number[]>()

/**
 * A party's share of F from the opened e = input ⊕ mask.
 * @param masks, products  shares of `multiplyMasks`'s input and output
 */
export function evaluateChain(
  out: Uint32Array,
  e: Uint32Array,
  masks: Uint32Array,
  products: Uint32Array,
  length: number,
  width: number,
  leader: boolean,
): void {
  let terms = termCache.get(length)
  if (terms === undefined) {
    terms = chainTerms(length)
    termCache.set(length, terms)
  }
  const factor = new Int32Array(terms.length)
  for (let w = 0; w < width; w++) {
    // F = constant ⊕ Σ factor[i]·term[i]; multiplying by (e_q ⊕ q) keeps the terms by e_q, and appends q times each.
    let constant = e[(length - 1) * width + w]!
    factor[0] = -1
    let count = 1
    for (let p = length - 2; p >= 0; p--) {
      const eq = e[(length + p) * width + w]!
      factor[count] = constant
      for (let i = 0; i < count; i++) {
        factor[count + 1 + i] = factor[i]!
        factor[i]! &= eq
      }
      count = 2 * count + 2
      factor[count - 1] = -1
      constant = e[p * width + w]! ^ (eq & constant)
    }
    let sum = leader ? constant : 0
    for (let i = 0; i < count; i++) {
      const at = terms[i]!
      sum ^= factor[i]! & (at >= 0 ? masks[at * width + w]! : products[(-1 - at) * width + w]!)
    }
    out[w] = sum
  }
}
