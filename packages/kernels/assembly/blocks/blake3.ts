/** Keyed BLAKE3 of items of up to 64 bytes (one block), four at a time. */

// @ts-ignore: decorator
@inline
function turn(v: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(v, by), i32x4.shl(v, 32 - by))
}

// @ts-ignore: decorator
@inline
function turn16(v: v128): v128 {
  return i8x16.shuffle(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
}

// @ts-ignore: decorator
@inline
function turn8(v: v128): v128 {
  return i8x16.shuffle(v, v, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
}

/** Bytes at+0..15 of an item, zero from its end on. */
// @ts-ignore: decorator
@inline
function part(item: usize, at: i32, length: i32): v128 {
  if (at >= length) return i32x4.splat(0)
  const v = v128.load(item + <usize>at)
  const iota = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  return length - at >= 16 ? v : v128.and(v, i8x16.lt_u(iota, i8x16.splat(<i8>(length - at))))
}

/** Words 4·q..4·q+3 of four items, by word: 64 bytes at `out`. */
// @ts-ignore: decorator
@inline
function quarter(out: usize, a: usize, b: usize, c: usize, d: usize, q: i32, la: i32, lb: i32, lc: i32, ld: i32): void {
  const va = part(a, q << 4, la)
  const vb = part(b, q << 4, lb)
  const vc = part(c, q << 4, lc)
  const vd = part(d, q << 4, ld)
  const ab = i32x4.shuffle(va, vb, 0, 4, 1, 5)
  const ab2 = i32x4.shuffle(va, vb, 2, 6, 3, 7)
  const cd = i32x4.shuffle(vc, vd, 0, 4, 1, 5)
  const cd2 = i32x4.shuffle(vc, vd, 2, 6, 3, 7)
  v128.store(out, i64x2.shuffle(ab, cd, 0, 2))
  v128.store(out, i64x2.shuffle(ab, cd, 1, 3), 16)
  v128.store(out, i64x2.shuffle(ab2, cd2, 0, 2), 32)
  v128.store(out, i64x2.shuffle(ab2, cd2, 1, 3), 48)
}

/**
 * @param out 16 bytes an item
 * @param items bytes from which item i is offsets[i] − origin to offsets[i+1] − origin; 64 readable bytes follow
 * @param offsets u32, n + 1 of them @param key 32 bytes @param scratch 256 bytes
 */
export function blake3(
  out: usize,
  items: usize,
  offsets: usize,
  origin: u32,
  key: usize,
  n: i32,
  scratch: usize,
): void {
  for (; n > 0; n -= 4, out += 64, offsets += 16) {
    // Lanes beyond the end repeat the first one.
    const o1: usize = n > 1 ? 4 : 0
    const o2: usize = n > 2 ? 8 : 0
    const o3: usize = n > 3 ? 12 : 0
    const la = <i32>(load<u32>(offsets, 4) - load<u32>(offsets))
    const lb = <i32>(load<u32>(offsets + o1, 4) - load<u32>(offsets + o1))
    const lc = <i32>(load<u32>(offsets + o2, 4) - load<u32>(offsets + o2))
    const ld = <i32>(load<u32>(offsets + o3, 4) - load<u32>(offsets + o3))
    const a = items + <usize>(load<u32>(offsets) - origin)
    const b = items + <usize>(load<u32>(offsets + o1) - origin)
    const c = items + <usize>(load<u32>(offsets + o2) - origin)
    const d = items + <usize>(load<u32>(offsets + o3) - origin)
    for (let q = 0; q < 4; q++) quarter(scratch + (<usize>q << 6), a, b, c, d, q, la, lb, lc, ld)
    fourBlocks(scratch, key, i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(la), 1, lb), 2, lc), 3, ld))
    v128.store(out, v128.load(scratch))
    if (n > 1) v128.store(out, v128.load(scratch, 16), 16)
    if (n > 2) v128.store(out, v128.load(scratch, 32), 32)
    if (n > 3) v128.store(out, v128.load(scratch, 48), 48)
  }
}

