/** NIST P-256 (FIPS 186-5), hashed to by P256_XMD:SHA-256_SSWU_RO_ (RFC 9380 section 8.2), by @noble/curves. */
import { p256, p256_hasher } from '@noble/curves/nist.js'
import type { Group } from './group.ts'
import { type MultiplyX, weierstrassGroup } from './weierstrass.ts'

/** @param native  multiplication by the platform */
export const p256Group = (native?: MultiplyX): Group =>
  weierstrassGroup('P256_XMD:SHA-256_SSWU_RO_', p256.Point, p256_hasher, native)
