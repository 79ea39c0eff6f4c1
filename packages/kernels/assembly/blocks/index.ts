/**
 * The block kernels: flat functions over linear memory, no allocation, no state. The twins in `src/blocks/reference/` say
 * what each one computes; `src/blocks/wasm/` lays out the memory and checks every length before a call.
 *
 * Layout: a block is 16 bytes at a multiple of 16, little-endian (bit i of it is the coefficient of x^i); `n` counts
 * blocks unless said otherwise. Scratch is 16-byte aligned, belongs to one thread, and is wiped by the caller.
 */
export * from './exconv'
export * from './field128'
export * from './blake3'
export * from './okvs'
export * from './tags'
export * from './transpose'
export * from './trees'
