/** Elements of a group from the wire, 32 bytes each. */
import { compareBytes } from '@secureflow/base'
import type { Codec } from '@secureflow/channel'
import { psiErrors } from './errors.ts'

/** Canonical u of small order on Curve25519 or its twist (RFC 7748 section 6.1, [Bernstein06]): 0, 1, −1 and the two of order 8. */
const lowOrder = [
  0n,
  1n,
  2n ** 255n - 20n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
].map((value) => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)))

/** At most `max` elements, each canonical. */
export function pointsChunkCodec(max: number, isCanonical: (element: Uint8Array) => boolean): Codec<Uint8Array> {
  return {
    maxBytes: 32 * max,
    encode: (points) => points,
    decode(body, label) {
      if (body.length % 32 !== 0)
        throw psiErrors.PSI_WRONG_COUNT({ label, expected: 'whole points', received: body.length / 32 })
      for (let at = 0; at < body.length; at += 32)
        if (!isCanonical(body.subarray(at, at + 32))) throw psiErrors.PSI_INVALID_POINT({ label, index: at / 32 })
      return body
    },
  }
}

/** @param u  a canonical u-coordinate of Curve25519 */
export function isLowOrder(u: Uint8Array): boolean {
  return lowOrder.some((low) => compareBytes(u, low) === 0)
}

/** Both little-endian, 32 bytes. Variable time: what comes over the wire is public. */
export function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) if (value[i] !== bound[i]) return value[i]! < bound[i]!
  return false
}

export function isZero(point: Uint8Array): boolean {
  return point.every((byte) => byte === 0)
}
