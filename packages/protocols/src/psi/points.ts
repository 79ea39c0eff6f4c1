/** Curve points from the wire: 32-byte little-endian u-coordinates of Curve25519. */
import { compareBytes } from '@secureflow/base'
import type { Codec } from '@secureflow/channel'
import { psiErrors } from './errors.ts'

const p = littleEndian(2n ** 255n - 19n)

/** Canonical u of small order on the curve or its twist (RFC 7748 section 6.1, [Bernstein06]): 0, 1, −1 and the two of order 8. */
const lowOrder = [
  0n,
  1n,
  2n ** 255n - 20n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
].map(littleEndian)

/** At most `max` points, each canonical and not of small order. */
export function pointsChunkCodec(max: number): Codec<Uint8Array> {
  return {
    maxBytes: 32 * max,
    encode: (points) => points,
    decode(body, label) {
      if (body.length % 32 !== 0)
        throw psiErrors.PSI_WRONG_COUNT({ label, expected: 'whole points', received: body.length / 32 })
      for (let at = 0; at < body.length; at += 32)
        if (!isAcceptable(body.subarray(at, at + 32))) throw psiErrors.PSI_INVALID_POINT({ label, index: at / 32 })
      return body
    },
  }
}

function isAcceptable(u: Uint8Array): boolean {
  if (!isBelowP(u)) return false
  return lowOrder.every((low) => compareBytes(u, low) !== 0)
}

/** Variable time: `u` is public. */
function isBelowP(u: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) if (u[i] !== p[i]) return u[i]! < p[i]!
  return false
}

export function isZero(point: Uint8Array): boolean {
  return point.every((byte) => byte === 0)
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
