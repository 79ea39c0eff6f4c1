/**
 * GF(2^255 − 19), four elements at a time: limb i of four of them is one vector of u32 at 16·i, weights 2^⌈25.5 i⌉
 * (26 and 25 bits by turns), 160 bytes in all. Everything takes the same time whatever the values.
 *
 * A reduced limb is below 2^26 (even i) or 2^25 (odd i) but for limbs 1 and 6, which may be 2^17 above. `add` and `sub` of
 * reduced elements give limbs below 2^27.6 and 2^26.6, which `mul` and `square` take: nineteen times a limb stays below 2^32
 * and a column below 2^63.
 */

/** Bytes of four elements. */
export const elementBytes = 160

// @ts-ignore: decorator
@inline
function product(high: bool, a: v128, b: v128): v128 {
  return high ? i64x2.extmul_high_i32x4_u(a, b) : i64x2.extmul_low_i32x4_u(a, b)
}

/** Lanes 0 and 1 (or 2 and 3) of h = f·g, as columns of u64. */
// @ts-ignore: decorator
@inline
function productColumns(high: bool, out: usize, f: usize, g: usize): void {
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
  const d1 = i32x4.shl(f1, 1)
  const d3 = i32x4.shl(f3, 1)
  const d5 = i32x4.shl(f5, 1)
  const d7 = i32x4.shl(f7, 1)
  const d9 = i32x4.shl(f9, 1)
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
  const nineteen = i32x4.splat(19)
  const n1 = i32x4.mul(g1, nineteen)
  const n2 = i32x4.mul(g2, nineteen)
  const n3 = i32x4.mul(g3, nineteen)
  const n4 = i32x4.mul(g4, nineteen)
  const n5 = i32x4.mul(g5, nineteen)
  const n6 = i32x4.mul(g6, nineteen)
  const n7 = i32x4.mul(g7, nineteen)
  const n8 = i32x4.mul(g8, nineteen)
  const n9 = i32x4.mul(g9, nineteen)
  let h0 = product(high, f0, g0)
  h0 = i64x2.add(h0, product(high, d1, n9))
  h0 = i64x2.add(h0, product(high, f2, n8))
  h0 = i64x2.add(h0, product(high, d3, n7))
  h0 = i64x2.add(h0, product(high, f4, n6))
  h0 = i64x2.add(h0, product(high, d5, n5))
  h0 = i64x2.add(h0, product(high, f6, n4))
  h0 = i64x2.add(h0, product(high, d7, n3))
  h0 = i64x2.add(h0, product(high, f8, n2))
  h0 = i64x2.add(h0, product(high, d9, n1))
  v128.store(out, h0, 0)
  let h1 = product(high, f0, g1)
  h1 = i64x2.add(h1, product(high, f1, g0))
  h1 = i64x2.add(h1, product(high, f2, n9))
  h1 = i64x2.add(h1, product(high, f3, n8))
  h1 = i64x2.add(h1, product(high, f4, n7))
  h1 = i64x2.add(h1, product(high, f5, n6))
  h1 = i64x2.add(h1, product(high, f6, n5))
  h1 = i64x2.add(h1, product(high, f7, n4))
  h1 = i64x2.add(h1, product(high, f8, n3))
  h1 = i64x2.add(h1, product(high, f9, n2))
  v128.store(out, h1, 16)
  let h2 = product(high, f0, g2)
  h2 = i64x2.add(h2, product(high, d1, g1))
  h2 = i64x2.add(h2, product(high, f2, g0))
  h2 = i64x2.add(h2, product(high, d3, n9))
  h2 = i64x2.add(h2, product(high, f4, n8))
  h2 = i64x2.add(h2, product(high, d5, n7))
  h2 = i64x2.add(h2, product(high, f6, n6))
  h2 = i64x2.add(h2, product(high, d7, n5))
  h2 = i64x2.add(h2, product(high, f8, n4))
  h2 = i64x2.add(h2, product(high, d9, n3))
  v128.store(out, h2, 32)
  let h3 = product(high, f0, g3)
  h3 = i64x2.add(h3, product(high, f1, g2))
  h3 = i64x2.add(h3, product(high, f2, g1))
  h3 = i64x2.add(h3, product(high, f3, g0))
  h3 = i64x2.add(h3, product(high, f4, n9))
  h3 = i64x2.add(h3, product(high, f5, n8))
  h3 = i64x2.add(h3, product(high, f6, n7))
  h3 = i64x2.add(h3, product(high, f7, n6))
  h3 = i64x2.add(h3, product(high, f8, n5))
  h3 = i64x2.add(h3, product(high, f9, n4))
  v128.store(out, h3, 48)
  let h4 = product(high, f0, g4)
  h4 = i64x2.add(h4, product(high, d1, g3))
  h4 = i64x2.add(h4, product(high, f2, g2))
  h4 = i64x2.add(h4, product(high, d3, g1))
  h4 = i64x2.add(h4, product(high, f4, g0))
  h4 = i64x2.add(h4, product(high, d5, n9))
  h4 = i64x2.add(h4, product(high, f6, n8))
  h4 = i64x2.add(h4, product(high, d7, n7))
  h4 = i64x2.add(h4, product(high, f8, n6))
  h4 = i64x2.add(h4, product(high, d9, n5))
  v128.store(out, h4, 64)
  let h5 = product(high, f0, g5)
  h5 = i64x2.add(h5, product(high, f1, g4))
  h5 = i64x2.add(h5, product(high, f2, g3))
  h5 = i64x2.add(h5, product(high, f3, g2))
  h5 = i64x2.add(h5, product(high, f4, g1))
  h5 = i64x2.add(h5, product(high, f5, g0))
  h5 = i64x2.add(h5, product(high, f6, n9))
  h5 = i64x2.add(h5, product(high, f7, n8))
  h5 = i64x2.add(h5, product(high, f8, n7))
  h5 = i64x2.add(h5, product(high, f9, n6))
  v128.store(out, h5, 80)
  let h6 = product(high, f0, g6)
  h6 = i64x2.add(h6, product(high, d1, g5))
  h6 = i64x2.add(h6, product(high, f2, g4))
  h6 = i64x2.add(h6, product(high, d3, g3))
  h6 = i64x2.add(h6, product(high, f4, g2))
  h6 = i64x2.add(h6, product(high, d5, g1))
  h6 = i64x2.add(h6, product(high, f6, g0))
  h6 = i64x2.add(h6, product(high, d7, n9))
  h6 = i64x2.add(h6, product(high, f8, n8))
  h6 = i64x2.add(h6, product(high, d9, n7))
  v128.store(out, h6, 96)
  let h7 = product(high, f0, g7)
  h7 = i64x2.add(h7, product(high, f1, g6))
  h7 = i64x2.add(h7, product(high, f2, g5))
  h7 = i64x2.add(h7, product(high, f3, g4))
  h7 = i64x2.add(h7, product(high, f4, g3))
  h7 = i64x2.add(h7, product(high, f5, g2))
  h7 = i64x2.add(h7, product(high, f6, g1))
  h7 = i64x2.add(h7, product(high, f7, g0))
  h7 = i64x2.add(h7, product(high, f8, n9))
  h7 = i64x2.add(h7, product(high, f9, n8))
  v128.store(out, h7, 112)
  let h8 = product(high, f0, g8)
  h8 = i64x2.add(h8, product(high, d1, g7))
  h8 = i64x2.add(h8, product(high, f2, g6))
  h8 = i64x2.add(h8, product(high, d3, g5))
  h8 = i64x2.add(h8, product(high, f4, g4))
  h8 = i64x2.add(h8, product(high, d5, g3))
  h8 = i64x2.add(h8, product(high, f6, g2))
  h8 = i64x2.add(h8, product(high, d7, g1))
  h8 = i64x2.add(h8, product(high, f8, g0))
  h8 = i64x2.add(h8, product(high, d9, n9))
  v128.store(out, h8, 128)
  let h9 = product(high, f0, g9)
  h9 = i64x2.add(h9, product(high, f1, g8))
  h9 = i64x2.add(h9, product(high, f2, g7))
  h9 = i64x2.add(h9, product(high, f3, g6))
  h9 = i64x2.add(h9, product(high, f4, g5))
  h9 = i64x2.add(h9, product(high, f5, g4))
  h9 = i64x2.add(h9, product(high, f6, g3))
  h9 = i64x2.add(h9, product(high, f7, g2))
  h9 = i64x2.add(h9, product(high, f8, g1))
  h9 = i64x2.add(h9, product(high, f9, g0))
  v128.store(out, h9, 144)
}

