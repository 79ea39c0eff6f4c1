/** BLAKE3 of items: runs of short ones pass through a stage, four at a time; a long one goes its own way. */
import type { Blocks } from '../blocks.ts'
import { keyedBlake3 } from '../reference/blake3.ts'
import { type Machine, operandsAt, stageAt, stageBytes, tablesAt } from './module.ts'

const shortBytes = 64

export function hashItems(
  machine: Machine,
  out: Blocks,
  bytes: Uint8Array,
  offsets: Uint32Array,
  key: Uint8Array,
): void {
  const { kernels, arena, stages, operands } = machine
  const numbers = new Uint32Array(arena.memory.buffer, stageAt(1), stageBytes / 4)
  const outAt = arena.offsetOf(out)
  const n = offsets.length - 1
  operands.set(key)
  for (let i = 0; i < n; ) {
    const first = offsets[i]!
    let end = i
    const most = Math.min(n, i + numbers.length - 1)
    while (end < most && offsets[end + 1]! - offsets[end]! <= shortBytes && offsets[end + 1]! - first <= stageBytes)
      end++
    if (end === i) {
      out.set(keyedBlake3(bytes.subarray(first, offsets[i + 1]!), key), 16 * i)
      i++
      continue
    }
    stages[0].set(bytes.subarray(first, offsets[end]!))
    numbers.set(offsets.subarray(i, end + 1))
    kernels.blake3(outAt + 16 * i, stageAt(0), stageAt(1), first, operandsAt, end - i, tablesAt)
    i = end
  }
  machine.wipe()
}
