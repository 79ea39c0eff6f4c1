/**
 * The field of a prime p, 2^255 < p < 2^256, p ≡ −1 modulo 2^52, four elements at a time in Montgomery form, R = 2^260: limb i of
 * four of them is one vector of u32 at 16·i, weights 2^(26·i), 160 bytes in all. Everything takes the same time whatever the
 * values.
 *
 * A settled element is below 2p, its limbs below 2^26. `mul` and `square` take elements below 4p whose limbs are below 2^27, and
 * give settled ones: (4p)²/R + p < 2p. Sums and differences are settled before they are used.
 */

/** Bytes of four elements. */
export const elementBytes = 160
/** Where the constants of the field begin: p + 1, 2p, 2^256 − p, limb by limb in all four lanes. */
export const constantBytes = 3 * 160

const bits = 26
const mask = 0x3ffffff

// @ts-ignore: decorator
@inline
function product(high: bool, a: v128, b: v128): v128 {
  return high ? i64x2.extmul_high_i32x4_u(a, b) : i64x2.extmul_low_i32x4_u(a, b)
}

/** The low words of two u64, as the lanes that `product(false, ...)` reads. */
// @ts-ignore: decorator
@inline
function words(v: v128): v128 {
  return i32x4.shuffle(v, v, 0, 2, 0, 2)
}

/**
 * Lanes 0 and 1 (or 2 and 3) of f·g/R modulo p, as limbs of u64. Column k, once its lowest 26 bits q are known, gets q·p: as
 * p ≡ −1 that is q·(p + 1) two columns and more above, and without its q the column is a carry.
 */
