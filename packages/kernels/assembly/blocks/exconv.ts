/** The two halves of an ExConv code: the accumulator over d and the expander from d into e. */

/** γ · v, γ = x^37 */
// @ts-ignore: decorator
@inline
function timesGamma(v: v128): v128 {
  const out = i64x2.shr_u(v, 27)
  const turned = i64x2.shuffle(out, out, 1, 0) // lane 0: the 37 bits that leave at the top; lane 1: those that go up
  const top = v128.and(turned, i64x2(-1, 0))
  const folded = v128.xor(v128.xor(i64x2.shl(top, 1), i64x2.shl(top, 2)), i64x2.shl(top, 7))
  return v128.xor(v128.xor(i64x2.shl(v, 37), turned), folded)
}

/** γ · v by coordinate: in each 16 bits x^7 modulo x^16 + x^5 + x^3 + x^2 + 1 */
// @ts-ignore: decorator
@inline
function timesSubfieldGamma(v: v128): v128 {
  const top = i16x8.shr_u(v, 9)
  const folded = v128.xor(v128.xor(top, i16x8.shl(top, 2)), v128.xor(i16x8.shl(top, 3), i16x8.shl(top, 5)))
  return v128.xor(i16x8.shl(v, 7), folded)
}

/** @param subfield known where this is compiled: no branch is left */
// @ts-ignore: decorator
@inline
function timesEither(v: v128, subfield: bool): v128 {
  return subfield ? timesSubfieldGamma(v) : timesGamma(v)
}

/** One row the long way: any place, also around the end. `i` < m + 25. */
function accumulateRow(d: usize, word: u32, i: i32, m: i32, subfield: bool): void {
  const at = d + (<usize>(i < m ? i : i - m) << 4)
  let sum = v128.load(at)
  if (i >= 25) {
    sum = v128.xor(sum, v128.load(d + (<usize>(i - 25) << 4)))
    sum = subfield ? timesSubfieldGamma(sum) : timesGamma(sum)
  }
  for (let t = 0; t < 24; t++) {
    const from = i - 24 + t
    if (from >= 0 && from < m && ((word >> t) & 1) != 0) sum = v128.xor(sum, v128.load(d + (<usize>from << 4)))
  }
  v128.store(at, sum)
}

/** Entry u of the table of a group: the sum of those of its four blocks whose bits are set in u. */
// @ts-ignore: decorator
@inline
function extend(table: usize, members: usize, v: v128): void {
  v128.store(table + members, v)
  for (let u: usize = 16; u < members; u += 16) v128.store(table + members + u, v128.xor(v, v128.load(table + u)))
}

// @ts-ignore: decorator
@inline
function row(d: usize, q: usize, r: u32, word: u32, tables: usize, subfield: bool): v128 {
  const at = d + ((q + <usize>r) << 4)
  const window = (word & 0xffffff) << r // bit b stands for place q − 24 + b
  let sum = timesEither(v128.xor(v128.load(at), v128.load(at - 400)), subfield)
  let other = pick(tables, q, 0, window)
  sum = v128.xor(sum, pick(tables, q, 1, window))
  other = v128.xor(other, pick(tables, q, 2, window))
  sum = v128.xor(sum, pick(tables, q, 3, window))
  other = v128.xor(other, pick(tables, q, 4, window))
  sum = v128.xor(sum, pick(tables, q, 5, window))
  if (r != 0) other = v128.xor(other, pick(tables, q, 6, window))
  sum = v128.xor(sum, other)
  v128.store(at, sum)
  return sum
}

/** Tables of eight groups lie in a ring: group g (places 4g..4g+3) at (g mod 8)·256. */
// @ts-ignore: decorator
@inline
function pick(tables: usize, q: usize, group: usize, window: u32): v128 {
  const ring = (((q >> 2) + 2 + group) & 7) << 8 // q/4 − 6 + group
  const nibble = group == 0 ? <usize>(window << 4) & 0xf0 : <usize>(window >> (<u32>(group << 2) - 4)) & 0xf0
  return v128.load(tables + ring + nibble)
}

/**
 * Rows from..to−1 of a pass over m blocks; `from` a multiple of 4.
 * @param words one u32 a row @param tables 2048 bytes
 */
