/** BLAKE3 of items: runs of short ones pass through the buffers of the lanes; a long one goes its own way. */
import type { Blocks } from '../blocks.ts'
import { keyedBlake3 } from '../reference/blake3.ts'
import type { Lane } from './lanes.ts'
import { type Machine, operandsAt } from './module.ts'

const shortBytes = 64

export async function hashItems(
  { arena, operands }: Machine,
  lanes: readonly Lane[],
  out: Blocks,
  bytes: Uint8Array,
  offsets: Uint32Array,
  key: Uint8Array,
): Promise<void> {
  const outAt = arena.offsetOf(out)
  const n = offsets.length - 1
  operands.set(key)
  for (let i = 0, turn = 0; i < n; ) {
    const lane = lanes[turn++ % lanes.length]!
    const first = offsets[i]!
    let end = i
    const most = Math.min(n, i + lane.pieceBytes / 4 - 1)
    while (
      end < most &&
      offsets[end + 1]! - offsets[end]! <= shortBytes &&
      offsets[end + 1]! - first <= lane.pieceBytes
    )
      end++
    if (end === i) {
      out.set(keyedBlake3(bytes.subarray(first, offsets[i + 1]!), key), 16 * i)
      i++
      continue
    }
    const from = i
    await lane.feed(
      (items, numbers) => {
        items.set(bytes.subarray(first, offsets[end]!))
        new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length / 4).set(offsets.subarray(from, end + 1))
      },
      (items, numbers) => [
        { kernel: 'blake3', args: [outAt + 16 * from, items, numbers, first, operandsAt, end - from, lane.tables] },
      ],
    )
    i = end
  }
  await Promise.all(lanes.map((lane) => lane.drain()))
}
