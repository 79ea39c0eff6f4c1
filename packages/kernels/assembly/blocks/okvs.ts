/** The store of blocks (src/blocks/reference/okvs.ts), bin by bin. Within a bin rows and columns are counted in 16 bits. */

// @ts-ignore: decorator
@inline
function below(word: u32, bound: u32): u32 {
  return <u32>((<u64>word * <u64>bound) >> 32)
}

// @ts-ignore: decorator
@inline
function binOf(hash: usize, bins: u32): usize {
  return <usize>below(load<u32>(hash, 12), bins) << 2
}

/** counts[bin]++ for n row hashes. @param counts u32 a bin */
export function countBins(counts: usize, hashes: usize, bins: u32, n: i32): void {
  for (; n > 0; n--, hashes += 16) {
    const at = counts + binOf(hashes, bins)
    store<u32>(at, load<u32>(at) + 1)
  }
}

/** Rows of keys first..first+n−1 to their places. @param next u32: the next free row of each bin, moved on */
export function orderRows(out: usize, keys: usize, next: usize, hashes: usize, bins: u32, first: u32, n: i32): void {
  for (; n > 0; n--, hashes += 16, first++) {
    const at = next + binOf(hashes, bins)
    const row = <usize>load<u32>(at)
    store<u32>(at, <u32>row + 1)
    store<u32>(keys + (row << 2), first)
    v128.store(out + (row << 4), v128.load(hashes))
  }
}

/** The three distinct columns of a row, 16 bits each. */
// @ts-ignore: decorator
@inline
function columnsOf(hash: usize, sparse: u32): u64 {
  const a = below(load<u32>(hash), sparse)
  let b = below(load<u32>(hash, 4), sparse - 1)
  b += u32(b >= a)
  let c = below(load<u32>(hash, 8), sparse - 2)
  const least = a < b ? a : b
  const most = a < b ? b : a
  c += u32(c >= least)
  c += u32(c >= most)
  return <u64>(a | (b << 16)) | (<u64>c << 32)
}

// @ts-ignore: decorator
@inline
function threeBlocks(p: usize, columns: u64): v128 {
  const a = v128.load(p + (<usize>(columns & 0xffff) << 4))
  const b = v128.load(p + (<usize>((columns >> 16) & 0xffff) << 4))
  const c = v128.load(p + (<usize>(columns >> 32) << 4))
  return v128.xor(v128.xor(a, b), c)
}

/** Bytes of the tables of the dense columns: 12 nibbles × 16 values. */
export const denseBytes = 3072

/**
 * Table i holds the sums of dense columns 4i..4i+3 by nibble.
 * @returns 0 where all of them are zero
 */
export function denseTables(tables: usize, columns: usize, dense: i32): i32 {
  let any = i64x2.splat(0)
  for (let j = 0; j < 48; j += 4, tables += 256) {
    v128.store(tables, i64x2.splat(0))
    for (let b = 0; b < 4; b++) {
      const v = j + b < dense ? v128.load(columns + (<usize>(j + b) << 4)) : i64x2.splat(0)
      any = v128.or(any, v)
      const members: usize = <usize>16 << b
      for (let u: usize = 0; u < members; u += 16)
        v128.store(tables + members + u, v128.xor(v, v128.load(tables + u)))
    }
  }
  return i32(v128.any_true(any))
}

// @ts-ignore: decorator
@inline
function denseEntry(tables: usize, word: u32, nibble: i32): v128 {
  const low = nibble & 3
  const at = low == 0 ? <usize>(word << 4) & 0xf0 : <usize>(word >> <u32>(4 * low - 4)) & 0xf0
  return v128.load(tables + at + <usize>(nibble << 8))
}

// @ts-ignore: decorator
@inline
function denseBlocks(tables: usize, hash: usize): v128 {
  const x = load<u32>(hash)
  const y = load<u32>(hash, 4)
  const z = load<u32>(hash, 8)
  let p = v128.xor(denseEntry(tables, x, 0), denseEntry(tables, x, 1))
  let q = v128.xor(denseEntry(tables, x, 2), denseEntry(tables, x, 3))
  p = v128.xor(p, v128.xor(denseEntry(tables, y, 4), denseEntry(tables, y, 5)))
  q = v128.xor(q, v128.xor(denseEntry(tables, y, 6), denseEntry(tables, y, 7)))
  p = v128.xor(p, v128.xor(denseEntry(tables, z, 8), denseEntry(tables, z, 9)))
  q = v128.xor(q, v128.xor(denseEntry(tables, z, 10), denseEntry(tables, z, 11)))
  return v128.xor(p, q)
}

/** out[keys[row]] = what each of the n rows of one bin decodes to. @param p columns of the bin */
export function decodeBin(out: usize, hashes: usize, keys: usize, p: usize, tables: usize, sparse: u32, n: i32): void {
  for (; n > 0; n--, hashes += 16, keys += 4) {
    const sum = v128.xor(threeBlocks(p, columnsOf(hashes, sparse)), denseBlocks(tables, hashes))
    v128.store(out + (<usize>load<u32>(keys) << 4), sum)
  }
}

