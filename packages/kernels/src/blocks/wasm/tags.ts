/** Tags over WASM memory; those of the partner pass through a stage. */
import type { Blocks, TagIndex } from '../blocks.ts'
import { type Machine, pieces, stageAt, stageBytes } from './module.ts'

export function indexTags({ arena, kernels }: Machine, tags: Blocks, size: number): TagIndex {
  const n = tags.length / 16
  const slots = arena.view(Uint32Array, 2 * 2 ** Math.ceil(Math.log2(1.5 * n + 2)))
  const repeated = kernels.indexTags(arena.offsetOf(slots), slots.length / 2 - 1, arena.offsetOf(tags), size, n)
  return { tags, size, slots, repeated }
}

export function findTags(machine: Machine, { tags, size, slots }: TagIndex, theirs: Uint8Array): Int32Array {
  const { arena, kernels, stages } = machine
  const [slotsAt, tagsAt] = [arena.offsetOf(slots), arena.offsetOf(tags)]
  const rows = new Int32Array(theirs.length / size)
  const found = new Int32Array(arena.memory.buffer, stageAt(1), stageBytes / 4)
  for (const { from, count } of pieces(rows.length, Math.floor(stageBytes / 16))) {
    stages[0].set(theirs.subarray(size * from, size * (from + count)))
    kernels.findTags(stageAt(1), slotsAt, slots.length / 2 - 1, tagsAt, stageAt(0), size, count)
    rows.set(found.subarray(0, count), from)
  }
  machine.wipe()
  return rows
}

export function gatherBytes(machine: Machine, out: Uint8Array, a: Blocks, indices: Uint32Array, size: number): void {
  const { arena, kernels, stages } = machine
  const numbers = new Uint32Array(arena.memory.buffer, stageAt(1), stageBytes / 4)
  for (const { from, count } of pieces(indices.length, Math.floor(stageBytes / 16))) {
    numbers.set(indices.subarray(from, from + count))
    kernels.gatherBytes(stageAt(0), arena.offsetOf(a), stageAt(1), size, count)
    out.set(stages[0].subarray(0, size * count), size * from)
  }
  machine.wipe()
}
