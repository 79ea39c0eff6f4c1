/** The ids of one side as byte strings, and their hashes. */
import { concat, type Platform, utf8 } from '@secureflow/base'
import { psiErrors } from './errors.ts'
import { TagTable } from './tags.ts'

/** Items that are bytes already: item i is `bytes[offsets[i] .. offsets[i + 1])`. */
export interface EncodedItems {
  readonly bytes: Uint8Array
  /** One longer than there are items. */
  readonly offsets: Uint32Array
}

/** At most so many rows a side: 512 MB of points. */
export const maxRows = 1 << 24

export interface Items {
  readonly length: number
  /** Writes ‖length, 4 bytes LE‖item‖ at `at` of a scratch buffer. @returns the scratch up to the item's end */
  write(item: number, scratch: Scratch, at: number): Uint8Array
}

/** A buffer that grows to the longest item. */
class Scratch {
  bytes = new Uint8Array(256)
  need(length: number): void {
    if (this.bytes.length >= length) return
    const larger = new Uint8Array(2 * length)
    larger.set(this.bytes)
    this.bytes = larger
  }
}

const encoder = new TextEncoder()

export function itemsOf(ids: readonly string[] | EncodedItems): Items {
  return 'offsets' in ids ? encodedItems(ids) : textItems(ids)
}

function textItems(ids: readonly string[]): Items {
  return {
    length: ids.length,
    write(item, scratch, at) {
      const id = ids[item]!
      // Unpaired surrogates would all become U+FFFD, so that different ids looked equal.
      if (!id.isWellFormed()) throw psiErrors.PSI_INVALID_ID({ row: item + 1 })
      scratch.need(at + 4 + 3 * id.length)
      const { written } = encoder.encodeInto(id, scratch.bytes.subarray(at + 4))
      return lengthPrefixed(scratch, at, written)
    },
  }
}

function encodedItems({ bytes, offsets }: EncodedItems): Items {
  return {
    length: offsets.length - 1,
    write(item, scratch, at) {
      const source = bytes.subarray(offsets[item]!, offsets[item + 1]!)
      scratch.need(at + 4 + source.length)
      scratch.bytes.set(source, at + 4)
      return lengthPrefixed(scratch, at, source.length)
    },
  }
}

function lengthPrefixed({ bytes }: Scratch, at: number, length: number): Uint8Array {
  new DataView(bytes.buffer).setUint32(at, length, true)
  return bytes.subarray(0, at + 4 + length)
}

/**
 * Ids as bytes laid end to end. Where all of a block is ASCII, joining them and encoding once is several times faster than
 * one by one.
 * @param pause  lets the event loop run between blocks
 * @throws {InputError} PSI_INVALID_ID
 */
export async function encoded(
  ids: readonly string[] | EncodedItems,
  pause: () => Promise<void>,
): Promise<EncodedItems> {
  if ('offsets' in ids) return ids
  const offsets = new Uint32Array(ids.length + 1)
  const parts: Uint8Array[] = []
  let length = 0
  for (let start = 0; start < ids.length; start += joined) {
    const block = ids.slice(start, start + joined)
    const text = block.join('')
    const bytes = encoder.encode(text)
    const ascii = bytes.length === text.length
    for (let i = 0; i < block.length; i++) {
      const id = block[i]!
      if (!ascii && !id.isWellFormed()) throw psiErrors.PSI_INVALID_ID({ row: start + i + 1 })
      length += ascii ? id.length : encoder.encode(id).length
      offsets[start + i + 1] = length
    }
    parts.push(bytes)
    if (length > 2 ** 32 - 1) throw psiErrors.PSI_TOO_MANY_ROWS({ rows: ids.length, allowed: start + block.length })
    await pause()
  }
  return { bytes: concat(...parts), offsets }
}

/** SHA-256(prefix ‖ length ‖ item) for items of the caller's choice, 32 bytes each. */
export function hashItems(
  platform: Platform,
  items: Items,
  prefix: Uint8Array,
): (positions: Uint32Array) => Uint8Array {
  const scratch = new Scratch()
  scratch.need(prefix.length)
  scratch.bytes.set(prefix)
  return (positions) => {
    const out = new Uint8Array(32 * positions.length)
    for (let i = 0; i < positions.length; i++)
      out.set(platform.sha256(items.write(positions[i]!, scratch, prefix.length)), 32 * i)
    return out
  }
}

/** Refuses equal items, naming both rows, before anything is sent. `pause` lets the event loop run. */
export async function refuseDuplicates(platform: Platform, items: Items, pause: () => Promise<void>): Promise<void> {
  const hash = hashItems(platform, items, utf8('secureflow psi duplicates'))
  const seen = new TagTable(16, items.length)
  for (let start = 0; start < items.length; start += batch) {
    const positions = range(start, Math.min(items.length, start + batch))
    const hashes = hash(positions)
    for (let i = 0; i < positions.length; i++)
      if (!seen.add(hashes, 32 * i))
        throw psiErrors.PSI_DUPLICATE_ID({ first: seen.find(hashes, 32 * i) + 1, second: start + i + 1 })
    await pause()
  }
}

const batch = 4096
/** Ids joined at a time: some milliseconds. */
const joined = 1 << 15
const range = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i)
