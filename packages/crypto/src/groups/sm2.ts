/**
 * The curve of SM2 (GB/T 32918.5-2017 section 4, also RFC 8998 section 3.2.1), hashed to with SM3 (GB/T 32905-2016).
 *
 * No standard gives a hash to this curve. This one is built by RFC 9380 section 8.10, as that of P-256 is: hash_to_field of two
 * elements by expand_message_xmd with SM3, k = 128, L = 48; the simplified SWU map with Z = −9, the first that Appendix H.2
 * accepts; the sum of both points. SM3 by hash-wasm.
 */
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import type { CHash } from '@noble/curves/utils.js'
import { createSM3 } from 'hash-wasm'
import type { Group } from './group.ts'
import { type CurveSuite, loadWeierstrassGroup } from './weierstrass.ts'

export const sm2Curve = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
}
export const loadSm2Group = async (): Promise<Group> => loadWeierstrassGroup(await loadSm2Suite())

export async function loadSm2Suite(): Promise<CurveSuite> {
  return { name: 'SM2_XMD:SM3_SSWU_RO_', Point: weierstrass(sm2Curve), hash: await sm3(), z: -9n }
}

/** SM3 in the shape of @noble/hashes, as far as expand_message_xmd asks. */
async function sm3(): Promise<CHash> {
  const engine = await createSM3()
  const hash = (message: Uint8Array): Uint8Array => engine.init().update(message).digest('binary')
  return Object.assign(hash, { outputLen: 32, blockLen: 64 }) as unknown as CHash
}
