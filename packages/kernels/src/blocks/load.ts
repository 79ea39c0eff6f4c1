import type { Platform } from '@secureflow/base'
import { hasSimd } from '../wasm/module.ts'
import type { BlockKernels } from './blocks.ts'
import { referenceBlocks } from './reference/blocks.ts'
import { type WasmBlockOptions, wasmBlocks } from './wasm/blocks.ts'

/** The fast block kernels, or the reference where the engine has no WASM SIMD. */
export async function loadBlocks(platform: Platform, options: WasmBlockOptions = {}): Promise<BlockKernels> {
  return hasSimd() ? wasmBlocks(platform, options) : referenceBlocks(platform)
}
