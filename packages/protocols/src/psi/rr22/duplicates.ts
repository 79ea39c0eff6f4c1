/** Refuses equal items before anything is sent: by 128-bit hashes under a key that only this side has. */
import { type Rng, randomBytes } from '@secureflow/base'
import type { BlockKernels } from '@secureflow/kernels'
import { psiErrors } from '../errors.ts'
import type { EncodedItems } from '../items.ts'
import { slotsFor } from './tags.ts'

/** @throws {InputError} PSI_DUPLICATE_ID naming both rows */
export async function refuseEqual(
  kernels: BlockKernels,
  rng: Rng,
  { bytes, offsets }: EncodedItems,
  pause: () => Promise<void>,
): Promise<void> {
  const n = offsets.length - 1
  const mark = kernels.mark()
  const hashes = kernels.zeros(n)
  await kernels.hashItems(hashes, bytes, offsets, randomBytes(rng, 32))
  await pause()
  const words = new Uint32Array(hashes.buffer, hashes.byteOffset, 4 * n)
  // Two words a slot: the second word of the hash, and row + 1.
  const slots = new Uint32Array(2 * slotsFor(n))
  const last = slots.length / 2 - 1
  for (let row = 0; row < n; row++) {
    const head = words[4 * row + 1]!
    let slot = words[4 * row]! & last
    for (; slots[2 * slot + 1] !== 0; slot = (slot + 1) & last) {
      const first = slots[2 * slot + 1]! - 1
      if (slots[2 * slot] === head && same(words, first, row))
        throw psiErrors.PSI_DUPLICATE_ID({ first: first + 1, second: row + 1 })
    }
    slots[2 * slot] = head
    slots[2 * slot + 1] = row + 1
  }
  kernels.release(mark)
}

const same = (words: Uint32Array, a: number, b: number): boolean =>
  words[4 * a] === words[4 * b] &&
  words[4 * a + 1] === words[4 * b + 1] &&
  words[4 * a + 2] === words[4 * b + 2] &&
  words[4 * a + 3] === words[4 * b + 3]