// @ts-ignore: decorator
@inline
function productHalf(high: bool, out: usize, f: usize, g: usize, field: usize): void {
  const f0 = v128.load(f, 0)
  const f1 = v128.load(f, 16)
  const f2 = v128.load(f, 32)
  const f3 = v128.load(f, 48)
  const f4 = v128.load(f, 64)
  const f5 = v128.load(f, 80)
  const f6 = v128.load(f, 96)
  const f7 = v128.load(f, 112)
  const f8 = v128.load(f, 128)
  const f9 = v128.load(f, 144)
  const g0 = v128.load(g, 0)
  const g1 = v128.load(g, 16)
  const g2 = v128.load(g, 32)
  const g3 = v128.load(g, 48)
  const g4 = v128.load(g, 64)
  const g5 = v128.load(g, 80)
  const g6 = v128.load(g, 96)
  const g7 = v128.load(g, 112)
  const g8 = v128.load(g, 128)
  const g9 = v128.load(g, 144)
  const p2 = v128.load(field, 32)
  const p3 = v128.load(field, 48)
  const p4 = v128.load(field, 64)
  const p5 = v128.load(field, 80)
  const p6 = v128.load(field, 96)
  const p7 = v128.load(field, 112)
  const p8 = v128.load(field, 128)
  const p9 = v128.load(field, 144)
  const low = i64x2.splat(mask)
  let sum = product(high, f0, g0)
  const q0 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g1))
  sum = i64x2.add(sum, product(high, f1, g0))
  const q1 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g2))
  sum = i64x2.add(sum, product(high, f1, g1))
  sum = i64x2.add(sum, product(high, f2, g0))
  sum = i64x2.add(sum, product(false, q0, p2))
  const q2 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g3))
  sum = i64x2.add(sum, product(high, f1, g2))
  sum = i64x2.add(sum, product(high, f2, g1))
  sum = i64x2.add(sum, product(high, f3, g0))
  sum = i64x2.add(sum, product(false, q0, p3))
  sum = i64x2.add(sum, product(false, q1, p2))
  const q3 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g4))
  sum = i64x2.add(sum, product(high, f1, g3))
  sum = i64x2.add(sum, product(high, f2, g2))
  sum = i64x2.add(sum, product(high, f3, g1))
  sum = i64x2.add(sum, product(high, f4, g0))
  sum = i64x2.add(sum, product(false, q0, p4))
  sum = i64x2.add(sum, product(false, q1, p3))
  sum = i64x2.add(sum, product(false, q2, p2))
  const q4 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g5))
  sum = i64x2.add(sum, product(high, f1, g4))
  sum = i64x2.add(sum, product(high, f2, g3))
  sum = i64x2.add(sum, product(high, f3, g2))
  sum = i64x2.add(sum, product(high, f4, g1))
  sum = i64x2.add(sum, product(high, f5, g0))
  sum = i64x2.add(sum, product(false, q0, p5))
  sum = i64x2.add(sum, product(false, q1, p4))
  sum = i64x2.add(sum, product(false, q2, p3))
  sum = i64x2.add(sum, product(false, q3, p2))
  const q5 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g6))
  sum = i64x2.add(sum, product(high, f1, g5))
  sum = i64x2.add(sum, product(high, f2, g4))
  sum = i64x2.add(sum, product(high, f3, g3))
  sum = i64x2.add(sum, product(high, f4, g2))
  sum = i64x2.add(sum, product(high, f5, g1))
  sum = i64x2.add(sum, product(high, f6, g0))
  sum = i64x2.add(sum, product(false, q0, p6))
  sum = i64x2.add(sum, product(false, q1, p5))
  sum = i64x2.add(sum, product(false, q2, p4))
  sum = i64x2.add(sum, product(false, q3, p3))
  sum = i64x2.add(sum, product(false, q4, p2))
  const q6 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g7))
  sum = i64x2.add(sum, product(high, f1, g6))
  sum = i64x2.add(sum, product(high, f2, g5))
  sum = i64x2.add(sum, product(high, f3, g4))
  sum = i64x2.add(sum, product(high, f4, g3))
  sum = i64x2.add(sum, product(high, f5, g2))
  sum = i64x2.add(sum, product(high, f6, g1))
  sum = i64x2.add(sum, product(high, f7, g0))
  sum = i64x2.add(sum, product(false, q0, p7))
  sum = i64x2.add(sum, product(false, q1, p6))
  sum = i64x2.add(sum, product(false, q2, p5))
  sum = i64x2.add(sum, product(false, q3, p4))
  sum = i64x2.add(sum, product(false, q4, p3))
  sum = i64x2.add(sum, product(false, q5, p2))
  const q7 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g8))
  sum = i64x2.add(sum, product(high, f1, g7))
  sum = i64x2.add(sum, product(high, f2, g6))
  sum = i64x2.add(sum, product(high, f3, g5))
  sum = i64x2.add(sum, product(high, f4, g4))
  sum = i64x2.add(sum, product(high, f5, g3))
  sum = i64x2.add(sum, product(high, f6, g2))
  sum = i64x2.add(sum, product(high, f7, g1))
  sum = i64x2.add(sum, product(high, f8, g0))
  sum = i64x2.add(sum, product(false, q0, p8))
  sum = i64x2.add(sum, product(false, q1, p7))
  sum = i64x2.add(sum, product(false, q2, p6))
  sum = i64x2.add(sum, product(false, q3, p5))
  sum = i64x2.add(sum, product(false, q4, p4))
  sum = i64x2.add(sum, product(false, q5, p3))
  sum = i64x2.add(sum, product(false, q6, p2))
  const q8 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f0, g9))
  sum = i64x2.add(sum, product(high, f1, g8))
  sum = i64x2.add(sum, product(high, f2, g7))
  sum = i64x2.add(sum, product(high, f3, g6))
  sum = i64x2.add(sum, product(high, f4, g5))
  sum = i64x2.add(sum, product(high, f5, g4))
  sum = i64x2.add(sum, product(high, f6, g3))
  sum = i64x2.add(sum, product(high, f7, g2))
  sum = i64x2.add(sum, product(high, f8, g1))
  sum = i64x2.add(sum, product(high, f9, g0))
  sum = i64x2.add(sum, product(false, q0, p9))
  sum = i64x2.add(sum, product(false, q1, p8))
  sum = i64x2.add(sum, product(false, q2, p7))
  sum = i64x2.add(sum, product(false, q3, p6))
  sum = i64x2.add(sum, product(false, q4, p5))
  sum = i64x2.add(sum, product(false, q5, p4))
  sum = i64x2.add(sum, product(false, q6, p3))
  sum = i64x2.add(sum, product(false, q7, p2))
  const q9 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f1, g9))
  sum = i64x2.add(sum, product(high, f2, g8))
  sum = i64x2.add(sum, product(high, f3, g7))
  sum = i64x2.add(sum, product(high, f4, g6))
  sum = i64x2.add(sum, product(high, f5, g5))
  sum = i64x2.add(sum, product(high, f6, g4))
  sum = i64x2.add(sum, product(high, f7, g3))
  sum = i64x2.add(sum, product(high, f8, g2))
  sum = i64x2.add(sum, product(high, f9, g1))
  sum = i64x2.add(sum, product(false, q1, p9))
  sum = i64x2.add(sum, product(false, q2, p8))
  sum = i64x2.add(sum, product(false, q3, p7))
  sum = i64x2.add(sum, product(false, q4, p6))
  sum = i64x2.add(sum, product(false, q5, p5))
  sum = i64x2.add(sum, product(false, q6, p4))
  sum = i64x2.add(sum, product(false, q7, p3))
  sum = i64x2.add(sum, product(false, q8, p2))
  v128.store(out, v128.and(sum, low), 0)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f2, g9))
  sum = i64x2.add(sum, product(high, f3, g8))
  sum = i64x2.add(sum, product(high, f4, g7))
  sum = i64x2.add(sum, product(high, f5, g6))
  sum = i64x2.add(sum, product(high, f6, g5))
  sum = i64x2.add(sum, product(high, f7, g4))
  sum = i64x2.add(sum, product(high, f8, g3))
  sum = i64x2.add(sum, product(high, f9, g2))
  sum = i64x2.add(sum, product(false, q2, p9))
  sum = i64x2.add(sum, product(false, q3, p8))
  sum = i64x2.add(sum, product(false, q4, p7))
  sum = i64x2.add(sum, product(false, q5, p6))
  sum = i64x2.add(sum, product(false, q6, p5))
  sum = i64x2.add(sum, product(false, q7, p4))
  sum = i64x2.add(sum, product(false, q8, p3))
  sum = i64x2.add(sum, product(false, q9, p2))
  v128.store(out, v128.and(sum, low), 16)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f3, g9))
  sum = i64x2.add(sum, product(high, f4, g8))
  sum = i64x2.add(sum, product(high, f5, g7))
  sum = i64x2.add(sum, product(high, f6, g6))
  sum = i64x2.add(sum, product(high, f7, g5))
  sum = i64x2.add(sum, product(high, f8, g4))
  sum = i64x2.add(sum, product(high, f9, g3))
  sum = i64x2.add(sum, product(false, q3, p9))
  sum = i64x2.add(sum, product(false, q4, p8))
  sum = i64x2.add(sum, product(false, q5, p7))
  sum = i64x2.add(sum, product(false, q6, p6))
  sum = i64x2.add(sum, product(false, q7, p5))
  sum = i64x2.add(sum, product(false, q8, p4))
  sum = i64x2.add(sum, product(false, q9, p3))
  v128.store(out, v128.and(sum, low), 32)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f4, g9))
  sum = i64x2.add(sum, product(high, f5, g8))
  sum = i64x2.add(sum, product(high, f6, g7))
  sum = i64x2.add(sum, product(high, f7, g6))
  sum = i64x2.add(sum, product(high, f8, g5))
  sum = i64x2.add(sum, product(high, f9, g4))
  sum = i64x2.add(sum, product(false, q4, p9))
  sum = i64x2.add(sum, product(false, q5, p8))
  sum = i64x2.add(sum, product(false, q6, p7))
  sum = i64x2.add(sum, product(false, q7, p6))
  sum = i64x2.add(sum, product(false, q8, p5))
  sum = i64x2.add(sum, product(false, q9, p4))
  v128.store(out, v128.and(sum, low), 48)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f5, g9))
  sum = i64x2.add(sum, product(high, f6, g8))
  sum = i64x2.add(sum, product(high, f7, g7))
  sum = i64x2.add(sum, product(high, f8, g6))
  sum = i64x2.add(sum, product(high, f9, g5))
  sum = i64x2.add(sum, product(false, q5, p9))
  sum = i64x2.add(sum, product(false, q6, p8))
  sum = i64x2.add(sum, product(false, q7, p7))
  sum = i64x2.add(sum, product(false, q8, p6))
  sum = i64x2.add(sum, product(false, q9, p5))
  v128.store(out, v128.and(sum, low), 64)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f6, g9))
  sum = i64x2.add(sum, product(high, f7, g8))
  sum = i64x2.add(sum, product(high, f8, g7))
  sum = i64x2.add(sum, product(high, f9, g6))
  sum = i64x2.add(sum, product(false, q6, p9))
  sum = i64x2.add(sum, product(false, q7, p8))
  sum = i64x2.add(sum, product(false, q8, p7))
  sum = i64x2.add(sum, product(false, q9, p6))
  v128.store(out, v128.and(sum, low), 80)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f7, g9))
  sum = i64x2.add(sum, product(high, f8, g8))
  sum = i64x2.add(sum, product(high, f9, g7))
  sum = i64x2.add(sum, product(false, q7, p9))
  sum = i64x2.add(sum, product(false, q8, p8))
  sum = i64x2.add(sum, product(false, q9, p7))
  v128.store(out, v128.and(sum, low), 96)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f8, g9))
  sum = i64x2.add(sum, product(high, f9, g8))
  sum = i64x2.add(sum, product(false, q8, p9))
  sum = i64x2.add(sum, product(false, q9, p8))
  v128.store(out, v128.and(sum, low), 112)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f9, g9))
  sum = i64x2.add(sum, product(false, q9, p9))
  v128.store(out, v128.and(sum, low), 128)
  sum = i64x2.shr_u(sum, bits)
  v128.store(out, sum, 144)
}

