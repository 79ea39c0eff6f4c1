/** 128 rows of n bits into n blocks. */

/**
 * Sixteen rows × sixteen bytes at a time: bytes are transposed by weaving, then the top bits of sixteen bytes are
 * sixteen bits of an output block.
 * @param scratch 512 bytes
 */
export function transpose(out: usize, a: usize, n: i32, scratch: usize): void {
  const stride = <usize>n >> 3
  for (let column: usize = 0; column < stride; column += 16)
    for (let group: usize = 0; group < 8; group++) {
      bytes16(scratch, a + group * 16 * stride + column, stride)
      let to = out + (column << 7) + (group << 1)
      for (let at: usize = 0; at < 256; at += 16, to += 128) {
        const v = v128.load(scratch + at)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 7)))
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 6)), 16)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 5)), 32)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 4)), 48)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 3)), 64)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 2)), 80)
        store<u16>(to, <u16>i8x16.bitmask(i64x2.shl(v, 1)), 96)
        store<u16>(to, <u16>i8x16.bitmask(v), 112)
      }
    }
}

/** Row i, byte j of 16×16 goes to row j, byte i: four rounds that weave row i with row i + 8, back and forth. */
function bytes16(scratch: usize, a: usize, stride: usize): void {
  for (let i: usize = 0; i < 8; i++)
    weave(scratch + 256 + (i << 5), v128.load(a + i * stride), v128.load(a + (i + 8) * stride))
  weaveRows(scratch, scratch + 256)
  weaveRows(scratch + 256, scratch)
  weaveRows(scratch, scratch + 256)
}

// @ts-ignore: decorator
@inline
function weaveRows(out: usize, a: usize): void {
  for (let i: usize = 0; i < 128; i += 16) weave(out + (i << 1), v128.load(a + i), v128.load(a + i, 128))
}

// @ts-ignore: decorator
@inline
function weave(out: usize, a: v128, b: v128): void {
  v128.store(out, i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23))
  v128.store(out, i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16)
}