/** The same for h = f². */
// @ts-ignore: decorator
@inline
function squareColumns(high: bool, out: usize, f: usize): void {
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
  const q1 = i32x4.shl(f1, 2)
  const q3 = i32x4.shl(f3, 2)
  const q5 = i32x4.shl(f5, 2)
  const q7 = i32x4.shl(f7, 2)
  const nineteen = i32x4.splat(19)
  const n5 = i32x4.mul(f5, nineteen)
  const n6 = i32x4.mul(f6, nineteen)
  const n7 = i32x4.mul(f7, nineteen)
  const n8 = i32x4.mul(f8, nineteen)
  const n9 = i32x4.mul(f9, nineteen)
  const t9 = i32x4.shl(n9, 1)
  const t7 = i32x4.shl(n7, 1)
  const t5 = i32x4.shl(n5, 1)
  let h0 = product(high, f0, f0)
  h0 = i64x2.add(h0, product(high, q1, n9))
  h0 = i64x2.add(h0, product(high, d2, n8))
  h0 = i64x2.add(h0, product(high, q3, n7))
  h0 = i64x2.add(h0, product(high, d4, n6))
  h0 = i64x2.add(h0, product(high, f5, t5))
  v128.store(out, h0, 0)
  let h1 = product(high, d0, f1)
  h1 = i64x2.add(h1, product(high, d2, n9))
  h1 = i64x2.add(h1, product(high, d3, n8))
  h1 = i64x2.add(h1, product(high, d4, n7))
  h1 = i64x2.add(h1, product(high, d5, n6))
  v128.store(out, h1, 16)
  let h2 = product(high, d0, f2)
  h2 = i64x2.add(h2, product(high, d1, f1))
  h2 = i64x2.add(h2, product(high, q3, n9))
  h2 = i64x2.add(h2, product(high, d4, n8))
  h2 = i64x2.add(h2, product(high, q5, n7))
  h2 = i64x2.add(h2, product(high, f6, n6))
  v128.store(out, h2, 32)
  let h3 = product(high, d0, f3)
  h3 = i64x2.add(h3, product(high, d1, f2))
  h3 = i64x2.add(h3, product(high, d4, n9))
  h3 = i64x2.add(h3, product(high, d5, n8))
  h3 = i64x2.add(h3, product(high, d6, n7))
  v128.store(out, h3, 48)
  let h4 = product(high, d0, f4)
  h4 = i64x2.add(h4, product(high, q1, f3))
  h4 = i64x2.add(h4, product(high, f2, f2))
  h4 = i64x2.add(h4, product(high, q5, n9))
  h4 = i64x2.add(h4, product(high, d6, n8))
  h4 = i64x2.add(h4, product(high, f7, t7))
  v128.store(out, h4, 64)
  let h5 = product(high, d0, f5)
  h5 = i64x2.add(h5, product(high, d1, f4))
  h5 = i64x2.add(h5, product(high, d2, f3))
  h5 = i64x2.add(h5, product(high, d6, n9))
  h5 = i64x2.add(h5, product(high, d7, n8))
  v128.store(out, h5, 80)
  let h6 = product(high, d0, f6)
  h6 = i64x2.add(h6, product(high, q1, f5))
  h6 = i64x2.add(h6, product(high, d2, f4))
  h6 = i64x2.add(h6, product(high, d3, f3))
  h6 = i64x2.add(h6, product(high, q7, n9))
  h6 = i64x2.add(h6, product(high, f8, n8))
  v128.store(out, h6, 96)
  let h7 = product(high, d0, f7)
  h7 = i64x2.add(h7, product(high, d1, f6))
  h7 = i64x2.add(h7, product(high, d2, f5))
  h7 = i64x2.add(h7, product(high, d3, f4))
  h7 = i64x2.add(h7, product(high, d8, n9))
  v128.store(out, h7, 112)
  let h8 = product(high, d0, f8)
  h8 = i64x2.add(h8, product(high, q1, f7))
  h8 = i64x2.add(h8, product(high, d2, f6))
  h8 = i64x2.add(h8, product(high, q3, f5))
  h8 = i64x2.add(h8, product(high, f4, f4))
  h8 = i64x2.add(h8, product(high, f9, t9))
  v128.store(out, h8, 128)
  let h9 = product(high, d0, f9)
  h9 = i64x2.add(h9, product(high, d1, f8))
  h9 = i64x2.add(h9, product(high, d2, f7))
  h9 = i64x2.add(h9, product(high, d3, f6))
  h9 = i64x2.add(h9, product(high, d4, f5))
  v128.store(out, h9, 144)
}

