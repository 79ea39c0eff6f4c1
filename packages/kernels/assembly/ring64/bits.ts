/**
 * Bit planes: plane j holds bit lowBit+j of every element, lane i of word w = element 64·w + i.
 * Slicing is a transposition of 64×64 bit blocks (Hacker's Delight 7-3, mirrored: bit 0 is column 0), two words a step.
 */

/** Swaps the two off-diagonal quarters of each 2j×2j block, for words at distance j ≥ 2. */
// @ts-ignore: decorator
@inline
function exchange(block: usize, j: i32, mask: u64): void {
  const m = i64x2.splat(mask)
  const step = (<usize>j) << 3
  for (let k = 0; k < 64; k = (k + j + 2) & ~j) {
    const at = block + ((<usize>k) << 3)
    const x = v128.load(at)
    const y = v128.load(at + step)
    const t = v128.and(v128.xor(i64x2.shr_u(x, j), y), m)
    v128.store(at + step, v128.xor(y, t))
    v128.store(at, v128.xor(x, i64x2.shl(t, j)))
  }
}

/** In place, 64 words. */
function transpose64(block: usize): void {
  exchange(block, 32, 0x00000000ffffffff)
  exchange(block, 16, 0x0000ffff0000ffff)
  exchange(block, 8, 0x00ff00ff00ff00ff)
  exchange(block, 4, 0x0f0f0f0f0f0f0f0f)
  exchange(block, 2, 0x3333333333333333)
  const m = i64x2.splat(0x5555555555555555)
  for (let at = block; at < block + 512; at += 32) {
    const p = v128.load(at)
    const q = v128.load(at + 16)
    const x = v128.shuffle<u64>(p, q, 0, 2)
    const y = v128.shuffle<u64>(p, q, 1, 3)
    const t = v128.and(v128.xor(i64x2.shr_u(x, 1), y), m)
    const x1 = v128.xor(x, i64x2.shl(t, 1))
    const y1 = v128.xor(y, t)
    v128.store(at, v128.shuffle<u64>(x1, y1, 0, 2))
    v128.store(at + 16, v128.shuffle<u64>(x1, y1, 1, 3))
  }
}

/** One plane of up to 64 elements without the whole transposition: cheaper for a few planes (signs, low bits). */
// @ts-ignore: decorator
@inline
function gatherBit(a: usize, bit: i32, count: i32): u64 {
  let word: u64 = 0
  const up = 63 - bit
  let i = 0
  for (; i + 2 <= count; i += 2)
    word |= (<u64>i64x2.bitmask(i64x2.shl(v128.load(a + ((<usize>i) << 3)), up))) << (<u64>i)
  if (i < count) word |= ((load<u64>(a + ((<usize>i) << 3)) >> <u64>bit) & 1) << (<u64>i)
  return word
}

/** Planes up to which gathering bit by bit is faster than the transposition (measured). */
const fewPlanes = 4

/** @param scratch 512 bytes */
export function bitSlice(out: usize, a: usize, n: i32, lowBit: i32, planes: i32, scratch: usize): void {
  const words = (n + 63) >> 6
  const stride = (<usize>words) << 3
  for (let w = 0; w < words; w++) {
    const left = n - (w << 6)
    const count = left < 64 ? left : 64
    let at = out + ((<usize>w) << 3)
    if (planes <= fewPlanes) {
      for (let j = 0; j < planes; j++, at += stride) store<u64>(at, gatherBit(a, lowBit + j, count))
    } else {
      memory.fill(scratch, 0, 512)
      memory.copy(scratch, a, (<usize>count) << 3)
      transpose64(scratch)
      let plane = scratch + ((<usize>lowBit) << 3)
      for (let j = 0; j < planes; j++, at += stride, plane += 8) store<u64>(at, load<u64>(plane))
    }
    a += 512
  }
  memory.fill(scratch, 0, 512)
}

export function unslice(out: usize, plane: usize, n: i32): void {
  const one = i64x2.splat(1)
  let i = 0
  for (; i + 2 <= n; i += 2) {
    const word = load<u64>(plane + (((<usize>i) >> 6) << 3))
    const two = i64x2.replace_lane(i64x2.splat(word), 1, word >> 1)
    v128.store(out, v128.and(i64x2.shr_u(two, i & 63), one))
    out += 16
  }
  if (i < n) store<u64>(out, (load<u64>(plane + (((<usize>i) >> 6) << 3)) >> <u64>(i & 63)) & 1)
}
