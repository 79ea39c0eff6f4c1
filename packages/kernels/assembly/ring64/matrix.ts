/**
 * Matrix products over Z_2^64.
 *
 * A product of 64-bit words costs eight instructions as i64x2.mul. Sums of products cost less when the halves stay apart:
 *   Σ a·b = Σ lo(a)·lo(b) + 2^32 · Σ (lo(a)·hi(b) + hi(a)·lo(b))   (mod 2^64, the second sum needs 32 bits only)
 * so the cross sums are four 32-bit lanes at once, and are shifted once at the end.
 *
 * b is taken in panels of `depth` rows by 4 columns, packed into scratch as (4 low halves, 4 high halves) a row, padded
 * with zero columns; a panel (8 KB) stays in the first-level cache while all rows of a pass over it.
 * The left factor has two strides (`down` from one output row to the next, `along` the sum), so that one kernel serves
 * a·b and aᵀ·b. Strides are in elements.
 */

// @ts-ignore: decorator
@inline
const depth: i32 = 256

/** The sums of two columns from their low sums and their cross sums. */
// @ts-ignore: decorator
@inline
function combined(low: v128, cross: v128): v128 {
  return i64x2.add(low, i64x2.shl(cross, 32))
}

/** Adds four sums, or the first `columns` of them, to the output. */
// @ts-ignore: decorator
@inline
function addTo(out: usize, first: v128, second: v128, columns: i32): void {
  if (columns == 4) {
    v128.store(out, i64x2.add(v128.load(out), first))
    v128.store(out + 16, i64x2.add(v128.load(out + 16), second))
    return
  }
  store<u64>(out, load<u64>(out) + i64x2.extract_lane(first, 0))
  if (columns > 1) store<u64>(out + 8, load<u64>(out + 8) + i64x2.extract_lane(first, 1))
  if (columns > 2) store<u64>(out + 16, load<u64>(out + 16) + i64x2.extract_lane(second, 0))
}

/** Packs rows × columns (≤ 4) of b into (4 low halves, 4 high halves) a row. */
function pack(panel: usize, b: usize, rows: i32, columns: i32, rowBytes: usize): void {
  for (let s = 0; s < rows; s++, b += rowBytes, panel += 32) {
    let p: v128
    let q: v128
    if (columns == 4) {
      p = v128.load(b)
      q = v128.load(b + 16)
    } else {
      p = columns > 1 ? v128.load(b) : v128.load64_zero(b)
      q = columns > 2 ? v128.load64_zero(b + 16) : i64x2.splat(0)
    }
    v128.store(panel, v128.shuffle<u32>(p, q, 0, 2, 4, 6))
    v128.store(panel + 16, v128.shuffle<u32>(p, q, 1, 3, 5, 7))
  }
}

/** Three rows of a against one panel. */
// @ts-ignore: decorator
@inline
function threeRows(
  out: usize, outRow: usize, a: usize, down: usize, along: usize, panel: usize, rows: i32, columns: i32,
): void {
  let x0 = i64x2.splat(0)
  let y0 = x0
  let c0 = x0
  let x1 = x0
  let y1 = x0
  let c1 = x0
  let x2 = x0
  let y2 = x0
  let c2 = x0
  const a1 = a + down
  const a2 = a1 + down
  let at: usize = 0
  const end = panel + ((<usize>rows) << 5)
  for (let p = panel; p < end; p += 32, at += along) {
    const low = v128.load(p)
    const high = v128.load(p, 16)
    let l = v128.load32_splat(a + at)
    x0 = i64x2.add(x0, i64x2.extmul_low_i32x4_u(low, l))
    y0 = i64x2.add(y0, i64x2.extmul_high_i32x4_u(low, l))
    c0 = i32x4.add(c0, i32x4.add(i32x4.mul(high, l), i32x4.mul(low, v128.load32_splat(a + at, 4))))
    l = v128.load32_splat(a1 + at)
    x1 = i64x2.add(x1, i64x2.extmul_low_i32x4_u(low, l))
    y1 = i64x2.add(y1, i64x2.extmul_high_i32x4_u(low, l))
    c1 = i32x4.add(c1, i32x4.add(i32x4.mul(high, l), i32x4.mul(low, v128.load32_splat(a1 + at, 4))))
    l = v128.load32_splat(a2 + at)
    x2 = i64x2.add(x2, i64x2.extmul_low_i32x4_u(low, l))
    y2 = i64x2.add(y2, i64x2.extmul_high_i32x4_u(low, l))
    c2 = i32x4.add(c2, i32x4.add(i32x4.mul(high, l), i32x4.mul(low, v128.load32_splat(a2 + at, 4))))
  }
  addTo(out, combined(x0, i64x2.extend_low_i32x4_u(c0)), combined(y0, i64x2.extend_high_i32x4_u(c0)), columns)
  out += outRow
  addTo(out, combined(x1, i64x2.extend_low_i32x4_u(c1)), combined(y1, i64x2.extend_high_i32x4_u(c1)), columns)
  out += outRow
  addTo(out, combined(x2, i64x2.extend_low_i32x4_u(c2)), combined(y2, i64x2.extend_high_i32x4_u(c2)), columns)
}

