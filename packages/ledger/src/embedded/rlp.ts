/** Recursive Length Prefix, as far as the nodes of the state tree need it. Source: Ethereum yellow paper, appendix B. */

/** A string of bytes as an item. */
export function rlpBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes
  return withHead(0x80, bytes.length, [bytes])
}

/** A list of items that are encoded already. */
export function rlpList(items: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const item of items) length += item.length
  return withHead(0xc0, length, items)
}

function withHead(kind: 0x80 | 0xc0, length: number, parts: readonly Uint8Array[]): Uint8Array {
  let headLength = 1
  if (length > 55) for (let left = length; left > 0; left = Math.floor(left / 256)) headLength++
  const out = new Uint8Array(headLength + length)
  if (length <= 55) out[0] = kind + length
  else {
    out[0] = kind + 54 + headLength
    for (let i = headLength - 1, left = length; i > 0; i--, left = Math.floor(left / 256)) out[i] = left % 256
  }
  let at = headLength
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
