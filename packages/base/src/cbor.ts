/**
 * CBOR for everything that is signed, hashed, or sent between nodes: one canonical form (RFC 8949, core deterministic
 * encoding), checked by encoding again what was decoded. Numbers are integers or finite doubles; no undefined, no NaN.
 */
import { decode as cborDecode, encode as cborEncode, rfc8949EncodeOptions } from 'cborg'
import { compareBytes } from './bytes.ts'
import { baseErrors } from './errors.ts'

export type Plain = null | boolean | number | bigint | string | Uint8Array | Plain[] | { [key: string]: Plain }

export function encodeCbor(value: unknown): Uint8Array {
  return cborEncode(value, rfc8949EncodeOptions)
}

export interface DecodeLimits {
  maxBytes?: number
  maxDepth?: number
}

/** @throws {SecureflowError} MALFORMED for anything that is not the canonical encoding of a value within the limits */
export function decodeCbor(bytes: Uint8Array, label: string, limits: DecodeLimits = {}): Plain {
  const { maxBytes = 1 << 20, maxDepth = 32 } = limits
  if (bytes.length > maxBytes)
    throw baseErrors.MALFORMED({ label, reason: `${bytes.length} bytes, at most ${maxBytes} allowed` })
  if (depthOf(bytes, maxDepth) > maxDepth) throw baseErrors.MALFORMED({ label, reason: 'nested too deeply' })
  let value: Plain
  try {
    value = cborDecode(bytes, {
      strict: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowNaN: false,
      allowInfinity: false,
    }) as Plain
  } catch (cause) {
    throw baseErrors.MALFORMED({ label, reason: 'not valid CBOR' }, { cause })
  }
  if (compareBytes(encodeCbor(value), bytes) !== 0)
    throw baseErrors.MALFORMED({ label, reason: 'not in canonical form' })
  return value
}

/** Nesting depth by a walk over the heads alone, so that a hostile depth never reaches the recursive decoder. */
function depthOf(bytes: Uint8Array, limit: number): number {
  const open: number[] = []
  let deepest = 0
  let at = 0
  while (at < bytes.length) {
    const head = bytes[at]!
    const major = head >> 5
    const info = head & 31
    const extra = info < 24 ? 0 : info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0
    let count = info < 24 ? info : 0
    for (let i = 0; i < extra; i++) count = count * 256 + (bytes[at + 1 + i] ?? 0)
    at += 1 + extra
    if (major === 2 || major === 3) at += count
    const children = major === 4 ? count : major === 5 ? 2 * count : major === 6 ? 1 : 0
    if (children > 0) {
      open.push(children)
      deepest = Math.max(deepest, open.length)
      if (deepest > limit) return deepest
      continue
    }
    while (open.length > 0 && --open[open.length - 1]! === 0) open.pop()
  }
  return deepest
}
