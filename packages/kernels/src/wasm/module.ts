/** The compiled kernels, their memory layout, and whether this engine can run them. */

/** Offsets and counts are i32; vectors of u64 unless named otherwise. See assembly/ring64 for what each one does. */
export interface Kernels {
  add(out: number, a: number, b: number, n: number): void
  sub(out: number, a: number, b: number, n: number): void
  mul(out: number, a: number, b: number, n: number): void
  addScalar(out: number, a: number, s: bigint, n: number): void
  scale(out: number, a: number, s: bigint, n: number): void
  shiftRight(out: number, a: number, bits: number, n: number): void
  xor(out: number, a: number, b: number, n: number): void
  and(out: number, a: number, b: number, n: number): void
  andOpened(out: number, e: number, f: number, a: number, b: number, c: number, leader: bigint, n: number): void
  gatherRows(out: number, a: number, rows: number, columns: number, n: number): void
  encodeFixed(out: number, values: number, scale: number, limit: number, n: number): number
  decodeFixed(out: number, a: number, inverse: number, n: number): void
  truncateOpened(out: number, c: number, rc: number, rb: number, bits: number, leader: bigint, n: number): void
  bitSlice(out: number, a: number, n: number, lowBit: number, planes: number, scratch: number): void
  unslice(out: number, plane: number, n: number): void
  product(
    out: number,
    a: number,
    b: number,
    rows: number,
    sum: number,
    n: number,
    down: number,
    along: number,
    scratch: number,
  ): void
  productVector(out: number, a: number, b: number, rows: number, sum: number): void
  transposedVector(out: number, a: number, b: number, columns: number, sum: number, along: number): void
}

/**
 * Memory: nothing | staging (arrays from outside pass through it) | one scratch for each thread | vectors.
 * Thread 0 owns the ring; the others are workers of a pool.
 */
export const stagingAt = 1024
export const stagingBytes = 64 * 1024
export const maxThreads = 16
const scratchBytes = 8192 // one panel of a matrix product (assembly/ring64/matrix.ts); a block of bits needs less
export const scratchAt = (thread: number): number => stagingAt + stagingBytes + thread * scratchBytes
export const vectorsAt = scratchAt(maxThreads)

/** The folders of assembly/. */
const modules = {
  ring64: () => import('../generated/ring64.ts'),
  blocks: () => import('../generated/blocks.ts'),
  curve25519: () => import('../generated/curve25519.ts'),
  weierstrass: () => import('../generated/weierstrass.ts'),
}

const compiled = new Map<string, Promise<WebAssembly.Module>>()

/** Compiled once for all instances of a thread. */
export function kernelModule(name: keyof typeof modules, shared: boolean): Promise<WebAssembly.Module> {
  const key = `${name} ${shared}`
  let module = compiled.get(key)
  if (module === undefined) {
    module = compile(name, shared)
    compiled.set(key, module)
  }
  return module
}

async function compile(name: keyof typeof modules, shared: boolean): Promise<WebAssembly.Module> {
  const generated = await modules[name]()
  return WebAssembly.compile(Uint8Array.from(atob(shared ? generated.shared : generated.plain), (c) => c.charCodeAt(0)))
}

/** @typeParam K what the module exports */
export function instantiate<K>(module: WebAssembly.Module, memory: WebAssembly.Memory): K {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as K
}

/** A function whose body is `i32.const 0; i8x16.splat; drop`. */
const simdProbe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11]

export const hasSimd = (): boolean =>
  typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(simdProbe))

/** False in a web page that is not isolated from other origins. */
export const hasSharedMemory = (): boolean => typeof SharedArrayBuffer === 'function'
