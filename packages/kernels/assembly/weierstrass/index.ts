/**
 * Curves y² = x³ − 3x + b of prime order n over the fields of field.ts (P-256, SM2), by x-coordinates, four points at a time.
 * Scalars, points and what is hashed are secret: no branch and no address depends on them.
 */
import {
  addTimes,
  constantBytes,
  copy,
  elementBytes,
  exchange,
  fromBytes,
  mul,
  power,
  select,
  square,
  subTimes,
  toBytes,
} from './field'

// A curve: the constants of its field, then elements of four equal lanes, then exponents of 32 bytes, little-endian.
const atOne: usize = constantBytes // R: one in Montgomery form
const atSquare: usize = atOne + 160 // R²: into Montgomery form
const atUnit: usize = atSquare + 160 // 1: out of it
const atB: usize = atUnit + 160
const at4B: usize = atB + 160
const atBase: usize = at4B + 160 // x of the base point
const atZ: usize = atBase + 160 // of the map
const atRoot: usize = atZ + 160 // √−Z
const atHalf: usize = atRoot + 160 // (p − 1)/2
const atInverse: usize = atHalf + 32 // p − 2
const atQuarter: usize = atInverse + 32 // (p − 3)/4

/** Bytes of workspace for a group: numerator, denominator, product of the denominators before it, and which lanes count. */
const workBytes: i32 = 3 * 160 + 16

/** Element k of the scratch that follows the halves of a product; 17 more follow for powers. */
// @ts-ignore: decorator
@inline
function slot(scratch: usize, k: usize): usize {
  return scratch + 320 + k * elementBytes
}
const slots: usize = 20

// @ts-ignore: decorator
@inline
function raise(out: usize, z: usize, exponent: usize, curve: usize, scratch: usize): void {
  power(out, z, exponent, curve + atOne, slot(scratch, slots), curve, scratch)
}

/**
 * One scalar, 1 to n − 1, times the points with these x-coordinates. Where there is no such point, 32 bytes of zero.
 * @param out, points 128 bytes a group, little-endian, below p, not 0 @param scalar 32 bytes, little-endian
 */
export function multiply(
  out: usize,
  points: usize,
  scalar: usize,
  groups: i32,
  curve: usize,
  scratch: usize,
  work: usize,
): void {
  const x = slot(scratch, 0)
  const t = slot(scratch, 1)
  for (let g = 0; g < groups; g++) {
    const X = work + <usize>(g * workBytes)
    load4(x, points + <usize>(g << 7), curve, scratch)
    // x³ − 3x + b is a square just where there is a point.
    square(t, x, 1, curve, scratch)
    mul(t, t, x, curve, scratch)
    subTimes(t, t, x, 3, curve)
    addTimes(t, t, curve + atB, 1, curve)
    raise(t, t, curve + atHalf, curve, scratch)
    const there = equalLanes(t, curve + atOne, curve, scratch)
    // Nothing else is multiplied by the scalar: the base point stands in.
    select(x, curve + atBase, x, there)
    v128.store(X, there, 480)
    ladder(X, X + elementBytes, x, scalar, curve, scratch)
  }
  quotients(out, groups, curve, scratch, work)
}

/** (X : Z) = scalar · x, by the differential formulas of Izu and Takagi (EFD ladd-2002-it, dbl-2002-it-2). */
function ladder(X: usize, Z: usize, x: usize, scalar: usize, curve: usize, scratch: usize): void {
  const X3 = slot(scratch, 2)
  const Z3 = slot(scratch, 3)
  const a = slot(scratch, 4)
  const b = slot(scratch, 5)
  const c = slot(scratch, 6)
  const d = slot(scratch, 7)
  copy(X, curve + atOne)
  memory.fill(Z, 0, elementBytes)
  copy(X3, x)
  copy(Z3, curve + atOne)
  let last: u32 = 0
  for (let i: i32 = 255; i >= 0; i--) {
    const bit = (<u32>load<u8>(scalar + <usize>(i >> 3)) >> (i & 7)) & 1
    const mask = i32x4.splat(0 - <i32>(last ^ bit))
    last = bit
    exchange(X, X3, mask)
    exchange(Z, Z3, mask)
    mul(a, X, X3, curve, scratch)
    mul(b, Z, Z3, curve, scratch)
    mul(c, X, Z3, curve, scratch)
    mul(d, X3, Z, curve, scratch)
    addTimes(a, a, b, 3, curve) // X·X3 − a·Z·Z3
    square(a, a, 1, curve, scratch)
    mul(b, b, curve + at4B, curve, scratch)
    addTimes(X3, c, d, 1, curve)
    mul(b, b, X3, curve, scratch)
    subTimes(X3, a, b, 1, curve)
    subTimes(Z3, c, d, 1, curve)
    square(Z3, Z3, 1, curve, scratch)
    mul(Z3, Z3, x, curve, scratch)
    square(a, X, 1, curve, scratch)
    square(b, Z, 1, curve, scratch)
    mul(c, X, Z, curve, scratch)
    addTimes(X, a, b, 3, curve)
    square(X, X, 1, curve, scratch)
    mul(d, b, curve + at4B, curve, scratch)
    subTimes(a, a, b, 3, curve)
    mul(b, b, d, curve, scratch) // 4b·Z⁴
    mul(d, d, c, curve, scratch)
    subTimes(X, X, d, 2, curve)
    mul(a, a, c, curve, scratch)
    addTimes(Z, b, a, 4, curve)
  }
  const mask = i32x4.splat(0 - <i32>last)
  exchange(X, X3, mask)
  exchange(Z, Z3, mask)
}

