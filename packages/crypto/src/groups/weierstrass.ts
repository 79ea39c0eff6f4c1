/**
 * Curves y² = x³ + ax + b of prime order by their x-coordinates, 32 bytes big-endian: a point and its negative are one element,
 * as in the shared secret of ECDH (SEC 1 section 3.3.1). Hashed to by RFC 9380 (hash_to_curve, SSWU).
 */
import type { H2CHasher } from '@noble/curves/abstract/hash-to-curve.js'
import type { WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { eachElement, elementsOf, type Group, randomScalar } from './group.ts'

/** As `Group.multiply`, where the platform has it natively. */
export type MultiplyX = Group['multiply']

export function weierstrassGroup(
  hashSuite: string,
  Point: WeierstrassPointCons<bigint>,
  hasher: Pick<H2CHasher<WeierstrassPointCons<bigint>>, 'hashToCurve'>,
  native?: MultiplyX,
): Group {
  const { Fn } = Point
  const compressed = new Uint8Array(33)
  compressed[0] = 2
  /** The point with this x and even y. */
  function decode(x: Uint8Array) {
    compressed.set(x, 1)
    try {
      return Point.fromBytes(compressed)
    } catch {
      return undefined // x not below p, or of no point: said by the zero in its place
    }
  }
  return {
    hashSuite,
    randomScalar: (rng) => randomScalar(rng, Fn.ORDER, (scalar) => Fn.toBytes(scalar)),
    inverse: (scalar) => Fn.toBytes(Fn.inv(Fn.fromBytes(scalar))),
    hash: (messages, dst) =>
      eachElement(messages, (message) => hasher.hashToCurve(message, { DST: dst }).toBytes(true).subarray(1)),
    multiply:
      native ??
      ((scalar, elements) => {
        const k = Fn.fromBytes(scalar)
        return eachElement(elementsOf(elements), (x) => decode(x)?.multiply(k).toBytes(true).subarray(1))
      }),
  }
}
