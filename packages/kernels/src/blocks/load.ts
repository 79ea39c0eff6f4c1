import type { Platform } from '@secureflow/base'
import type { BlockKernels } from './blocks.ts'
import { referenceBlocks } from './reference/blocks.ts'

export interface BlockOptions {
  /** The most that all vectors together may take, default 1 GB. */
  maxBytes?: number
}

/** The fast block kernels, or the reference where the engine has no WASM SIMD. */
export async function loadBlocks(platform: Platform, _options: BlockOptions = {}): Promise<BlockKernels> {
  return referenceBlocks(platform)
}
