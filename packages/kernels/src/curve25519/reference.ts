/**
 * Curve25519 by u-coordinates, the specification: X25519 ([RFC7748] section 5) and Elligator 2 ([BHKL13] section 5) with the
 * cofactor cleared. Only u matters, so that the sign of Elligator's v does not.
 */
import type { Curve25519 } from '@secureflow/base'

const p = 2n ** 255n - 19n
const A = 486662n

export const referenceCurve25519: Curve25519 = {
  fromUniform: (uniform) => eachPoint(uniform, (r) => multiplyPoint(8n, elligator2(r))),
  multiply(scalar, points) {
    const k = read(scalar)
    const clamped = (k & ~7n & (2n ** 254n - 1n)) | (2n ** 254n)
    return eachPoint(points, (u) => multiplyPoint(clamped, u))
  },
}

const mod = (a: bigint): bigint => ((a % p) + p) % p

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let e = exponent, b = mod(base); e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b)
  return result
}

function elligator2(r: bigint): bigint {
  const u = mod(-A * power(1n + 2n * r * r, p - 2n))
  const isOnCurve = power(u * u * u + A * u * u + u, (p - 1n) / 2n) !== p - 1n
  return isOnCurve ? u : mod(-u - A)
}

/** Montgomery's ladder; 0 where the result is the identity. */
function multiplyPoint(k: bigint, u: bigint): bigint {
  let [x2, z2, x3, z3] = [1n, 0n, u, 1n]
  for (let bit = 254n; bit >= 0n; bit--) {
    const set = ((k >> bit) & 1n) === 1n
    if (set) [x2, z2, x3, z3] = [x3, z3, x2, z2]
    const [aa, bb] = [mod((x2 + z2) ** 2n), mod((x2 - z2) ** 2n)]
    const [da, cb] = [mod((x3 - z3) * (x2 + z2)), mod((x3 + z3) * (x2 - z2))]
    const e = mod(aa - bb)
    ;[x3, z3] = [mod((da + cb) ** 2n), mod(u * (da - cb) ** 2n)]
    ;[x2, z2] = [mod(aa * bb), mod(e * (aa + 121665n * e))]
    if (set) [x2, z2, x3, z3] = [x3, z3, x2, z2]
  }
  return mod(x2 * power(z2, p - 2n))
}

/** Applies f to each 32-byte string below 2^255, modulo p. */
function eachPoint(bytes: Uint8Array, f: (value: bigint) => bigint): Uint8Array {
  const out = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at += 32) {
    let value = f(mod(read(bytes.subarray(at, at + 32)) & (2n ** 255n - 1n)))
    for (let i = 0; i < 32; i++, value >>= 8n) out[at + i] = Number(value & 255n)
  }
  return out
}

const read = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
