import { referenceRing64 } from './reference/ring64.ts'
import type { Ring64 } from './ring64.ts'
import { hasSimd } from './wasm/module.ts'
import { type WasmRingOptions, wasmRing64 } from './wasm/ring64.ts'

/** The fast ring, or the reference where the engine has no WASM SIMD. */
export async function loadRing64(options: WasmRingOptions = {}): Promise<Ring64> {
  return hasSimd() ? wasmRing64(options) : referenceRing64()
}
