/** NIST P-256 (FIPS 186-5), hashed to by P256_XMD:SHA-256_SSWU_RO_ (RFC 9380 section 8.2). */
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Group } from './group.ts'
import { type CurveSuite, loadWeierstrassGroup, type MultiplyX } from './weierstrass.ts'

export const p256Suite: CurveSuite = {
  name: 'P256_XMD:SHA-256_SSWU_RO_',
  Point: p256.Point,
  hash: sha256,
  z: -10n,
}

/** @param native  multiplication by the platform */
export const loadP256Group = (native?: MultiplyX): Promise<Group> => loadWeierstrassGroup(p256Suite, native)