/**
 * hash_to_curve after hash_to_field ([RFC9380] section 3): both elements mapped by SWU, and added.
 * @param pairs 256 bytes a group: four first elements, four second, 32 bytes each, little-endian, below p @param out 128 a group
 */
export function mapPairs(out: usize, pairs: usize, groups: i32, curve: usize, scratch: usize, work: usize): void {
  const n0 = slot(scratch, 8)
  const d0 = slot(scratch, 9)
  const y0 = slot(scratch, 10)
  const n1 = slot(scratch, 11)
  const d1 = slot(scratch, 12)
  const y1 = slot(scratch, 13)
  for (let g = 0; g < groups; g++) {
    const X = work + <usize>(g * workBytes)
    const Z = X + elementBytes
    map(n0, d0, y0, pairs + <usize>(g << 8), curve, scratch)
    map(n1, d1, y1, pairs + <usize>(g << 8) + 128, curve, scratch)
    // x = ((y1 − y0)/(x1 − x0))² − x0 − x1; over D = d0·d1, W = n1·d0 − n0·d1: ((y1 − y0)²·D³ − (n0·d1 + n1·d0)·W²)/(D·W²)
    mul(n0, n0, d1, curve, scratch)
    mul(n1, n1, d0, curve, scratch)
    mul(d0, d0, d1, curve, scratch) // D
    subTimes(d1, n1, n0, 1, curve) // W
    square(d1, d1, 1, curve, scratch)
    addTimes(n0, n0, n1, 1, curve)
    mul(n0, n0, d1, curve, scratch)
    subTimes(y0, y1, y0, 1, curve)
    mul(y0, y0, d0, curve, scratch)
    square(y0, y0, 1, curve, scratch)
    mul(y0, y0, d0, curve, scratch)
    subTimes(X, y0, n0, 1, curve)
    mul(Z, d0, d1, curve, scratch)
    v128.store(X, i32x4.splat(-1), 480)
  }
  quotients(out, groups, curve, scratch, work)
}

/** Simplified SWU, n/d and y: the straight line of [RFC9380] Appendix F.2 with sqrt_ratio of Appendix F.2.1.2; its names. */
function map(n: usize, d: usize, y: usize, bytes: usize, curve: usize, scratch: usize): void {
  const u = slot(scratch, 0)
  const tv1 = slot(scratch, 1)
  const tv2 = slot(scratch, 2)
  const tv5 = slot(scratch, 3)
  const tv6 = slot(scratch, 4)
  const y1 = slot(scratch, 5)
  const zero = slot(scratch, 6)
  memory.fill(zero, 0, elementBytes)
  load4(u, bytes, curve, scratch)
  square(tv1, u, 1, curve, scratch)
  mul(tv1, tv1, curve + atZ, curve, scratch)
  square(tv2, tv1, 1, curve, scratch)
  addTimes(tv2, tv2, tv1, 1, curve)
  addTimes(n, tv2, curve + atOne, 1, curve)
  mul(n, n, curve + atB, curve, scratch) // tv3
  const exceptional = equalLanes(tv2, zero, curve, scratch)
  subTimes(tv2, zero, tv2, 1, curve)
  select(d, tv2, curve + atZ, exceptional)
  subTimes(d, zero, d, 3, curve) // tv4: times A, which is −3
  square(tv2, n, 1, curve, scratch)
  square(tv6, d, 1, curve, scratch)
  subTimes(tv2, tv2, tv6, 3, curve)
  mul(tv2, tv2, n, curve, scratch)
  mul(tv6, tv6, d, curve, scratch)
  mul(tv5, tv6, curve + atB, curve, scratch)
  addTimes(tv2, tv2, tv5, 1, curve) // g(x1)·d³
  const isSquare = squareRootOfRatio(y1, tv2, tv6, curve, scratch)
  mul(y, tv1, u, curve, scratch)
  mul(y, y, y1, curve, scratch)
  mul(tv1, tv1, n, curve, scratch)
  select(n, tv1, n, isSquare)
  select(y, y, y1, isSquare)
  const sameSign = v128.not(v128.xor(oddLanes(u, curve, scratch), oddLanes(y, curve, scratch)))
  subTimes(zero, zero, y, 1, curve)
  select(y, zero, y, sameSign)
}

