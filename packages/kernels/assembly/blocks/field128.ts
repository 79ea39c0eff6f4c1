/** GF(2)[x] / (x^128 + x^7 + x^2 + x + 1), and sums. */

/** Bytes of the tables of a fixed multiplier: 32 nibbles × 16 values. */
export const multiplierBytes = 8192

/** @param n bytes */
export function xor(out: usize, a: usize, b: usize, n: usize): void {
  const end = out + n
  const lanes = out + (n & ~(<usize>63))
  for (; out < lanes; out += 64, a += 64, b += 64) {
    const p = v128.xor(v128.load(a), v128.load(b))
    const q = v128.xor(v128.load(a, 16), v128.load(b, 16))
    const r = v128.xor(v128.load(a, 32), v128.load(b, 32))
    const s = v128.xor(v128.load(a, 48), v128.load(b, 48))
    v128.store(out, p)
    v128.store(out, q, 16)
    v128.store(out, r, 32)
    v128.store(out, s, 48)
  }
  for (; out + 16 <= end; out += 16, a += 16, b += 16) v128.store(out, v128.xor(v128.load(a), v128.load(b)))
  for (; out < end; out++, a++, b++) store<u8>(out, load<u8>(a) ^ load<u8>(b))
}

/** x · v */
// @ts-ignore: decorator
@inline
function timesX(v: v128): v128 {
  const carry = i64x2.shr_u(v, 63)
  const turned = i64x2.shuffle(carry, carry, 1, 0) // lane 0: what leaves at the top; lane 1: what goes up
  // 0x87 for the lower lane, 1 for the upper one: a product by lane
  const factor = v128.and(i64x2.neg(turned), i64x2(0x87, 1))
  return v128.xor(i64x2.shl(v, 1), factor)
}

/** Tables of a linear map of blocks, from the images of its 128 unit vectors. @param table multiplierBytes */
export function mapTable(table: usize, images: usize): void {
  for (let i = 0; i < 32; i++, table += 256) {
    v128.store(table, i64x2.splat(0))
    for (let bit: usize = 16; bit < 256; bit <<= 1, images += 16) {
      const image = v128.load(images)
      for (let u: usize = 0; u < bit; u += 16)
        v128.store(table + bit + u, v128.xor(image, v128.load(table + u)))
    }
  }
}

/** Table i holds u · x^(4i) · s for u = 0..15. @param table multiplierBytes */
export function multiplierTable(table: usize, s: usize): void {
  let power = v128.load(s)
  for (let i = 0; i < 32; i++, table += 256) {
    v128.store(table, i64x2.splat(0))
    for (let bit = 16; bit < 256; bit <<= 1) {
      v128.store(table + <usize>bit, power)
      for (let u = 16; u < bit; u += 16)
        v128.store(table + <usize>(bit + u), v128.xor(power, v128.load(table + <usize>u)))
      power = timesX(power)
    }
  }
}

// @ts-ignore: decorator
@inline
function entry(table: usize, word: u64, nibble: i32): v128 {
  // the entry's offset is nibble · 16
  const at = nibble == 0 ? (<usize>word << 4) & 0xf0 : <usize>(word >> <u64>(4 * nibble - 4)) & 0xf0
  return v128.load(table + at + <usize>(nibble << 8))
}

// @ts-ignore: decorator
@inline
function half(table: usize, word: u64): v128 {
  let p = v128.xor(entry(table, word, 0), entry(table, word, 1))
  let q = v128.xor(entry(table, word, 2), entry(table, word, 3))
  p = v128.xor(p, v128.xor(entry(table, word, 4), entry(table, word, 5)))
  q = v128.xor(q, v128.xor(entry(table, word, 6), entry(table, word, 7)))
  p = v128.xor(p, v128.xor(entry(table, word, 8), entry(table, word, 9)))
  q = v128.xor(q, v128.xor(entry(table, word, 10), entry(table, word, 11)))
  p = v128.xor(p, v128.xor(entry(table, word, 12), entry(table, word, 13)))
  q = v128.xor(q, v128.xor(entry(table, word, 14), entry(table, word, 15)))
  return v128.xor(p, q)
}

/** @param keep 0: out = s·a; all ones: out = out ⊕ s·a */
export function scale(out: usize, a: usize, table: usize, keep: i64, n: i32): void {
  const mask = i64x2.splat(keep)
  for (; n > 0; n--, out += 16, a += 16) {
    const product = v128.xor(half(table, load<u64>(a)), half(table + 4096, load<u64>(a, 8)))
    v128.store(out, v128.xor(product, v128.and(v128.load(out), mask)))
  }
}

/** out = Σ x^(i+1) · a_i, with the table of x */
export function powerSum(out: usize, a: usize, table: usize, n: i32): void {
  let sum = i64x2.splat(0)
  for (let at = a + (<usize>n << 4); at > a; ) {
    at -= 16
    sum = v128.xor(sum, v128.load(at))
    sum = v128.xor(half(table, i64x2.extract_lane(sum, 0)), half(table + 4096, i64x2.extract_lane(sum, 1)))
  }
  v128.store(out, sum)
}

