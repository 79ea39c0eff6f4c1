/** Tags by a map of their bytes. */
import type { Blocks, TagIndex } from '../blocks.ts'

const keyOf = (bytes: Uint8Array, at: number, size: number): string => bytes.subarray(at, at + size).join()

export function indexTags(tags: Blocks, size: number): TagIndex {
  let repeated = -1
  const seen = new Set<string>()
  for (let at = 0; at < tags.length; at += 16) {
    const key = keyOf(tags, at, size)
    if (seen.has(key) && repeated < 0) repeated = at / 16
    seen.add(key)
  }
  return { tags, size, slots: new Uint32Array(0), repeated }
}

export function findTags({ tags, size }: TagIndex, theirs: Uint8Array): Int32Array {
  const rows = new Map<string, number>()
  for (let row = tags.length / 16 - 1; row >= 0; row--) rows.set(keyOf(tags, 16 * row, size), row)
  return Int32Array.from({ length: theirs.length / size }, (_, i) => rows.get(keyOf(theirs, size * i, size)) ?? -1)
}
