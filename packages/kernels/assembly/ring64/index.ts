/**
 * The ring kernels: flat functions over linear memory, no allocation, no state. The twin in `src/reference/ring64.ts` says
 * what each one computes; `src/wasm/ring64.ts` lays out the memory and checks every length before a call.
 *
 * Layout: vectors are little-endian u64 laid end to end, 16-byte aligned at their start; `n` counts elements, never bytes;
 * matrices are row-major; an output may be one of the inputs in the element-wise kernels and in no other.
 * `scratch` is 16-byte aligned, belongs to one thread, and is zero before and after each call.
 */
export * from './bits'
export * from './elements'
export * from './fixed'
export * from './matrix'
