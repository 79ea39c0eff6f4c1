/**
 * Batched edwards25519 over libsodium: where points are added, as in oblivious transfer.
 * Source: [RFC7748] section 4.1 for the map to u-coordinates.
 */
import type { Edwards25519 } from '@secureflow/base'
import sodium from 'sodium-native'
import { edwardsFromUniform, item, toMontgomery } from './curve25519.ts'

export const edwards25519: Edwards25519 = {
  fromUniform: edwardsFromUniform,
  add: (a, b) => eachPair(a, b, sodium.crypto_core_ed25519_add),
  subtract: (a, b) => eachPair(a, b, sodium.crypto_core_ed25519_sub),
  multiplyBase(scalars) {
    const out = new Uint8Array(scalars.length)
    for (let at = 0; at < scalars.length; at += 32)
      sodium.crypto_scalarmult_ed25519_base_noclamp(item(out, at), item(scalars, at))
    return out
  },
  multiplyOne(point, scalars) {
    const out = new Uint8Array(scalars.length)
    const p = Buffer.from(point)
    for (let at = 0; at < scalars.length; at += 32)
      named(at, () => sodium.crypto_scalarmult_ed25519_noclamp(item(out, at), item(scalars, at), p))
    return toMontgomery(out)
  },
  reduceScalars(uniform) {
    const out = new Uint8Array(uniform.length / 2)
    for (let at = 0; at < out.length; at += 32)
      sodium.crypto_core_ed25519_scalar_reduce(
        item(out, at),
        Buffer.from(uniform.buffer, uniform.byteOffset + 2 * at, 64),
      )
    return out
  },
  toMontgomery,
  inSubgroup(points) {
    for (let at = 0; at < points.length; at += 32)
      if (!sodium.crypto_core_ed25519_is_valid_point(item(points, at))) return false
    return true
  },
}

function eachPair(a: Uint8Array, b: Uint8Array, operation: (out: Buffer, a: Buffer, b: Buffer) => void): Uint8Array {
  if (a.length !== b.length) throw new RangeError(`${a.length / 32} points and ${b.length / 32}`)
  const out = new Uint8Array(a.length)
  for (let at = 0; at < a.length; at += 32) named(at, () => operation(item(out, at), item(a, at), item(b, at)))
  return out
}

/** libsodium says only that it refuses. */
function named(at: number, operation: () => void): void {
  try {
    operation()
  } catch {
    throw new RangeError(`item ${at / 32} is no point of the curve`)
  }
}