/**
 * Lanes 0 and 1 (or 2 and 3) of f²/R modulo p, as limbs of u64. Column k, once its lowest 26 bits q are known, gets q·p: as
 * p ≡ −1 that is q·(p + 1) two columns and more above, and without its q the column is a carry.
 */
// @ts-ignore: decorator
@inline
function squareHalf(high: bool, out: usize, f: usize, field: usize): void {
  const f0 = v128.load(f, 0)
  const f1 = v128.load(f, 16)
  const f2 = v128.load(f, 32)
  const f3 = v128.load(f, 48)
  const f4 = v128.load(f, 64)
  const f5 = v128.load(f, 80)
  const f6 = v128.load(f, 96)
  const f7 = v128.load(f, 112)
  const f8 = v128.load(f, 128)
  const f9 = v128.load(f, 144)
  const d0 = i32x4.shl(f0, 1)
  const d1 = i32x4.shl(f1, 1)
  const d2 = i32x4.shl(f2, 1)
  const d3 = i32x4.shl(f3, 1)
  const d4 = i32x4.shl(f4, 1)
  const d5 = i32x4.shl(f5, 1)
  const d6 = i32x4.shl(f6, 1)
  const d7 = i32x4.shl(f7, 1)
  const d8 = i32x4.shl(f8, 1)
  const p2 = v128.load(field, 32)
  const p3 = v128.load(field, 48)
  const p4 = v128.load(field, 64)
  const p5 = v128.load(field, 80)
  const p6 = v128.load(field, 96)
  const p7 = v128.load(field, 112)
  const p8 = v128.load(field, 128)
  const p9 = v128.load(field, 144)
  const low = i64x2.splat(mask)
  let sum = product(high, f0, f0)
  const q0 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f1))
  const q1 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f2))
  sum = i64x2.add(sum, product(high, f1, f1))
  sum = i64x2.add(sum, product(false, q0, p2))
  const q2 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f3))
  sum = i64x2.add(sum, product(high, d1, f2))
  sum = i64x2.add(sum, product(false, q0, p3))
  sum = i64x2.add(sum, product(false, q1, p2))
  const q3 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f4))
  sum = i64x2.add(sum, product(high, d1, f3))
  sum = i64x2.add(sum, product(high, f2, f2))
  sum = i64x2.add(sum, product(false, q0, p4))
  sum = i64x2.add(sum, product(false, q1, p3))
  sum = i64x2.add(sum, product(false, q2, p2))
  const q4 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f5))
  sum = i64x2.add(sum, product(high, d1, f4))
  sum = i64x2.add(sum, product(high, d2, f3))
  sum = i64x2.add(sum, product(false, q0, p5))
  sum = i64x2.add(sum, product(false, q1, p4))
  sum = i64x2.add(sum, product(false, q2, p3))
  sum = i64x2.add(sum, product(false, q3, p2))
  const q5 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f6))
  sum = i64x2.add(sum, product(high, d1, f5))
  sum = i64x2.add(sum, product(high, d2, f4))
  sum = i64x2.add(sum, product(high, f3, f3))
  sum = i64x2.add(sum, product(false, q0, p6))
  sum = i64x2.add(sum, product(false, q1, p5))
  sum = i64x2.add(sum, product(false, q2, p4))
  sum = i64x2.add(sum, product(false, q3, p3))
  sum = i64x2.add(sum, product(false, q4, p2))
  const q6 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f7))
  sum = i64x2.add(sum, product(high, d1, f6))
  sum = i64x2.add(sum, product(high, d2, f5))
  sum = i64x2.add(sum, product(high, d3, f4))
  sum = i64x2.add(sum, product(false, q0, p7))
  sum = i64x2.add(sum, product(false, q1, p6))
  sum = i64x2.add(sum, product(false, q2, p5))
  sum = i64x2.add(sum, product(false, q3, p4))
  sum = i64x2.add(sum, product(false, q4, p3))
  sum = i64x2.add(sum, product(false, q5, p2))
  const q7 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f8))
  sum = i64x2.add(sum, product(high, d1, f7))
  sum = i64x2.add(sum, product(high, d2, f6))
  sum = i64x2.add(sum, product(high, d3, f5))
  sum = i64x2.add(sum, product(high, f4, f4))
  sum = i64x2.add(sum, product(false, q0, p8))
  sum = i64x2.add(sum, product(false, q1, p7))
  sum = i64x2.add(sum, product(false, q2, p6))
  sum = i64x2.add(sum, product(false, q3, p5))
  sum = i64x2.add(sum, product(false, q4, p4))
  sum = i64x2.add(sum, product(false, q5, p3))
  sum = i64x2.add(sum, product(false, q6, p2))
  const q8 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d0, f9))
  sum = i64x2.add(sum, product(high, d1, f8))
  sum = i64x2.add(sum, product(high, d2, f7))
  sum = i64x2.add(sum, product(high, d3, f6))
  sum = i64x2.add(sum, product(high, d4, f5))
  sum = i64x2.add(sum, product(false, q0, p9))
  sum = i64x2.add(sum, product(false, q1, p8))
  sum = i64x2.add(sum, product(false, q2, p7))
  sum = i64x2.add(sum, product(false, q3, p6))
  sum = i64x2.add(sum, product(false, q4, p5))
  sum = i64x2.add(sum, product(false, q5, p4))
  sum = i64x2.add(sum, product(false, q6, p3))
  sum = i64x2.add(sum, product(false, q7, p2))
  const q9 = words(v128.and(sum, low))
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d1, f9))
  sum = i64x2.add(sum, product(high, d2, f8))
  sum = i64x2.add(sum, product(high, d3, f7))
  sum = i64x2.add(sum, product(high, d4, f6))
  sum = i64x2.add(sum, product(high, f5, f5))
  sum = i64x2.add(sum, product(false, q1, p9))
  sum = i64x2.add(sum, product(false, q2, p8))
  sum = i64x2.add(sum, product(false, q3, p7))
  sum = i64x2.add(sum, product(false, q4, p6))
  sum = i64x2.add(sum, product(false, q5, p5))
  sum = i64x2.add(sum, product(false, q6, p4))
  sum = i64x2.add(sum, product(false, q7, p3))
  sum = i64x2.add(sum, product(false, q8, p2))
  v128.store(out, v128.and(sum, low), 0)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d2, f9))
  sum = i64x2.add(sum, product(high, d3, f8))
  sum = i64x2.add(sum, product(high, d4, f7))
  sum = i64x2.add(sum, product(high, d5, f6))
  sum = i64x2.add(sum, product(false, q2, p9))
  sum = i64x2.add(sum, product(false, q3, p8))
  sum = i64x2.add(sum, product(false, q4, p7))
  sum = i64x2.add(sum, product(false, q5, p6))
  sum = i64x2.add(sum, product(false, q6, p5))
  sum = i64x2.add(sum, product(false, q7, p4))
  sum = i64x2.add(sum, product(false, q8, p3))
  sum = i64x2.add(sum, product(false, q9, p2))
  v128.store(out, v128.and(sum, low), 16)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d3, f9))
  sum = i64x2.add(sum, product(high, d4, f8))
  sum = i64x2.add(sum, product(high, d5, f7))
  sum = i64x2.add(sum, product(high, f6, f6))
  sum = i64x2.add(sum, product(false, q3, p9))
  sum = i64x2.add(sum, product(false, q4, p8))
  sum = i64x2.add(sum, product(false, q5, p7))
  sum = i64x2.add(sum, product(false, q6, p6))
  sum = i64x2.add(sum, product(false, q7, p5))
  sum = i64x2.add(sum, product(false, q8, p4))
  sum = i64x2.add(sum, product(false, q9, p3))
  v128.store(out, v128.and(sum, low), 32)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d4, f9))
  sum = i64x2.add(sum, product(high, d5, f8))
  sum = i64x2.add(sum, product(high, d6, f7))
  sum = i64x2.add(sum, product(false, q4, p9))
  sum = i64x2.add(sum, product(false, q5, p8))
  sum = i64x2.add(sum, product(false, q6, p7))
  sum = i64x2.add(sum, product(false, q7, p6))
  sum = i64x2.add(sum, product(false, q8, p5))
  sum = i64x2.add(sum, product(false, q9, p4))
  v128.store(out, v128.and(sum, low), 48)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d5, f9))
  sum = i64x2.add(sum, product(high, d6, f8))
  sum = i64x2.add(sum, product(high, f7, f7))
  sum = i64x2.add(sum, product(false, q5, p9))
  sum = i64x2.add(sum, product(false, q6, p8))
  sum = i64x2.add(sum, product(false, q7, p7))
  sum = i64x2.add(sum, product(false, q8, p6))
  sum = i64x2.add(sum, product(false, q9, p5))
  v128.store(out, v128.and(sum, low), 64)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d6, f9))
  sum = i64x2.add(sum, product(high, d7, f8))
  sum = i64x2.add(sum, product(false, q6, p9))
  sum = i64x2.add(sum, product(false, q7, p8))
  sum = i64x2.add(sum, product(false, q8, p7))
  sum = i64x2.add(sum, product(false, q9, p6))
  v128.store(out, v128.and(sum, low), 80)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d7, f9))
  sum = i64x2.add(sum, product(high, f8, f8))
  sum = i64x2.add(sum, product(false, q7, p9))
  sum = i64x2.add(sum, product(false, q8, p8))
  sum = i64x2.add(sum, product(false, q9, p7))
  v128.store(out, v128.and(sum, low), 96)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, d8, f9))
  sum = i64x2.add(sum, product(false, q8, p9))
  sum = i64x2.add(sum, product(false, q9, p8))
  v128.store(out, v128.and(sum, low), 112)
  sum = i64x2.shr_u(sum, bits)
  sum = i64x2.add(sum, product(high, f9, f9))
  sum = i64x2.add(sum, product(false, q9, p9))
  v128.store(out, v128.and(sum, low), 128)
  sum = i64x2.shr_u(sum, bits)
  v128.store(out, sum, 144)
}

