/** Batched P-256 over OpenSSL (node:crypto), x-coordinates only. */
import { createECDH } from 'node:crypto'

/** OpenSSL decodes each point from its x and an even y, which refuses an x of no point, and multiplies in constant time. */
export function multiplyX(scalar: Uint8Array, points: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  const out = new Uint8Array(points.length)
  const compressed = new Uint8Array(33)
  compressed[0] = 2
  for (let at = 0; at < points.length; at += 32) {
    compressed.set(points.subarray(at, at + 32), 1)
    try {
      out.set(ecdh.computeSecret(compressed), at)
    } catch {
      // No point has this x. The caller sees zero and names the item.
    }
  }
  return out
}
