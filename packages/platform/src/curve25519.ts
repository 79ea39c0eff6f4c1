/**
 * Batched Curve25519 over libsodium, x-coordinates only.
 * Source: [RFC7748] [BHKL13]; `crypto_core_ed25519_from_uniform` (Elligator 2, cofactor cleared), then
 * u = (1+y)/(1−y) with one inversion a batch (Montgomery's trick).
 */
import sodium from 'sodium-native'

const p = 2n ** 255n - 19n

export function fromUniform(uniform: Uint8Array): Uint8Array {
  return toMontgomery(edwardsFromUniform(uniform))
}

export function edwardsFromUniform(uniform: Uint8Array): Uint8Array {
  const out = new Uint8Array(uniform.length)
  for (let at = 0; at < uniform.length; at += 32)
    sodium.crypto_core_ed25519_from_uniform(item(out, at), item(uniform, at))
  return out
}

/** u = (1+y)/(1−y); the identity, y = 1, goes to 0. */
export function toMontgomery(points: Uint8Array): Uint8Array {
  const n = points.length / 32
  const out = new Uint8Array(points.length)
  const numerators = new Array<bigint>(n)
  const denominators = new Array<bigint>(n)
  for (let i = 0; i < n; i++) {
    const y = readPoint(item(points, 32 * i))
    numerators[i] = (1n + y) % p
    denominators[i] = (p + 1n - y) % p
  }
  invertAll(denominators)
  for (let i = 0; i < n; i++) writeLE((numerators[i]! * denominators[i]!) % p, out, 32 * i)
  return out
}

export function multiply(scalar: Uint8Array, points: Uint8Array): Uint8Array {
  const out = new Uint8Array(points.length)
  const k = Buffer.from(scalar)
  for (let at = 0; at < points.length; at += 32) {
    const q = Buffer.from(out.buffer, at, 32)
    try {
      sodium.crypto_scalarmult(q, k, Buffer.from(points.buffer, points.byteOffset + at, 32))
    } catch {
      q.fill(0) // libsodium refuses a result of zero: a low-order point. The caller sees zero and names the item.
    }
  }
  return out
}

/** A Buffer over 32 bytes of a larger array, as sodium-native wants it. */
export const item = (bytes: Uint8Array, at: number): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset + at, 32)

function readPoint(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 32)
  const high = view.getBigUint64(24, true) & 0x7fffffffffffffffn
  return (
    (high << 192n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(8, true) << 64n) |
    view.getBigUint64(0, true)
  )
}

function writeLE(value: bigint, out: Uint8Array, at: number): void {
  const view = new DataView(out.buffer, out.byteOffset + at, 32)
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, (value >> BigInt(64 * i)) & 0xffffffffffffffffn, true)
}

/** In place; a zero stays zero (y = 1, the identity, which Elligator reaches with probability 2^-252). */
function invertAll(values: bigint[]): void {
  const prefix = new Array<bigint>(values.length)
  let product = 1n
  for (let i = 0; i < values.length; i++) {
    prefix[i] = product
    if (values[i] !== 0n) product = (product * values[i]!) % p
  }
  let inverse = power(product, p - 2n)
  for (let i = values.length - 1; i >= 0; i--) {
    if (values[i] === 0n) continue
    const next = (inverse * values[i]!) % p
    values[i] = (inverse * prefix[i]!) % p
    inverse = next
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let b = base
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % p
    b = (b * b) % p
  }
  return result
}