/** Both halves to one element. */
function join(out: usize, halves: usize): void {
  for (let i: usize = 0; i < 160; i += 16)
    v128.store(out + i, i32x4.shuffle(v128.load(halves + i), v128.load(halves + i, 160), 0, 2, 4, 6))
}

/** out may be an input. @param field its constants @param scratch 320 bytes */
export function mul(out: usize, f: usize, g: usize, field: usize, scratch: usize): void {
  productHalf(false, scratch, f, g, field)
  productHalf(true, scratch + 160, f, g, field)
  join(out, scratch)
}

/** out = f^(2^times) */
export function square(out: usize, f: usize, times: i32, field: usize, scratch: usize): void {
  for (; times > 0; times--, f = out) {
    squareHalf(false, scratch, f, field)
    squareHalf(true, scratch + 160, f, field)
    join(out, scratch)
  }
}

/** In place: limbs of either sign between −2^30 and 2^30, value between 0 and 16p, to a settled element. */
function settle(f: usize, field: usize): void {
  // What lies above 2^256, roughly, h times: minus h·p is minus h·2^256 plus h·(2^256 − p). The limbs below the top may take
  // 2^239 away, which the 64 that stay there (of 2^234 each) make good.
  const top = v128.load(f, 144)
  const h = i32x4.shr_s(i32x4.sub(top, i32x4.splat(64)), 22)
  v128.store(f, i32x4.sub(top, i32x4.shl(h, 22)), 144)
  let carry = i32x4.splat(0)
  const low = i32x4.splat(mask)
  for (let i: usize = 0; i < 144; i += 16) {
    const limb = i32x4.add(i32x4.add(v128.load(f + i), carry), i32x4.mul(h, v128.load(field + i, 320)))
    v128.store(f + i, v128.and(limb, low))
    carry = i32x4.shr_s(limb, bits)
  }
  v128.store(f, i32x4.add(i32x4.add(v128.load(f, 144), carry), i32x4.mul(h, v128.load(field, 464))), 144)
}

