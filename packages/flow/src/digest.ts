/** Digests of plain data. */
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeCbor, toHex, utf8 } from '@secureflow/base'

/** SHA-256 over the canonical CBOR of `value`, apart for each purpose; hex. */
export function digestOf(purpose: string, value: unknown): string {
  return toHex(
    sha256
      .create()
      .update(utf8(`secureflow ${purpose} v1\0`))
      .update(encodeCbor(value))
      .digest(),
  )
}
