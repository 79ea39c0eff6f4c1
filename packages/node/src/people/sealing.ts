/**
 * Secrets that this node must be able to read again, encrypted in its database: a copy of the database alone gives none of
 * them away. AES-256-GCM under a key that HKDF draws from a secret of the keystore; what a text is for is authenticated.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { type Rng, randomBytes } from '@secureflow/base'

const nonceBytes = 12
const tagBytes = 16

export class Sealing {
  readonly #key: Buffer
  readonly #rng: Rng

  /** @param secret 32 bytes of the keystore */
  constructor(secret: Uint8Array, rng: Rng) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'secureflow/people/sealing/1', 32))
    this.#rng = rng
  }

  seal(purpose: string, text: string): string {
    const nonce = randomBytes(this.#rng, nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(purpose))
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    )
  }

  /** @returns undefined for whatever was not sealed here for this purpose */
  open(purpose: string, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < nonceBytes + tagBytes) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes))
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
    try {
      const text = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes))
      return Buffer.concat([text, decipher.final()]).toString('utf8')
    } catch {
      return undefined // from a browser, or of another keystore: one answer for every kind of nonsense
    }
  }
}