/** out = f + times·g, times at most 4 */
export function addTimes(out: usize, f: usize, g: usize, times: i32, field: usize): void {
  const factor = i32x4.splat(times)
  for (let i: usize = 0; i < 160; i += 16)
    v128.store(out + i, i32x4.add(v128.load(f + i), i32x4.mul(v128.load(g + i), factor)))
  settle(out, field)
}

/** out = f − times·g, times at most 4 */
export function subTimes(out: usize, f: usize, g: usize, times: i32, field: usize): void {
  const factor = i32x4.splat(times)
  for (let i: usize = 0; i < 160; i += 16) {
    const more = i32x4.sub(v128.load(field + i, 160), v128.load(g + i))
    v128.store(out + i, i32x4.add(v128.load(f + i), i32x4.mul(more, factor)))
  }
  settle(out, field)
}

/** Lanes where `mask` is set take g, the others f. */
export function select(out: usize, f: usize, g: usize, mask: v128): void {
  for (let i: usize = 0; i < 160; i += 16)
    v128.store(out + i, v128.bitselect(v128.load(g + i), v128.load(f + i), mask))
}

/** Lanes where `mask` is set exchange their elements. */
export function exchange(f: usize, g: usize, mask: v128): void {
  for (let i: usize = 0; i < 160; i += 16) {
    const a = v128.load(f + i)
    const b = v128.load(g + i)
    const t = v128.and(v128.xor(a, b), mask)
    v128.store(f + i, v128.xor(a, t))
    v128.store(g + i, v128.xor(b, t))
  }
}

