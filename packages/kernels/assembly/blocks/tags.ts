/** Tags: the first `size` bytes (5 to 16) of blocks, found by open addressing. Pseudorandom to whoever chose what they stand for. */

/** Lanes of the bytes that count. */
// @ts-ignore: decorator
@inline
function counted(size: i32): v128 {
  return i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>size))
}

/**
 * The row in `slots` with the same tag, or the slot where it belongs.
 * @returns row + 1, or −1 − slot
 */
// @ts-ignore: decorator
@inline
function look(slots: usize, mask: u32, tags: usize, tag: v128, bytes: v128): i64 {
  const check = <u32>i32x4.extract_lane(tag, 1)
  let slot = <u32>i32x4.extract_lane(tag, 0) & mask
  let at = slots + (<usize>slot << 3)
  for (let row = load<u32>(at); row != 0; row = load<u32>(at)) {
    if (load<u32>(at, 4) == check) {
      const other = v128.load(tags + (<usize>(row - 1) << 4))
      if (!v128.any_true(v128.and(v128.xor(other, tag), bytes))) return <i64>row
    }
    slot = (slot + 1) & mask
    at = slots + (<usize>slot << 3)
  }
  return -1 - <i64>slot
}

/**
 * Enters the tags of n blocks.
 * @param slots two u32 a slot, row + 1 and bytes 4..7 of the tag, zero before; mask + 1 slots, a power of two above n
 * @returns the first row whose tag an earlier row has (the earlier one stays), or −1
 */
export function indexTags(slots: usize, mask: u32, tags: usize, size: i32, n: i32): i32 {
  const bytes = counted(size)
  let repeated = -1
  for (let row = 0; row < n; row++) {
    const tag = v128.and(v128.load(tags + (<usize>row << 4)), bytes)
    const found = look(slots, mask, tags, tag, bytes)
    if (found > 0) {
      if (repeated < 0) repeated = row
      continue
    }
    const slot = slots + (<usize>(-1 - found) << 3)
    store<u32>(slot, <u32>row + 1)
    store<u32>(slot, i32x4.extract_lane(tag, 1), 4)
  }
  return repeated
}

/** out_i = the row of the tag at theirs + i·size, or −1. Reads 16 bytes from each. @param out i32 */
export function findTags(out: usize, slots: usize, mask: u32, tags: usize, theirs: usize, size: i32, n: i32): void {
  const bytes = counted(size)
  for (; n > 0; n--, out += 4, theirs += <usize>size) {
    const found = look(slots, mask, tags, v128.and(v128.load(theirs), bytes), bytes)
    store<i32>(out, found > 0 ? <i32>found - 1 : -1)
  }
}

/** The first `size` bytes of the blocks at n indices, laid end to end; the 16 bytes from the last one on are overwritten. */
export function gatherBytes(out: usize, a: usize, indices: usize, size: i32, n: i32): void {
  for (; n > 0; n--, out += <usize>size, indices += 4) v128.store(out, v128.load(a + (<usize>load<u32>(indices) << 4)))
}

export function wipe(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes)
}