/** One carry of column i into column i + 1, or from the last into the first, 19 times. */
// @ts-ignore: decorator
@inline
function carry(columns: usize, i: i32): void {
  const at = columns + (<usize>i << 4)
  const bits = 26 - (i & 1)
  const v = v128.load(at)
  const over = i64x2.shr_u(v, bits)
  v128.store(at, v128.and(v, i64x2.splat((<i64>1 << bits) - 1)))
  const next = i == 9 ? columns : at + 16
  const more = i == 9 ? i64x2.add(over, i64x2.add(i64x2.shl(over, 1), i64x2.shl(over, 4))) : over
  v128.store(next, i64x2.add(v128.load(next), more))
}

/** Columns of both halves to reduced limbs. */
function reduce(out: usize, columns: usize): void {
  for (let half: usize = 0; half < 320; half += 160) {
    const at = columns + half
    // Two chains, half the limbs apart, so that the second need not wait for the first.
    carry(at, 0)
    carry(at, 5)
    carry(at, 1)
    carry(at, 6)
    carry(at, 2)
    carry(at, 7)
    carry(at, 3)
    carry(at, 8)
    carry(at, 4)
    carry(at, 9)
    carry(at, 5)
    carry(at, 0)
  }
  for (let i: usize = 0; i < 160; i += 16)
    v128.store(out + i, i32x4.shuffle(v128.load(columns + i), v128.load(columns + i, 160), 0, 2, 4, 6))
}

