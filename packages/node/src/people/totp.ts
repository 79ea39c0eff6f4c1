/** Codes of a second factor: RFC 6238 over RFC 4226, SHA-1, six digits, thirty seconds, as every authenticator has them. */
import { createHmac, timingSafeEqual } from 'node:crypto'

const periodMs = 30_000
const digits = 6
/** Clocks of telephones are a little off: the step before and the one after hold too. */
const drift = 1
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** @param step number of 30-second periods since the epoch */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = mac[mac.length - 1]! & 15
  return String((mac.readUInt32BE(at) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0')
}

/** @returns the step that a code is of, where it holds now and is later than the last one used; else undefined */
export function stepOf(secret: Uint8Array, code: string, now: number, lastStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const current = Math.floor(now / periodMs)
  let found: number | undefined
  for (let step = current - drift; step <= current + drift; step++)
    if (timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(code)) && step > lastStep) found ??= step
  return found
}

/** Without padding. */
export function base32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) out += alphabet[(held >> (bits - 5)) & 31]
    held &= 255
  }
  return bits === 0 ? out : out + alphabet[(held << (5 - bits)) & 31]
}

/** @param secret in base 32 */
export const keyUri = (issuer: string, account: string, secret: string): string =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