/** Compresses four blocks (words by lane) with flags start, end, root and keyed; leaves 16 bytes of each in `scratch`. */
function fourBlocks(scratch: usize, key: usize, lengths: v128): void {
  let m0 = v128.load(scratch, 0)
  let m1 = v128.load(scratch, 16)
  let m2 = v128.load(scratch, 32)
  let m3 = v128.load(scratch, 48)
  let m4 = v128.load(scratch, 64)
  let m5 = v128.load(scratch, 80)
  let m6 = v128.load(scratch, 96)
  let m7 = v128.load(scratch, 112)
  let m8 = v128.load(scratch, 128)
  let m9 = v128.load(scratch, 144)
  let m10 = v128.load(scratch, 160)
  let m11 = v128.load(scratch, 176)
  let m12 = v128.load(scratch, 192)
  let m13 = v128.load(scratch, 208)
  let m14 = v128.load(scratch, 224)
  let m15 = v128.load(scratch, 240)
  let v0 = v128.load32_splat(key, 0)
  let v1 = v128.load32_splat(key, 4)
  let v2 = v128.load32_splat(key, 8)
  let v3 = v128.load32_splat(key, 12)
  let v4 = v128.load32_splat(key, 16)
  let v5 = v128.load32_splat(key, 20)
  let v6 = v128.load32_splat(key, 24)
  let v7 = v128.load32_splat(key, 28)
  let v8 = i32x4.splat(0x6a09e667)
  let v9 = i32x4.splat(0xbb67ae85)
  let v10 = i32x4.splat(0x3c6ef372)
  let v11 = i32x4.splat(0xa54ff53a)
  let v12 = i32x4.splat(0)
  let v13 = i32x4.splat(0)
  let v14 = lengths
  let v15 = i32x4.splat(1 | 2 | 8 | 16)
  for (let round = 0; ; round++) {
    v0 = i32x4.add(i32x4.add(v0, v4), m0)
    v1 = i32x4.add(i32x4.add(v1, v5), m2)
    v2 = i32x4.add(i32x4.add(v2, v6), m4)
    v3 = i32x4.add(i32x4.add(v3, v7), m6)
    v12 = turn16(v128.xor(v12, v0))
    v13 = turn16(v128.xor(v13, v1))
    v14 = turn16(v128.xor(v14, v2))
    v15 = turn16(v128.xor(v15, v3))
    v8 = i32x4.add(v8, v12)
    v9 = i32x4.add(v9, v13)
    v10 = i32x4.add(v10, v14)
    v11 = i32x4.add(v11, v15)
    v4 = turn(v128.xor(v4, v8), 12)
    v5 = turn(v128.xor(v5, v9), 12)
    v6 = turn(v128.xor(v6, v10), 12)
    v7 = turn(v128.xor(v7, v11), 12)
    v0 = i32x4.add(i32x4.add(v0, v4), m1)
    v1 = i32x4.add(i32x4.add(v1, v5), m3)
    v2 = i32x4.add(i32x4.add(v2, v6), m5)
    v3 = i32x4.add(i32x4.add(v3, v7), m7)
    v12 = turn8(v128.xor(v12, v0))
    v13 = turn8(v128.xor(v13, v1))
    v14 = turn8(v128.xor(v14, v2))
    v15 = turn8(v128.xor(v15, v3))
    v8 = i32x4.add(v8, v12)
    v9 = i32x4.add(v9, v13)
    v10 = i32x4.add(v10, v14)
    v11 = i32x4.add(v11, v15)
    v4 = turn(v128.xor(v4, v8), 7)
    v5 = turn(v128.xor(v5, v9), 7)
    v6 = turn(v128.xor(v6, v10), 7)
    v7 = turn(v128.xor(v7, v11), 7)
    v0 = i32x4.add(i32x4.add(v0, v5), m8)
    v1 = i32x4.add(i32x4.add(v1, v6), m10)
    v2 = i32x4.add(i32x4.add(v2, v7), m12)
    v3 = i32x4.add(i32x4.add(v3, v4), m14)
    v15 = turn16(v128.xor(v15, v0))
    v12 = turn16(v128.xor(v12, v1))
    v13 = turn16(v128.xor(v13, v2))
    v14 = turn16(v128.xor(v14, v3))
    v10 = i32x4.add(v10, v15)
    v11 = i32x4.add(v11, v12)
    v8 = i32x4.add(v8, v13)
    v9 = i32x4.add(v9, v14)
    v5 = turn(v128.xor(v5, v10), 12)
    v6 = turn(v128.xor(v6, v11), 12)
    v7 = turn(v128.xor(v7, v8), 12)
    v4 = turn(v128.xor(v4, v9), 12)
    v0 = i32x4.add(i32x4.add(v0, v5), m9)
    v1 = i32x4.add(i32x4.add(v1, v6), m11)
    v2 = i32x4.add(i32x4.add(v2, v7), m13)
    v3 = i32x4.add(i32x4.add(v3, v4), m15)
    v15 = turn8(v128.xor(v15, v0))
    v12 = turn8(v128.xor(v12, v1))
    v13 = turn8(v128.xor(v13, v2))
    v14 = turn8(v128.xor(v14, v3))
    v10 = i32x4.add(v10, v15)
    v11 = i32x4.add(v11, v12)
    v8 = i32x4.add(v8, v13)
    v9 = i32x4.add(v9, v14)
    v5 = turn(v128.xor(v5, v10), 7)
    v6 = turn(v128.xor(v6, v11), 7)
    v7 = turn(v128.xor(v7, v8), 7)
    v4 = turn(v128.xor(v4, v9), 7)
    if (round == 6) break
    const t0 = m0
    m0 = m2
    m2 = m3
    m3 = m10
    m10 = m12
    m12 = m9
    m9 = m11
    m11 = m5
    m5 = t0
    const t1 = m1
    m1 = m6
    m6 = m4
    m4 = m7
    m7 = m13
    m13 = m14
    m14 = m15
    m15 = m8
    m8 = t1
  }
  const r0 = v128.xor(v0, v8)
  const r1 = v128.xor(v1, v9)
  const r2 = v128.xor(v2, v10)
  const r3 = v128.xor(v3, v11)
  const p0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5)
  const p1 = i32x4.shuffle(r2, r3, 0, 4, 1, 5)
  const p2 = i32x4.shuffle(r0, r1, 2, 6, 3, 7)
  const p3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7)
  v128.store(scratch, i64x2.shuffle(p0, p1, 0, 2))
  v128.store(scratch, i64x2.shuffle(p0, p1, 1, 3), 16)
  v128.store(scratch, i64x2.shuffle(p2, p3, 0, 2), 32)
  v128.store(scratch, i64x2.shuffle(p2, p3, 1, 3), 48)
}
