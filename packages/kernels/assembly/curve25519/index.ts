/**
 * Curve25519 by u-coordinates, four points at a time. The twin in `src/curve25519/reference.ts` says what is computed.
 * Scalars and points are secret: no branch and no address depends on them.
 */
import {
  add,
  copy,
  elementBytes,
  exchange,
  fromBytes,
  invert,
  legendre,
  mul,
  mulSmall,
  set,
  square,
  sub,
  toBytes,
} from './field'

/** Element k of the scratch that follows the columns. */
// @ts-ignore: decorator
@inline
function slot(scratch: usize, k: usize): usize {
  return scratch + 2 * elementBytes + k * elementBytes
}

/** Bytes of scratch. */
export const scratchBytes: i32 = 16 * 160

/** Bytes of workspace for a group: numerator, denominator, and the product of the denominators before it. */
export const workBytes: i32 = 3 * 160

/** X25519 of groups of four points with one clamped scalar. @param out, points 128 bytes a group @param work workBytes a group */
export function multiply(out: usize, points: usize, scalar: usize, groups: i32, scratch: usize, work: usize): void {
  const x1 = slot(scratch, 0)
  for (let g = 0; g < groups; g++) {
    const x2 = work + <usize>(g * workBytes)
    fromBytes(x1, points + <usize>(g << 7))
    ladder(x2, x2 + elementBytes, slot(scratch, 3), slot(scratch, 4), x1, scalar, scratch)
  }
  quotients(out, groups, scratch, work)
}

/** [RFC7748] section 5: (x2 : z2) = scalar · x1 */
function ladder(x2: usize, z2: usize, x3: usize, z3: usize, x1: usize, scalar: usize, scratch: usize): void {
  const a = slot(scratch, 5)
  const b = slot(scratch, 6)
  const c = slot(scratch, 7)
  const d = slot(scratch, 8)
  set(x2, 1)
  set(z2, 0)
  copy(x3, x1)
  set(z3, 1)
  let last: u32 = 0
  for (let t: i32 = 254; t >= 0; t--) {
    const bit = (<u32>load<u8>(scalar + <usize>(t >> 3)) >> (t & 7)) & 1
    const mask = i32x4.splat(0 - <i32>(last ^ bit))
    last = bit
    exchange(x2, x3, mask)
    exchange(z2, z3, mask)
    add(a, x2, z2)
    sub(b, x2, z2)
    add(c, x3, z3)
    sub(d, x3, z3)
    mul(d, d, a, scratch) // DA
    mul(c, c, b, scratch) // CB
    square(a, a, 1, scratch) // AA
    square(b, b, 1, scratch) // BB
    add(x3, d, c)
    square(x3, x3, 1, scratch)
    sub(z3, d, c)
    square(z3, z3, 1, scratch)
    mul(z3, z3, x1, scratch)
    mul(x2, a, b, scratch)
    sub(c, a, b) // E
    mulSmall(d, c, 121665, scratch)
    add(d, d, a)
    mul(z2, c, d, scratch)
  }
  const mask = i32x4.splat(0 - <i32>last)
  exchange(x2, x3, mask)
  exchange(z2, z3, mask)
}

/**
 * x/z of every group with one inversion in all (Montgomery's trick). The inverse of the whole product is zero where some z is,
 * which takes a result of small order: then each on its own.
 */
function quotients(out: usize, groups: i32, scratch: usize, work: usize): void {
  const product = slot(scratch, 0)
  const inverse = slot(scratch, 1)
  const t = slot(scratch, 2)
  set(product, 1)
  for (let g = 0; g < groups; g++) {
    const x = work + <usize>(g * workBytes)
    copy(x + 2 * elementBytes, product)
    mul(product, product, x + elementBytes, scratch)
  }
  invert(inverse, product, slot(scratch, 10), scratch)
  const alone = hasZero(inverse, t)
  for (let g = groups - 1; g >= 0; g--) {
    const x = work + <usize>(g * workBytes)
    const bytes = out + <usize>(g << 7)
    if (alone) {
      quotient(bytes, x, x + elementBytes, scratch)
      continue
    }
    mul(t, inverse, x + 2 * elementBytes, scratch)
    mul(t, t, x, scratch)
    toBytes(bytes, t)
    mul(inverse, inverse, x + elementBytes, scratch)
  }
}