export function accumulate(d: usize, words: usize, from: i32, to: i32, m: i32, tables: usize): void {
  pass(d, words, from, to, m, tables, false)
}

/** The same with the γ of GF(2^16), which leaves every coordinate in its place. */
export function accumulateSubfield(d: usize, words: usize, from: i32, to: i32, m: i32, tables: usize): void {
  pass(d, words, from, to, m, tables, true)
}

// @ts-ignore: decorator
@inline
function pass(d: usize, words: usize, from: i32, to: i32, m: i32, tables: usize, subfield: bool): void {
  let i = from
  for (; i < to && i < 28; i++, words += 4) accumulateRow(d, load<u32>(words), i, m, subfield)
  const last = (to < m ? to : m) & ~3
  if (i < last) {
    for (let g = (i >> 2) - 6; g < i >> 2; g++) {
      const table = tables + (<usize>(g & 7) << 8)
      const group = d + (<usize>g << 6)
      v128.store(table, i64x2.splat(0))
      extend(table, 16, v128.load(group))
      extend(table, 32, v128.load(group, 16))
      extend(table, 64, v128.load(group, 32))
      extend(table, 128, v128.load(group, 48))
    }
    for (; i < last; i += 4, words += 16) {
      const q = <usize>i
      const table = tables + (((q >> 2) & 7) << 8)
      v128.store(table, i64x2.splat(0))
      extend(table, 16, row(d, q, 0, load<u32>(words), tables, subfield))
      extend(table, 32, row(d, q, 1, load<u32>(words, 4), tables, subfield))
      extend(table, 64, row(d, q, 2, load<u32>(words, 8), tables, subfield))
      extend(table, 128, row(d, q, 3, load<u32>(words, 12), tables, subfield))
    }
  }
  for (; i < to; i++, words += 4) accumulateRow(d, load<u32>(words), i, m, subfield)
}

// @ts-ignore: decorator
@inline
function place(word: usize, places: u64, shift: usize): usize {
  return <usize>((<u64>load<u32>(word) * places) >> 32) << shift
}

/**
 * e_k ⊕= one block of a slice of d, for n outputs; slice after slice, so that the slice stays in the cache.
 * @param words u32 an output @param places blocks of the slice that begins at d
 */
export function expandRegular(e: usize, d: usize, words: usize, places: u64, n: i32): void {
  for (; n > 3; n -= 4, e += 64, words += 16) {
    v128.store(e, v128.xor(v128.load(e), v128.load(d + place(words, places, 4))))
    v128.store(e, v128.xor(v128.load(e, 16), v128.load(d + place(words + 4, places, 4))), 16)
    v128.store(e, v128.xor(v128.load(e, 32), v128.load(d + place(words + 8, places, 4))), 32)
    v128.store(e, v128.xor(v128.load(e, 48), v128.load(d + place(words + 12, places, 4))), 48)
  }
  for (; n > 0; n--, e += 16, words += 4)
    v128.store(e, v128.xor(v128.load(e), v128.load(d + place(words, places, 4))))
}

/** e_k ⊕= 10 blocks of d. @param words 10 u32 an output @param places blocks of d */
export function expandUniform(e: usize, d: usize, words: usize, places: u64, n: i32): void {
  for (; n > 0; n--, e += 16) {
    let sum = v128.load(e)
    for (let j = 0; j < 10; j++, words += 4) sum = v128.xor(sum, v128.load(d + place(words, places, 4)))
    v128.store(e, sum)
  }
}

/** The same for two vectors whose d lie interleaved: both blocks of a place come with one line of the cache. */
export function expandUniformTwo(e: usize, e2: usize, pairs: usize, words: usize, places: u64, n: i32): void {
  for (; n > 0; n--, e += 16, e2 += 16) {
    let sum = v128.load(e)
    let sum2 = v128.load(e2)
    for (let j = 0; j < 10; j++, words += 4) {
      const at = pairs + place(words, places, 5)
      sum = v128.xor(sum, v128.load(at))
      sum2 = v128.xor(sum2, v128.load(at, 16))
    }
    v128.store(e, sum)
    v128.store(e2, sum2)
  }
}

export function interleave(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n--, out += 32, a += 16, b += 16) {
    v128.store(out, v128.load(a))
    v128.store(out, v128.load(b), 16)
  }
}
