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
  const index = kernels.indexTags(hashes, 16)
  const { repeated } = index
  if (repeated >= 0) {
    const [first] = kernels.findTags(index, hashes.slice(16 * repeated, 16 * repeated + 16))
    throw psiErrors.PSI_DUPLICATE_ID({ first: first! + 1, second: repeated + 1 })
  }
  kernels.release(mark)
}