/** out may be an input. @param scratch 320 bytes */
export function mul(out: usize, f: usize, g: usize, scratch: usize): void {
  productColumns(false, scratch, f, g)
  productColumns(true, scratch + 160, f, g)
  reduce(out, scratch)
}

/** out = f^(2^times) */
export function square(out: usize, f: usize, times: i32, scratch: usize): void {
  for (; times > 0; times--, f = out) {
    squareColumns(false, scratch, f)
    squareColumns(true, scratch + 160, f)
    reduce(out, scratch)
  }
}

export function add(out: usize, f: usize, g: usize): void {
  for (let i: usize = 0; i < 160; i += 16) v128.store(out + i, i32x4.add(v128.load(f + i), v128.load(g + i)))
}

/** f − g + 2p, limb by limb; f and g reduced. */
export function sub(out: usize, f: usize, g: usize): void {
  v128.store(out, i32x4.sub(i32x4.add(v128.load(f), i32x4.splat(0x07ffffda)), v128.load(g)))
  for (let i: usize = 16; i < 160; i += 16) {
    const twice = i32x4.splat((i & 16) != 0 ? 0x03fffffe : 0x07fffffe)
    v128.store(out + i, i32x4.sub(i32x4.add(v128.load(f + i), twice), v128.load(g + i)))
  }
}