/** The lower half of the carry-less product, in constant time: integer products with holes (BearSSL `ctmul64`). */
function low64(x: u64, y: u64): u64 {
  const m0: u64 = 0x1111111111111111
  const m1: u64 = 0x2222222222222222
  const m2: u64 = 0x4444444444444444
  const m3: u64 = 0x8888888888888888
  const x0 = x & m0
  const x1 = x & m1
  const x2 = x & m2
  const x3 = x & m3
  const y0 = y & m0
  const y1 = y & m1
  const y2 = y & m2
  const y3 = y & m3
  const z0 = (x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)
  const z1 = (x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)
  const z2 = (x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)
  const z3 = (x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)
  return (z0 & m0) | (z1 & m1) | (z2 & m2) | (z3 & m3)
}

function reverse64(x: u64): u64 {
  x = ((x >> 1) & 0x5555555555555555) | ((x & 0x5555555555555555) << 1)
  x = ((x >> 2) & 0x3333333333333333) | ((x & 0x3333333333333333) << 2)
  x = ((x >> 4) & 0x0f0f0f0f0f0f0f0f) | ((x & 0x0f0f0f0f0f0f0f0f) << 4)
  return bswap<u64>(x)
}

/** a·b of single blocks; Karatsuba on 64-bit halves, upper halves of products by mirrored operands. */
function product(a: usize, b: usize): v128 {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  const ra0 = reverse64(a0)
  const ra1 = reverse64(a1)
  const rb0 = reverse64(b0)
  const rb1 = reverse64(b1)
  const l0 = low64(a0, b0)
  const h0 = reverse64(low64(ra0, rb0)) >> 1
  const l2 = low64(a1, b1)
  const h2 = reverse64(low64(ra1, rb1)) >> 1
  const l1 = low64(a0 ^ a1, b0 ^ b1) ^ l0 ^ l2
  const h1 = (reverse64(low64(ra0 ^ ra1, rb0 ^ rb1)) >> 1) ^ h0 ^ h2
  return reduce(l0, h0 ^ l1, l2 ^ h1, h2)
}

/** The 256-bit polynomial (c3, c2, c1, c0), from the top, modulo x^128 + x^7 + x^2 + x + 1. */
// @ts-ignore: decorator
@inline
function reduce(c0: u64, c1: u64, c2: u64, c3: u64): v128 {
  c2 ^= (c3 >> 63) ^ (c3 >> 62) ^ (c3 >> 57)
  c1 ^= c3 ^ (c3 << 1) ^ (c3 << 2) ^ (c3 << 7)
  c1 ^= (c2 >> 63) ^ (c2 >> 62) ^ (c2 >> 57)
  c0 ^= c2 ^ (c2 << 1) ^ (c2 << 2) ^ (c2 << 7)
  return i64x2.replace_lane(i64x2.splat(c0), 1, c1)
}

export function mul(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n--, out += 16, a += 16, b += 16) v128.store(out, product(a, b))
}

export function dot(out: usize, a: usize, b: usize, n: i32): void {
  let sum = i64x2.splat(0)
  for (; n > 0; n--, a += 16, b += 16) sum = v128.xor(sum, product(a, b))
  v128.store(out, sum)
}

export function sumRows(out: usize, a: usize, columns: i32, n: i32): void {
  for (; n > 0; n--, out += 16) {
    let sum = i64x2.splat(0)
    for (let j = columns; j > 0; j--, a += 16) sum = v128.xor(sum, v128.load(a))
    v128.store(out, sum)
  }
}

/** @param indices u32 */
export function gather(out: usize, a: usize, indices: usize, n: i32): void {
  for (; n > 0; n--, out += 16, indices += 4) v128.store(out, v128.load(a + (<usize>load<u32>(indices) << 4)))
}

/** out_i = a_i with `first + i` added to its lower half as an integer of 64 bits by XOR. */
export function tweak(out: usize, a: usize, first: u64, n: i32): void {
  for (; n > 0; n--, out += 16, a += 16, first++) {
    store<u64>(out, load<u64>(a) ^ first)
    store<u64>(out, load<u64>(a, 8), 8)
  }
}

/** Bytes 0..size−1 of each block. */
// @ts-ignore: decorator
@inline
function lower(size: i32): v128 {
  return i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>size))
}

/** Zeroes all but the first `size` bytes of each block. */
export function truncate(a: usize, size: i32, n: i32): void {
  const mask = lower(size)
  for (; n > 0; n--, a += 16) v128.store(a, v128.and(v128.load(a), mask))
}

/** The first `size` bytes of each block end to end; 16 bytes after the last one are overwritten. */
export function pack(out: usize, a: usize, size: i32, n: i32): void {
  for (; n > 0; n--, out += <usize>size, a += 16) v128.store(out, v128.load(a))
}

/** Blocks whose first `size` bytes lie end to end at a, which is read up to 16 bytes beyond them; zeros in the others. */
export function unpack(out: usize, a: usize, size: i32, n: i32): void {
  const mask = lower(size)
  for (; n > 0; n--, out += 16, a += <usize>size) v128.store(out, v128.and(v128.load(a), mask))
}