/** y = √(u/v), or √(Z·u/v) in the lanes that are not set in what is returned. */
function squareRootOfRatio(y: usize, u: usize, v: usize, curve: usize, scratch: usize): v128 {
  const t = slot(scratch, 14)
  const r = slot(scratch, 15)
  square(t, v, 1, curve, scratch)
  mul(r, u, v, curve, scratch)
  mul(t, t, r, curve, scratch)
  raise(y, t, curve + atQuarter, curve, scratch)
  mul(y, y, r, curve, scratch)
  square(t, y, 1, curve, scratch)
  mul(t, t, v, curve, scratch)
  const isSquare = equalLanes(t, u, curve, scratch)
  mul(t, y, curve + atRoot, curve, scratch)
  select(y, t, y, isSquare)
  return isSquare
}

/** From bytes into Montgomery form. */
function load4(out: usize, bytes: usize, curve: usize, scratch: usize): void {
  fromBytes(out, bytes)
  mul(out, out, curve + atSquare, curve, scratch)
}

/** Out of Montgomery form. */
function store4(bytes: usize, f: usize, curve: usize, scratch: usize): void {
  const t = slot(scratch, 16)
  mul(t, f, curve + atUnit, curve, scratch)
  toBytes(bytes, t, curve)
}

/** All ones in the lanes where f and g are the same. */
function equalLanes(f: usize, g: usize, curve: usize, scratch: usize): v128 {
  const t = slot(scratch, 17)
  const bytes = slot(scratch, 18)
  subTimes(t, f, g, 1, curve)
  store4(bytes, t, curve, scratch)
  return i32x4.eq(
    words(
      any(bytes),
      any(bytes + 32),
      any(bytes + 64),
      any(bytes + 96),
    ),
    i32x4.splat(0),
  )
}

/** All ones in the lanes whose smallest representative is odd. */
function oddLanes(f: usize, curve: usize, scratch: usize): v128 {
  const bytes = slot(scratch, 18)
  store4(bytes, f, curve, scratch)
  const low = words(load<u32>(bytes), load<u32>(bytes, 32), load<u32>(bytes, 64), load<u32>(bytes, 96))
  return i32x4.neg(v128.and(low, i32x4.splat(1)))
}

// @ts-ignore: decorator
@inline
function any(at: usize): u32 {
  const all = load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24)
  return <u32>(all | (all >> 32))
}

// @ts-ignore: decorator
@inline
function words(a: u32, b: u32, c: u32, d: u32): v128 {
  let v = i32x4.splat(<i32>a)
  v = i32x4.replace_lane(v, 1, <i32>b)
  v = i32x4.replace_lane(v, 2, <i32>c)
  return i32x4.replace_lane(v, 3, <i32>d)
}

/**
 * X/Z of every group with one inversion in all (Montgomery's trick). No Z is zero: scalars lie below the order, which is
 * prime, and two hashes with one x-coordinate are met once in 2^256.
 */
function quotients(out: usize, groups: i32, curve: usize, scratch: usize, work: usize): void {
  const product = slot(scratch, 0)
  const inverse = slot(scratch, 1)
  const t = slot(scratch, 2)
  copy(product, curve + atOne)
  for (let g = 0; g < groups; g++) {
    const X = work + <usize>(g * workBytes)
    copy(X + 2 * elementBytes, product)
    mul(product, product, X + elementBytes, curve, scratch)
  }
  raise(inverse, product, curve + atInverse, curve, scratch)
  for (let g = groups - 1; g >= 0; g--) {
    const X = work + <usize>(g * workBytes)
    const bytes = out + <usize>(g << 7)
    mul(t, inverse, X + 2 * elementBytes, curve, scratch)
    mul(t, t, X, curve, scratch)
    store4(bytes, t, curve, scratch)
    mul(inverse, inverse, X + elementBytes, curve, scratch)
    for (let lane: usize = 0; lane < 4; lane++) {
      const there = load<i32>(X + (lane << 2), 480)
      const mask = i32x4.splat(there)
      const at = bytes + (lane << 5)
      v128.store(at, v128.and(v128.load(at), mask))
      v128.store(at, v128.and(v128.load(at, 16), mask), 16)
    }
  }
}
