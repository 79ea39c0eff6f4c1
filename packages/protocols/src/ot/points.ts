/** Points and scalars of the base transfers. */
import { type Platform, type Rng, randomBytes } from '@secureflow/base'
import { otErrors } from './errors.ts'

/** n scalars, uniform below the group's order. */
export function randomScalars(platform: Platform, rng: Rng, n: number): Uint8Array {
  return platform.edwards25519.reduceScalars(randomBytes(rng, 64 * n))
}

/** A scalar as X25519 takes it: a multiple of 8, so that a point of small order in what a peer sends has no effect. */
export function randomClamped(rng: Rng): Uint8Array {
  const scalar = randomBytes(rng, 32)
  scalar[0]! &= 248
  scalar[31]! = (scalar[31]! & 127) | 64
  return scalar
}

/** One point n times. */
export function repeated(point: Uint8Array, n: number): Uint8Array {
  const out = new Uint8Array(32 * n)
  for (let at = 0; at < out.length; at += 32) out.set(point, at)
  return out
}

/** The result of adding a peer's points. @throws {PeerError} OT_INVALID_POINT where one is not on the curve */
export function onCurve(label: string, party: string, add: () => Uint8Array): Uint8Array {
  try {
    return add()
  } catch (cause) {
    if (cause instanceof RangeError) throw otErrors.OT_INVALID_POINT({ label }, { party, cause })
    throw cause
  }
}

/** @throws {PeerError} OT_INVALID_POINT unless it lies in the prime-order subgroup and is not the identity */
export function expectInSubgroup(platform: Platform, label: string, party: string, point: Uint8Array): void {
  if (!platform.edwards25519.inSubgroup(point)) throw otErrors.OT_INVALID_POINT({ label }, { party })
}

/** Shared points must not be of small order: X25519 gives zero there. @throws {PeerError} OT_INVALID_POINT */
export function expectNoZero(label: string, party: string, shared: Uint8Array): Uint8Array {
  for (let at = 0; at < shared.length; at += 32)
    if (shared.subarray(at, at + 32).every((byte) => byte === 0)) throw otErrors.OT_INVALID_POINT({ label }, { party })
  return shared
}
