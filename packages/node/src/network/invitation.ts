/** The text of an invitation: where the founder is, the fingerprint of its key, and a 128-bit token. */
import { createHash } from 'node:crypto'
import { concat, decodeCbor, encodeCbor, equalBytes, fromHex, toHex } from '@secureflow/base'
import { z } from 'zod'
import type { PeerAddress } from '../peers/index.ts'
import { networkErrors } from './errors.ts'

export interface Invitation {
  address: PeerAddress
  /** SHA-256 of the founder's public key, hexadecimal. */
  fingerprint: string
  /** 16 bytes. */
  token: Uint8Array
}

const prefix = 'sf1-'
const checkBytes = 4

const content = z.tuple([
  z.string().min(1).max(255),
  z.number().int().min(1).max(65_535),
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 32),
  z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 16),
])

export function formatInvitation({ address, fingerprint, token }: Invitation): string {
  const body = encodeCbor([address.host, address.port, fromHex(fingerprint), token])
  return prefix + Buffer.from(concat(body, check(body))).toString('base64url')
}

/** @throws INVITATION_MALFORMED; a mistyped letter is noticed by the four check bytes at the end */
export function parseInvitation(text: string): Invitation {
  const trimmed = text.trim()
  try {
    if (!trimmed.startsWith(prefix)) throw new RangeError('prefix')
    const bytes = new Uint8Array(Buffer.from(trimmed.slice(prefix.length), 'base64url'))
    const body = bytes.subarray(0, -checkBytes)
    if (!equalBytes(check(body), bytes.subarray(-checkBytes))) throw new RangeError('check bytes')
    const [host, port, fingerprint, token] = content.parse(decodeCbor(body, 'invitation', { maxBytes: 1000 }))
    return { address: { host, port }, fingerprint: toHex(fingerprint), token }
  } catch (cause) {
    throw networkErrors.INVITATION_MALFORMED({}, { cause })
  }
}

const check = (body: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(body).digest()).subarray(0, checkBytes)