export function copy(out: usize, f: usize): void {
  memory.copy(out, f, elementBytes)
}

/** out = z^e. @param e 32 bytes, little-endian, public @param table 16 elements */
export function power(out: usize, z: usize, e: usize, one: usize, table: usize, field: usize, scratch: usize): void {
  copy(table, one)
  for (let i: usize = 1; i < 16; i++)
    mul(table + i * elementBytes, table + (i - 1) * elementBytes, z, field, scratch)
  const at = table + 16 * elementBytes
  copy(at, one)
  for (let digit: i32 = 63; digit >= 0; digit--) {
    square(at, at, 4, field, scratch)
    const value = (<usize>load<u8>(e + <usize>(digit >> 1)) >> (<usize>(digit & 1) << 2)) & 15
    mul(at, at, table + value * elementBytes, field, scratch)
  }
  copy(out, at)
}

/** Four numbers of 32 bytes, little-endian, not in Montgomery form. */
export function fromBytes(out: usize, bytes: usize): void {
  for (let lane: usize = 0; lane < 4; lane++, out += 4, bytes += 32) {
    store<u32>(out, load<u32>(bytes) & mask)
    store<u32>(out, (load<u32>(bytes, 3) >> 2) & mask, 16)
    store<u32>(out, (load<u32>(bytes, 6) >> 4) & mask, 32)
    store<u32>(out, load<u32>(bytes, 9) >> 6, 48)
    store<u32>(out, load<u32>(bytes, 13) & mask, 64)
    store<u32>(out, (load<u32>(bytes, 16) >> 2) & mask, 80)
    store<u32>(out, (load<u32>(bytes, 19) >> 4) & mask, 96)
    store<u32>(out, load<u32>(bytes, 22) >> 6, 112)
    store<u32>(out, load<u32>(bytes, 26) & mask, 128)
    store<u32>(out, (load<u32>(bytes, 29) >> 2) & 0x3fffff, 144)
  }
}

/** The smallest representatives of four settled elements that are not in Montgomery form. */
export function toBytes(bytes: usize, f: usize, field: usize): void {
  for (let lane: usize = 0; lane < 4; lane++, f += 4, bytes += 32) {
    // f − p, limb by limb; where it borrows at the end, f itself.
    let borrow: i64 = 0
    for (let i: usize = 0; i < 160; i += 16) {
      const p = <i64>load<u32>(field + i) - (i == 0 ? 1 : 0)
      borrow = (<i64>load<u32>(f + i) - p + borrow) >> bits
    }
    const keep = borrow // all ones or zero
    let word: u64 = 0
    let filled: u64 = 0
    let at = bytes
    let carry: i64 = 0
    for (let i: usize = 0; i < 160; i += 16) {
      const p = <i64>load<u32>(field + i) - (i == 0 ? 1 : 0)
      carry += <i64>load<u32>(f + i) - (p & ~keep)
      const low = <u64>(carry & mask)
      carry >>= bits
      word |= low << filled
      filled += bits
      if (filled >= 64) {
        store<u64>(at, word)
        at += 8
        filled -= 64
        word = low >> (bits - filled)
      }
    }
  }
}
