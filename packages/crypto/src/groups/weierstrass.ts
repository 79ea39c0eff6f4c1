/**
 * Curves y² = x³ − 3x + b of prime order by their x-coordinates, 32 bytes big-endian: a point and its negative are one element,
 * as in the shared secret of ECDH (SEC 1 section 3.3.1). Hashed to by RFC 9380 (hash_to_curve, SSWU). By @noble/curves, which
 * is the specification; on engines with SIMD the kernels compute the same 17 times as fast.
 */
import { createHasher, hash_to_field, mapToCurveSimpleSWU } from '@noble/curves/abstract/hash-to-curve.js'
import type { WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import type { CHash } from '@noble/curves/utils.js'
import { hasSimd } from '@secureflow/kernels/wasm/module'
import { type WeierstrassX, wasmWeierstrass } from '@secureflow/kernels/weierstrass/wasm'
import { eachElement, elementsOf, type Group, randomScalar } from './group.ts'

/** As `Group.multiply`, where the platform has it natively. */
export type MultiplyX = Group['multiply']

export interface CurveSuite {
  /** As RFC 9380 section 8.10 makes names. */
  readonly name: string
  readonly Point: WeierstrassPointCons<bigint>
  readonly hash: CHash
  /** Of the SWU map. */
  readonly z: bigint
}

/** @param native  multiplication by the platform, before that of the kernels */
export async function loadWeierstrassGroup(suite: CurveSuite, native?: MultiplyX): Promise<Group> {
  if (!hasSimd()) return weierstrassGroup(suite, native === undefined ? {} : { multiply: native })
  const { p, n, b, Gx } = suite.Point.CURVE()
  const kernels = await wasmWeierstrass({ p, n, b, Gx, z: suite.z })
  return weierstrassGroup(suite, native === undefined ? kernels : { ...kernels, multiply: native })
}

/** @param faster  what takes the place of @noble/curves */
export function weierstrassGroup({ name, Point, hash, z }: CurveSuite, faster: Partial<WeierstrassX> = {}): Group {
  const { Fn, Fp } = Point
  const { p, a, b } = Point.CURVE()
  const expansion = { p, m: 1, k: 128, expand: 'xmd', hash } as const
  const map = mapToCurveSimpleSWU(Fp, { A: a, B: b, Z: Fp.create(z) })
  const hasher = createHasher(Point, ([u]) => map(u!), { ...expansion, DST: name, encodeDST: name })
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
  const { multiply, mapPairs } = faster
  return {
    hashSuite: name,
    randomScalar: (rng) => randomScalar(rng, Fn.ORDER, (scalar) => Fn.toBytes(scalar)),
    inverse: (scalar) => Fn.toBytes(Fn.inv(Fn.fromBytes(scalar))),
    hash(messages, dst) {
      if (mapPairs === undefined)
        return eachElement(messages, (message) => hasher.hashToCurve(message, { DST: dst }).toBytes(true).subarray(1))
      return mapPairs(messages.flatMap((m) => hash_to_field(m, 2, { ...expansion, DST: dst }).flat()))
    },
    multiply:
      multiply ??
      ((scalar, elements) => {
        const k = Fn.fromBytes(scalar)
        return eachElement(elementsOf(elements), (x) => decode(x)?.multiply(k).toBytes(true).subarray(1))
      }),
  }
}
