/** Which rows make up which batch: the same at every party, from public values only. */
import type { Rng } from '@secureflow/base'
import { randomPermutation } from '@secureflow/base'
import { batchRows, type LogisticParams } from './params.ts'

/** Row numbers of every batch of one epoch, in order. */
export function batchesOf(epoch: number, rows: number, params: LogisticParams, seed: Uint8Array): Uint32Array[] {
  const size = batchRows(params, rows)
  const order =
    params.shuffle && size < rows
      ? randomPermutation(publicRng(seed, epoch), rows)
      : Uint32Array.from({ length: rows }, (_, i) => i)
  const batches: Uint32Array[] = []
  for (let at = 0; at < rows; at += size) batches.push(order.subarray(at, at + size))
  return batches
}

/**
 * xoshiro128** from the agreed seed and the epoch. The order is public, so it asks for the same numbers everywhere and
 * for nothing to be secret; never use it for masks.
 */
function publicRng(seed: Uint8Array, epoch: number): Rng {
  let mixed = (0x9e3779b9 ^ Math.imul(epoch + 1, 0x85ebca6b)) >>> 0
  const splitmix = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0
    let z = mixed
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  const state = new Uint32Array(4)
  for (let at = 0; at < seed.length; at++) {
    mixed ^= seed[at]! << (8 * (at & 3))
    state[at & 3]! ^= splitmix()
  }
  for (let i = 0; i < 4; i++) state[i]! ^= splitmix()
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k))
  const next = (): number => {
    const out = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9)
    const t = state[1]! << 9
    state[2]! ^= state[0]!
    state[3]! ^= state[1]!
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= t
    state[3] = rotate(state[3]!, 11)
    return out
  }
  return {
    fill(into) {
      const words = new DataView(into.buffer, into.byteOffset, into.byteLength)
      for (let at = 0; at + 4 <= into.length; at += 4) words.setUint32(at, next() >>> 0, true)
      for (let at = into.length & ~3; at < into.length; at++) into[at] = next() & 255
    },
  }
}
