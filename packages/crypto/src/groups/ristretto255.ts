/** ristretto255 [RFC9496], hashed to as in RFC 9497 section 4.1 (ristretto255-SHA512), by @noble/curves. */
import { ristretto255_hasher as hasher, ristretto255 } from '@noble/curves/ed25519.js'
import { eachElement, elementsOf, type Group, randomScalar } from './group.ts'

const { Point } = ristretto255

/** Scalars little-endian, elements as RFC 9496 section 4.3.2. */
export const ristretto255Group: Group = {
  hashSuite: 'ristretto255_XMD:SHA-512_R255MAP_RO_',
  randomScalar: (rng) => randomScalar(rng, Point.Fn.ORDER, (scalar) => Point.Fn.toBytes(scalar)),
  inverse: (scalar) => Point.Fn.toBytes(Point.Fn.inv(Point.Fn.fromBytes(scalar))),
  hash: (messages, dst) => eachElement(messages, (message) => hasher.hashToCurve(message, { DST: dst }).toBytes()),
  multiply(scalar, elements) {
    const k = Point.Fn.fromBytes(scalar)
    return eachElement(elementsOf(elements), (element) => {
      const P = decode(element)
      return P === undefined || P.is0() ? undefined : P.multiply(k).toBytes()
    })
  },
}

function decode(element: Uint8Array) {
  try {
    return Point.fromBytes(element)
  } catch {
    return undefined // not canonical, or no element: said by the zero in its place
  }
}