/** What is left of the rows. */
// @ts-ignore: decorator
@inline
function oneRow(out: usize, a: usize, along: usize, panel: usize, rows: i32, columns: i32): void {
  let x = i64x2.splat(0)
  let y = x
  let c = x
  const end = panel + ((<usize>rows) << 5)
  for (let p = panel; p < end; p += 32, a += along) {
    const low = v128.load(p)
    const l = v128.load32_splat(a)
    x = i64x2.add(x, i64x2.extmul_low_i32x4_u(low, l))
    y = i64x2.add(y, i64x2.extmul_high_i32x4_u(low, l))
    c = i32x4.add(c, i32x4.add(i32x4.mul(v128.load(p, 16), l), i32x4.mul(low, v128.load32_splat(a, 4))))
  }
  addTo(out, combined(x, i64x2.extend_low_i32x4_u(c)), combined(y, i64x2.extend_high_i32x4_u(c)), columns)
}

/**
 * out (rows×n) = A · b, A[i][s] = a[i·down + s·along], s < sum; b (sum×n).
 * @param scratch `depth`·32 bytes
 */
export function product(
  out: usize, a: usize, b: usize, rows: i32, sum: i32, n: i32, down: i32, along: i32, scratch: usize,
): void {
  const rowBytes = (<usize>n) << 3
  const downBytes = (<usize>down) << 3
  const alongBytes = (<usize>along) << 3
  memory.fill(out, 0, <usize>rows * rowBytes)
  for (let j = 0; j < n; j += 4) {
    const columns = n - j < 4 ? n - j : 4
    for (let s = 0; s < sum; s += depth) {
      const height = sum - s < depth ? sum - s : depth
      pack(scratch, b + (<usize>s * <usize>n + <usize>j) * 8, height, columns, rowBytes)
      let o = out + ((<usize>j) << 3)
      let left = a + <usize>s * alongBytes
      let i = rows
      for (; i >= 3; i -= 3, o += 3 * rowBytes, left += 3 * downBytes)
        threeRows(o, rowBytes, left, downBytes, alongBytes, scratch, height, columns)
      for (; i > 0; i--, o += rowBytes, left += downBytes) oneRow(o, left, alongBytes, scratch, height, columns)
    }
  }
  memory.fill(scratch, 0, (<usize>(sum < depth ? sum : depth)) << 5)
}

/** out[i] = Σ_s a[i·sum + s]·b[s]: both run along memory, so that no packing is needed. */
export function productVector(out: usize, a: usize, b: usize, rows: i32, sum: i32): void {
  const pairs = (<usize>sum >> 1) << 4
  for (let i = 0; i < rows; i++, out += 8) {
    let x = i64x2.splat(0)
    let y = x
    let at: usize = 0
    for (; at + 32 <= pairs; at += 32) {
      x = i64x2.add(x, i64x2.mul(v128.load(a + at), v128.load(b + at)))
      y = i64x2.add(y, i64x2.mul(v128.load(a + at, 16), v128.load(b + at, 16)))
    }
    if (at < pairs) x = i64x2.add(x, i64x2.mul(v128.load(a + at), v128.load(b + at)))
    x = i64x2.add(x, y)
    let dot = i64x2.extract_lane(x, 0) + i64x2.extract_lane(x, 1)
    if (sum & 1) dot += load<u64>(a + pairs) * load<u64>(b + pairs)
    store<u64>(out, dot)
    a += (<usize>sum) << 3
  }
}

/** out[l] = Σ_i a[i·along + l]·b[i] for l < columns: whole rows of a, four at a time, scaled and added. */
export function transposedVector(out: usize, a: usize, b: usize, columns: i32, sum: i32, along: i32): void {
  const row = (<usize>along) << 3
  const width = (<usize>columns) << 3
  const pairs = (<usize>columns >> 1) << 4
  memory.fill(out, 0, width)
  let i = sum
  for (; i >= 4; i -= 4, b += 32) {
    const b0 = v128.load64_splat(b)
    const b1 = v128.load64_splat(b, 8)
    const b2 = v128.load64_splat(b, 16)
    const b3 = v128.load64_splat(b, 24)
    const r1 = a + row
    const r2 = r1 + row
    const r3 = r2 + row
    for (let at: usize = 0; at < pairs; at += 16) {
      const x = i64x2.add(i64x2.mul(v128.load(a + at), b0), i64x2.mul(v128.load(r1 + at), b1))
      const y = i64x2.add(i64x2.mul(v128.load(r2 + at), b2), i64x2.mul(v128.load(r3 + at), b3))
      v128.store(out + at, i64x2.add(v128.load(out + at), i64x2.add(x, y)))
    }
    if (columns & 1) {
      const x = load<u64>(a + pairs) * load<u64>(b) + load<u64>(r1 + pairs) * load<u64>(b, 8)
      const y = load<u64>(r2 + pairs) * load<u64>(b, 16) + load<u64>(r3 + pairs) * load<u64>(b, 24)
      store<u64>(out + pairs, load<u64>(out + pairs) + x + y)
    }
    a = r3 + row
  }
  for (; i > 0; i--, b += 8, a += row) {
    const s = load<u64>(b)
    for (let at: usize = 0; at < width; at += 8) store<u64>(out + at, load<u64>(out + at) + load<u64>(a + at) * s)
  }
}
