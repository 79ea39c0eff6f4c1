export type { BlockKernels, Blocks, OkvsRows, TagIndex, TreeCiphers } from './blocks/blocks.ts'
export { loadBlocks } from './blocks/load.ts'
export { type OkvsShape, okvsShape, okvsVersion } from './blocks/okvs-parameters.ts'
export { coordinateMaps, productMap } from './blocks/subfield.ts'
export {
  type ExConv,
  mostCoordinates,
  type Trees,
  treeDepth,
  type VoleShape,
  voleShape,
  voleVersion,
} from './blocks/vole-parameters.ts'
export { loadCurve25519 } from './curve25519/wasm.ts'
export { loadRing64 } from './load.ts'
export { type RingPool, ringPool } from './pool.ts'
export { referenceRing64 } from './reference/ring64.ts'
export type { Ring64, U64 } from './ring64.ts'
export { type WasmRing64, type WasmRingOptions, wasmRing64 } from './wasm/ring64.ts'