/** out = small · f, small below 2^20 */
export function mulSmall(out: usize, f: usize, small: i32, scratch: usize): void {
  const factor = i32x4.splat(small)
  for (let i: usize = 0; i < 160; i += 16) {
    const limb = v128.load(f + i)
    v128.store(scratch + i, product(false, limb, factor))
    v128.store(scratch + i, product(true, limb, factor), 160)
  }
  reduce(out, scratch)
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

/** All four lanes become a small number. */
export function set(out: usize, value: i32): void {
  memory.fill(out, 0, elementBytes)
  v128.store(out, i32x4.splat(value))
}

export function copy(out: usize, f: usize): void {
  memory.copy(out, f, elementBytes)
}

/** Four elements of 32 bytes, little-endian; the top bit is not looked at. */
export function fromBytes(out: usize, bytes: usize): void {
  for (let lane: usize = 0; lane < 4; lane++, out += 4, bytes += 32) {
    store<u32>(out, load<u32>(bytes) & 0x3ffffff)
    store<u32>(out, (load<u32>(bytes, 3) >> 2) & 0x1ffffff, 16)
    store<u32>(out, (load<u32>(bytes, 6) >> 3) & 0x3ffffff, 32)
    store<u32>(out, (load<u32>(bytes, 9) >> 5) & 0x1ffffff, 48)
    store<u32>(out, load<u32>(bytes, 12) >> 6, 64)
    store<u32>(out, load<u32>(bytes, 16) & 0x1ffffff, 80)
    store<u32>(out, (load<u32>(bytes, 19) >> 1) & 0x3ffffff, 96)
    store<u32>(out, (load<u32>(bytes, 22) >> 3) & 0x1ffffff, 112)
    store<u32>(out, (load<u32>(bytes, 25) >> 4) & 0x3ffffff, 128)
    store<u32>(out, (load<u32>(bytes, 28) >> 6) & 0x1ffffff, 144)
  }
}

// @ts-ignore: decorator
@inline
function limb(f: usize, i: usize): u64 {
  return <u64>load<u32>(f + (i << 4))
}

/** The smallest representatives of four reduced elements. */
export function toBytes(bytes: usize, f: usize): void {
  for (let lane = 0; lane < 4; lane++, f += 4, bytes += 32) {
    // How many times p is in it (0 or 1): what would leave at the top if 19 were added.
    let q = (19 * limb(f, 9) + (1 << 24)) >> 25
    for (let i: usize = 0; i < 10; i++) q = (limb(f, i) + q) >> (26 - (<u64>i & 1))
    let over = 19 * q
    let word: u64 = 0
    let filled: u64 = 0
    let at = bytes
    for (let i: usize = 0; i < 10; i++) {
      const bits = 26 - (<u64>i & 1)
      over += limb(f, i)
      const low = over & ((<u64>1 << bits) - 1)
      over >>= bits
      word |= low << filled
      filled += bits
      if (filled >= 64) {
        store<u64>(at, word)
        at += 8
        filled -= 64
        word = low >> (bits - filled)
      }
    }
    store<u64>(at, word)
  }
}

/** Exponents: out = z^(2^250 − 1), and z^11 at `eleven`. @param more two elements of scratch */
function chain(out: usize, eleven: usize, z: usize, more: usize, scratch: usize): void {
  const a = more
  const b = more + elementBytes
  square(a, z, 1, scratch) // 2
  square(b, a, 2, scratch) // 8
  mul(b, b, z, scratch) // 9
  mul(eleven, b, a, scratch)
  square(a, eleven, 1, scratch) // 22
  mul(b, b, a, scratch) // 2^5 − 1
  square(a, b, 5, scratch)
  mul(b, a, b, scratch) // 2^10 − 1
  square(a, b, 10, scratch)
  mul(a, a, b, scratch) // 2^20 − 1
  square(out, a, 20, scratch)
  mul(a, out, a, scratch) // 2^40 − 1
  square(a, a, 10, scratch)
  mul(b, a, b, scratch) // 2^50 − 1
  square(a, b, 50, scratch)
  mul(a, a, b, scratch) // 2^100 − 1
  square(out, a, 100, scratch)
  mul(a, out, a, scratch) // 2^200 − 1
  square(a, a, 50, scratch)
  mul(out, a, b, scratch) // 2^250 − 1
}

/** out = 1/z, 0 for 0. @param more four elements of scratch */
export function invert(out: usize, z: usize, more: usize, scratch: usize): void {
  const t = more + 2 * elementBytes
  const eleven = more + 3 * elementBytes
  chain(t, eleven, z, more, scratch)
  square(t, t, 5, scratch)
  mul(out, t, eleven, scratch)
}

/** out = z^((p−1)/2): 1 for a square, −1 for none. @param more four elements of scratch */
export function legendre(out: usize, z: usize, more: usize, scratch: usize): void {
  const t = more + 2 * elementBytes
  const six = more + 3 * elementBytes
  chain(t, six, z, more, scratch)
  square(t, t, 4, scratch) // 2^254 − 16
  square(six, z, 1, scratch)
  mul(six, six, z, scratch)
  square(six, six, 1, scratch)
  mul(out, t, six, scratch)
}