/** Whether an element of the four is zero. @param bytes 128 bytes of scratch */
function hasZero(f: usize, bytes: usize): bool {
  toBytes(bytes, f)
  for (let lane: usize = 0; lane < 128; lane += 32) {
    const at = bytes + lane
    if ((load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24)) == 0) return true
  }
  return false
}

/** bytes = x/z, 0 where z is 0 */
function quotient(bytes: usize, x: usize, z: usize, scratch: usize): void {
  const inverse = slot(scratch, 9)
  invert(inverse, z, slot(scratch, 10), scratch)
  mul(inverse, inverse, x, scratch)
  toBytes(bytes, inverse)
}

/** Elligator 2 ([BHKL13] section 5) of groups of four uniform strings, cofactor cleared. @param out, uniform 128 bytes a group @param work workBytes a group */
export function fromUniform(out: usize, uniform: usize, groups: i32, scratch: usize, work: usize): void {
  const r = slot(scratch, 0)
  const t = slot(scratch, 3)
  const s = slot(scratch, 4)
  const one = slot(scratch, 5)
  for (let g = 0; g < groups; g++) {
    const n = work + <usize>(g * workBytes)
    const d = n + elementBytes
    // u = n/d = −A/(1 + 2r²), or −A·2r²/(1 + 2r²) where the first is on the twist
    fromBytes(r, uniform + <usize>(g << 7))
    square(r, r, 1, scratch)
    mulSmall(r, r, 2, scratch)
    set(one, 1)
    add(d, r, one)
    mulSmall(d, d, 1, scratch) // reduced
    set(t, 0)
    set(n, 486662)
    sub(n, t, n)
    mulSmall(n, n, 1, scratch)
    // v² = u³ + A·u² + u is a square just where n·d·(n² + A·n·d + d²) is one
    mul(t, n, d, scratch)
    mulSmall(s, t, 486662, scratch)
    square(one, n, 1, scratch)
    add(s, s, one)
    mulSmall(s, s, 1, scratch)
    square(one, d, 1, scratch)
    add(s, s, one)
    mul(s, s, t, scratch)
    legendre(t, s, slot(scratch, 10), scratch)
    const twist = evenLanes(t, s) // −1 is even, 1 is odd
    mul(s, n, r, scratch)
    exchange(n, s, twist)
    for (let i = 0; i < 3; i++) double(n, d, scratch)
  }
  quotients(out, groups, scratch, work)
}

/** All ones in the lanes whose smallest representative is even. @param bytes 128 bytes of scratch */
function evenLanes(f: usize, bytes: usize): v128 {
  toBytes(bytes, f)
  let mask = i32x4.splat(0)
  mask = i32x4.replace_lane(mask, 0, (load<i32>(bytes) & 1) - 1)
  mask = i32x4.replace_lane(mask, 1, (load<i32>(bytes, 32) & 1) - 1)
  mask = i32x4.replace_lane(mask, 2, (load<i32>(bytes, 64) & 1) - 1)
  return i32x4.replace_lane(mask, 3, (load<i32>(bytes, 96) & 1) - 1)
}

/** (x : z) = 2 · (x : z) */
function double(x: usize, z: usize, scratch: usize): void {
  const a = slot(scratch, 6)
  const b = slot(scratch, 7)
  const c = slot(scratch, 8)
  add(a, x, z)
  sub(b, x, z)
  square(a, a, 1, scratch)
  square(b, b, 1, scratch)
  mul(x, a, b, scratch)
  sub(c, a, b)
  mulSmall(a, c, 121666, scratch)
  add(a, a, b)
  mul(z, c, a, scratch)
}