/** A column: how many rows it still has, in the upper half, and the XOR of their numbers. */
// @ts-ignore: decorator
@inline
function leave(state: usize, column: usize, row: u32): bool {
  const at = state + (column << 2)
  const after = (load<u32>(at) - 0x10000) ^ row
  store<u32>(at, after)
  return after >> 16 == 1
}

/**
 * Rows of one bin in an order in which each has a column that no later one has.
 * @param columns out: u64 a row @param order out: u32 a row, row | column << 16, then the rows of the gap
 * @param state u32 a column @param stack u16 a column @param gone u8 a row
 * @returns how many rows have such a column, −1 where more than `gap` have not
 */
export function peel(
  columns: usize,
  order: usize,
  state: usize,
  stack: usize,
  gone: usize,
  hashes: usize,
  sparse: u32,
  gap: i32,
  n: i32,
): i32 {
  memory.fill(state, 0, <usize>sparse << 2)
  for (let row = 0; row < n; row++) {
    const three = columnsOf(hashes + (<usize>row << 4), sparse)
    store<u64>(columns + (<usize>row << 3), three)
    for (let k: u64 = 0; k < 48; k += 16) {
      const at = state + (<usize>((three >> k) & 0xffff) << 2)
      store<u32>(at, (load<u32>(at) + 0x10000) ^ <u32>row)
    }
  }
  let top = stack
  for (let c: u32 = 0; c < sparse; c++)
    if (load<u32>(state + (<usize>c << 2)) >> 16 == 1) {
      store<u16>(top, <u16>c)
      top += 2
    }
  let peeled = 0
  let left = 0
  while (peeled + left < n) {
    if (top == stack) {
      const before = left
      const column = lightest(state, sparse)
      markGone(gone, order, n, peeled, left)
      let first = true
      for (let row = 0; row < n; row++) {
        const three = load<u64>(columns + (<usize>row << 3))
        if (load<u8>(gone + <usize>row) || !has(three, column)) continue
        if (first) {
          first = false
          continue
        }
        if (left == gap) return -1
        left++
        store<u32>(order + (<usize>(n - left) << 2), <u32>row)
        top = takeRow(state, top, three, <u32>row)
      }
      if (left == before) return -1 // never: a column of a core has two rows
      continue
    }
    top -= 2
    const column = <u32>load<u16>(top)
    const now = load<u32>(state + (<usize>column << 2))
    if (now >> 16 != 1) continue // its last row went by another column
    const row = now & 0xffff
    store<u32>(order + (<usize>peeled << 2), row | (column << 16))
    peeled++
    top = takeRow(state, top, load<u64>(columns + (<usize>row << 3)), row)
  }
  return peeled
}

// @ts-ignore: decorator
@inline
function takeRow(state: usize, top: usize, three: u64, row: u32): usize {
  for (let k: u64 = 0; k < 48; k += 16) {
    const column = <usize>((three >> k) & 0xffff)
    store<u16>(top, <u16>column)
    top += <usize>leave(state, column, row) << 1
  }
  return top
}

// @ts-ignore: decorator
@inline
function has(three: u64, column: u64): bool {
  return (three & 0xffff) == column || ((three >> 16) & 0xffff) == column || three >> 32 == column
}

function lightest(state: usize, sparse: u32): u64 {
  let best: u32 = 0xffffffff
  let column: u64 = 0
  for (let c: u32 = 0; c < sparse; c++) {
    const count = load<u32>(state + (<usize>c << 2)) >> 16
    if (count > 0 && count < best) {
      best = count
      column = c
    }
  }
  return column
}

function markGone(gone: usize, order: usize, n: i32, peeled: i32, left: i32): void {
  memory.fill(gone, 0, <usize>n)
  for (let i = 0; i < peeled; i++) store<u8>(gone + <usize>(load<u32>(order + (<usize>i << 2)) & 0xffff), 1)
  for (let i = n - left; i < n; i++) store<u8>(gone + <usize>load<u32>(order + (<usize>i << 2)), 1)
}

/** Solves the peeled rows, last first. @param values by key @param tables of the dense columns, or 0 where they are zero */
export function substitute(
  p: usize,
  columns: usize,
  order: usize,
  peeled: i32,
  hashes: usize,
  keys: usize,
  values: usize,
  tables: usize,
): void {
  for (let at = order + (<usize>peeled << 2); at > order; ) {
    at -= 4
    const both = load<u32>(at)
    const row = <usize>(both & 0xffff)
    const own = p + (<usize>(both >> 16) << 4)
    let sum = v128.xor(v128.load(own), threeBlocks(p, load<u64>(columns + (row << 3))))
    sum = v128.xor(sum, v128.load(values + (<usize>load<u32>(keys + (row << 2)) << 4)))
    if (tables != 0) sum = v128.xor(sum, denseBlocks(tables, hashes + (row << 4)))
    v128.store(own, sum)
  }
}
