/**
 * Secrets at rest: scrypt over the passphrase, AES-256-GCM over the secrets. The header is authenticated with them, so that
 * cost figures cannot be lowered in a stolen file and put back.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt as scryptCallback } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeCbor, encodeCbor, fromHex, toHex, utf8 } from '@secureflow/base'
import { z } from 'zod'
import { identityErrors } from './errors.ts'

const scrypt = promisify<
  Buffer | string,
  Uint8Array,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scryptCallback)

/** For a passphrase that a person chose: what OWASP asks for, in the form that takes the least memory (32 MiB, about 0.3 s). */
const stretched = { n: 2 ** 15, r: 8, p: 3 } as const
/** For 256 drawn bits, which no stretching makes harder to guess. */
const drawn = { n: 2 ** 14, r: 8, p: 1 } as const

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))
const header = z.strictObject({
  version: z.literal(1),
  kdf: z.literal('scrypt'),
  // Bounds on what a file may ask of this machine, and a floor on the strength.
  n: z
    .number()
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
  r: z.literal(8),
  p: z.number().int().min(1).max(16),
  salt: hex(16),
  cipher: z.literal('aes-256-gcm'),
  nonce: hex(12),
})
const file = z.strictObject({ ...header.shape, sealed: z.string().regex(/^([0-9a-f]{2})+$/), tag: hex(16) })

export type Secrets = Record<string, Uint8Array>

/** @returns the keystore's JSON */
export async function sealSecrets(
  secrets: Secrets,
  passphrase: string,
  { chosenByPerson }: { chosenByPerson: boolean },
): Promise<string> {
  const head: z.infer<typeof header> = {
    version: 1,
    kdf: 'scrypt',
    ...(chosenByPerson ? stretched : drawn),
    salt: toHex(randomBytes(16)),
    cipher: 'aes-256-gcm',
    nonce: toHex(randomBytes(12)),
  }
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, head), fromHex(head.nonce))
  cipher.setAAD(authenticated(head))
  const sealed = Buffer.concat([cipher.update(encodeCbor(secrets)), cipher.final()])
  return `${JSON.stringify({ ...head, sealed: toHex(sealed), tag: toHex(cipher.getAuthTag()) }, null, 2)}\n`
}

/** @throws KEYSTORE_MALFORMED, KEYSTORE_WRONG_PASSPHRASE */
export async function openSecrets(text: string, passphrase: string): Promise<Secrets> {
  const { sealed, tag, ...head } = parse(text)
  const decipher = createDecipheriv('aes-256-gcm', await keyOf(passphrase, head), fromHex(head.nonce))
  decipher.setAAD(authenticated(head))
  decipher.setAuthTag(fromHex(tag))
  try {
    const plain = Buffer.concat([decipher.update(fromHex(sealed)), decipher.final()])
    return decodeCbor(new Uint8Array(plain), 'keystore') as Secrets
  } catch (cause) {
    throw identityErrors.KEYSTORE_WRONG_PASSPHRASE({}, { cause })
  }
}

function parse(text: string): z.infer<typeof file> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw identityErrors.KEYSTORE_MALFORMED({ reason: 'not JSON' }, { cause })
  }
  const parsed = file.safeParse(json)
  if (parsed.success) return parsed.data
  throw identityErrors.KEYSTORE_MALFORMED({ reason: `field ${parsed.error.issues[0]?.path.join('.') ?? '?'}` })
}

const keyOf = (passphrase: string, { salt, n, r, p }: z.infer<typeof header>): Promise<Buffer> =>
  scrypt(passphrase.normalize('NFKC'), fromHex(salt), 32, { N: n, r, p, maxmem: 256 * n * r })

const authenticated = (head: z.infer<typeof header>): Uint8Array => utf8(JSON.stringify(header.parse(head)))
