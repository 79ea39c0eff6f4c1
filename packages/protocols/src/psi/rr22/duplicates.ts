/** Refuses equal items before anything is sent: by 128-bit hashes under a key that only this side has. */
import { type Rng, randomBytes } from '@secureflow/base'
import type { BlockKernels } from '@secureflow/kernels'
import { psiErrors } from '../errors.ts'
import type { EncodedItems } from '../items.ts'

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
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * n + 2)))
  const mask = slots.length - 1
  for (let row = 0; row < n; row++) {
    let slot = words[4 * row]! & mask
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const first = slots[slot]! - 1
      if (same(words, first, row)) throw psiErrors.PSI_DUPLICATE_ID({ first: first + 1, second: row + 1 })
    }
    slots[slot] = row + 1
  }
  kernels.release(mark)
}

const same = (words: Uint32Array, a: number, b: number): boolean =>
  words[4 * a] === words[4 * b] &&
  words[4 * a + 1] === words[4 * b + 1] &&
  words[4 * a + 2] === words[4 * b + 2] &&
  words[4 * a + 3] === words[4 * b + 3]
