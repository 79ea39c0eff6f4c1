/**
 * The group that `ecdh` runs in, behind one interface. Elements are 32 bytes laid end to end in every suite, so that messages
 * and their cost are the same.
 */
import { type Platform, type Rng, randomBytes, utf8 } from '@secureflow/base'
import type { Group } from '@secureflow/crypto/groups/group'
import { loadP256Group } from '@secureflow/crypto/groups/p256'
import { ristretto255Group } from '@secureflow/crypto/groups/ristretto255'
import { wasmCurve25519 } from '@secureflow/kernels/curve25519/wasm'
import { hasSimd } from '@secureflow/kernels/wasm/module'
import { isBelow, isLowOrder, isZero } from '../points.ts'
import { type EcdhSuiteName, ecdhSuites } from './cost.ts'
import { inverseOf } from './inverse.ts'

export interface EcdhSuite {
  readonly id: string
  /** Fresh in every session, 32 bytes. */
  randomScalar(rng: Rng): Uint8Array
  /** Undoes `multiply` by this scalar on elements that were hashed to. Variable time: once a session, of its own scalar. */
  inverse(scalar: Uint8Array): Uint8Array
  /** @param digests  SHA-256 of each item, bound to the session: n·32 bytes @returns n elements, of prime order */
  hashToGroup(digests: Uint8Array): Uint8Array
  /**
   * One scalar times elements of anybody. @returns 32 bytes of zero in place of what is no element of the group: off the
   * curve, not canonical, of small order
   */
  multiply(scalar: Uint8Array, elements: Uint8Array): Uint8Array
  /** What the codec refuses before anything is computed: another form of an element, and those that only a liar sends. */
  isCanonical(element: Uint8Array): boolean
}

export async function loadSuite(name: EcdhSuiteName, platform: Platform): Promise<EcdhSuite> {
  const { id } = ecdhSuites[name]
  switch (name) {
    case 'curve25519':
      return { id, ...(await curve25519(platform)) }
    case 'ristretto255':
      return { id, ...ofGroup(ristretto255Group, id), isCanonical: isCanonicalRistretto }
    case 'p256':
      return { id, ...ofGroup(await loadP256Group(platform.p256?.multiply), id), isCanonical: isCoordinate(p256) }
    case 'sm2': {
      const { loadSm2Group } = await import('@secureflow/crypto/groups/sm2')
      return { id, ...ofGroup(await loadSm2Group(), id), isCanonical: isCoordinate(sm2) }
    }
  }
}

/** Fields, little-endian. */
const p25519 = littleEndian(2n ** 255n - 19n)
const p256 = littleEndian(2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n)
const sm2 = littleEndian(2n ** 256n - 2n ** 224n - 2n ** 96n + 2n ** 64n - 1n)

/** By u-coordinates, little-endian. Curve25519 is twist-secure: a u of the twist teaches a liar nothing of a clamped scalar. */
async function curve25519({ curve25519 }: Platform): Promise<Omit<EcdhSuite, 'id'>> {
  // The kernel hashes in a quarter of the time of libsodium, which multiplies in half the time of the kernel.
  const { fromUniform } = hasSimd() ? await wasmCurve25519() : curve25519
  return {
    randomScalar(rng) {
      const scalar = randomBytes(rng, 32)
      scalar[0]! &= 248
      scalar[31] = (scalar[31]! & 127) | 64
      return scalar
    },
    inverse: inverseOf,
    hashToGroup: fromUniform,
    multiply: (scalar, points) => curve25519.multiply(scalar, points),
    isCanonical: (u) => isBelow(u, p25519) && !isLowOrder(u),
  }
}

/** Hashed to with a tag of its own, so that no point is one of another protocol. */
function ofGroup(group: Group, id: string): Pick<EcdhSuite, 'randomScalar' | 'inverse' | 'hashToGroup' | 'multiply'> {
  const dst = utf8(`secureflow ${id} ${group.hashSuite}`)
  return {
    randomScalar: (rng) => group.randomScalar(rng),
    inverse: (scalar) => group.inverse(scalar),
    hashToGroup(digests) {
      const messages = Array.from({ length: digests.length / 32 }, (_, i) => digests.subarray(32 * i, 32 * i + 32))
      return group.hash(messages, dst)
    },
    multiply: (scalar, elements) => group.multiply(scalar, elements),
  }
}

/** RFC 9496 section 4.3.1: below p, not negative; and not the identity. */
const isCanonicalRistretto = (element: Uint8Array): boolean =>
  isBelow(element, p25519) && (element[0]! & 1) === 0 && !isZero(element)

/** An x-coordinate, big-endian. Zero is refused: nobody hashes to it, and a result of zero says that there is none. */
const isCoordinate = (p: Uint8Array) => (x: Uint8Array) => isBelow(x.toReversed(), p) && !isZero(x)

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
