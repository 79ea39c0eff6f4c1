/**
 * Private fields of a description: AES-256-GCM under a key drawn for this version of the asset, and that key sealed to each
 * grantee with HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). The description commits to the key, because AES-GCM does
 * not: without it an owner could make one ciphertext that opens to different fields for different grantees.
 */
import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, webcrypto } from 'node:crypto'
import { canonicalJson, type Ddo, type JsonValue, jsonObject, type SealingKey } from '@secureflow/api'
import { concat, equalBytes, fromHex, fromUtf8, type Rng, randomBytes, toHex, utf8 } from '@secureflow/base'
import { type Signer, signerOf, typedDigest } from '@secureflow/crypto'
import { nodePlatform } from '@secureflow/platform'
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke'

export type PrivateFields = Record<string, JsonValue>
type Sealed = NonNullable<Ddo['private']>
type Recipient = Parameters<(typeof suite)['Open']>[0]

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
const encapsulatedBytes = 32
const tagBytes = 16
const info = utf8('secureflow asset key v1')
const fieldsDomain = utf8('secureflow asset private v1\0')
const commitmentDomain = utf8('secureflow asset key commitment v1\0')

const commitmentOf = (key: Uint8Array): string => toHex(nodePlatform.sha256(concat(commitmentDomain, key)))
const bound = (salt: string): Uint8Array => concat(fieldsDomain, fromHex(salt))

/** @param salt of the description, so that the fields fit no other */
export function sealFields(fields: PrivateFields, salt: string, rng: Rng): { sealed: Sealed; key: Uint8Array } {
  const key = randomBytes(rng, 32)
  const nonce = randomBytes(rng, 12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(salt))
  const ciphertext = Buffer.concat([cipher.update(utf8(canonicalJson(fields))), cipher.final(), cipher.getAuthTag()])
  return { key, sealed: { nonce: toHex(nonce), ciphertext: toHex(ciphertext), keyCommitment: commitmentOf(key) } }
}

/** @returns undefined where the key is not the one committed to, or the fields were altered */
export function openFields({ salt, private: sealed }: Ddo, key: Uint8Array): PrivateFields | undefined {
  if (sealed === undefined || !isKeyOf(sealed, key)) return undefined
  const bytes = fromHex(sealed.ciphertext)
  if (bytes.length < tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, fromHex(sealed.nonce)).setAAD(bound(salt))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()])
    const parsed = jsonObject.safeParse(JSON.parse(fromUtf8(plain)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined // altered: the tag does not fit
  }
}

const isKeyOf = ({ keyCommitment }: Sealed, key: Uint8Array): boolean =>
  key.length === 32 && equalBytes(fromHex(commitmentOf(key)), fromHex(keyCommitment))

/** What a box is for: the key of this token's fields, for this member of this network. */
export interface BoxPurpose {
  networkId: Uint8Array
  token: string
  member: string
}

const aadOf = ({ networkId, token, member }: BoxPurpose): Uint8Array => concat(networkId, fromHex(token), utf8(member))

/** Encapsulated secret and ciphertext: 80 bytes. */
export async function sealKey(key: Uint8Array, publicKey: Uint8Array, purpose: BoxPurpose): Promise<Uint8Array> {
  const recipient = await suite.DeserializePublicKey(publicKey)
  const { encapsulatedSecret, ciphertext } = await suite.Seal(recipient, key, { info, aad: aadOf(purpose) })
  return concat(encapsulatedSecret, ciphertext)
}

/** The member's own end: its key pair, and its word that the public key is its own. */
export class SealingIdentity {
  readonly #pair: Recipient
  readonly #own: SealingKey

  private constructor(pair: Recipient, own: SealingKey) {
    this.#pair = pair
    this.#own = own
  }

  /**
   * @param secret 32 bytes that outlive restarts; the private key is derived from them and nowhere stored
   * @param name of the member
   */
  static async derive(
    secret: Uint8Array,
    networkId: Uint8Array,
    name: string,
    signer: Signer,
  ): Promise<SealingIdentity> {
    const { pair, key } = await keyPair(nodePlatform.sha256(utf8('secureflow/sealing-key/1'), secret))
    return new SealingIdentity(pair, {
      key,
      signature: await signer.sign(keyDigest(networkId, name, key)),
    })
  }

  get publicKey(): SealingKey {
    return this.#own
  }

  /** @returns undefined for a box that was not made for this member and token */
  async openKey(box: Uint8Array, purpose: BoxPurpose): Promise<Uint8Array | undefined> {
    const [encapsulated, ciphertext] = [box.slice(0, encapsulatedBytes), box.slice(encapsulatedBytes)]
    try {
      return await suite.Open(this.#pair, encapsulated, ciphertext, { info, aad: aadOf(purpose) })
    } catch {
      return undefined // from a peer: one answer for every kind of nonsense
    }
  }
}

/** RFC 8410, before the 32 bytes of an X25519 private key. */
const pkcs8Head = fromHex('302e020100300506032b656e04220420')

/** @param scalar 32 bytes; any are a key, X25519 clamps them */
async function keyPair(scalar: Uint8Array): Promise<{ pair: Recipient; key: Uint8Array }> {
  const pkcs8 = concat(pkcs8Head, scalar)
  const secret = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const key = new Uint8Array(createPublicKey(secret).export({ type: 'spki', format: 'der' }).subarray(-32))
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), 'X25519', false, ['deriveBits']),
    webcrypto.subtle.importKey('raw', new Uint8Array(key), 'X25519', true, []),
  ])
  return { pair: { privateKey, publicKey } as unknown as Recipient, key }
}

/** @param account of the member on the ledger */
export async function isSealingKeyOf(
  { key, signature }: SealingKey,
  { networkId, name, account }: { networkId: Uint8Array; name: string; account: string },
): Promise<boolean> {
  const by = await signerOf(keyDigest(networkId, name, key), signature)
  return by?.toLowerCase() === account.toLowerCase()
}

function keyDigest(networkId: Uint8Array, name: string, key: Uint8Array): Uint8Array {
  return typedDigest(networkId, {
    types: {
      SealingKey: [
        { name: 'name', type: 'string' },
        { name: 'key', type: 'bytes32' },
      ],
    },
    primaryType: 'SealingKey',
    message: { name, key: `0x${toHex(key)}` },
  })
}
