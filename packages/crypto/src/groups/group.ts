/** Groups of prime order in batches, each element 32 bytes, laid end to end: what Diffie–Hellman protocols compute in. */
import { type Rng, randomBytes } from '@secureflow/base'

export interface Group {
  /** The hash-to-group suite of RFC 9380 or RFC 9497 that `hash` follows. */
  readonly hashSuite: string
  /** A uniform scalar in 1 to order − 1, 32 bytes. */
  randomScalar(rng: Rng): Uint8Array
  /** 1/scalar modulo the order: multiplying by both leaves an element as it was. Variable time. */
  inverse(scalar: Uint8Array): Uint8Array
  /** Hashes each message to the group, as a random oracle. @param dst  domain separation tag, 1 to 255 bytes @returns n·32 bytes */
  hash(messages: readonly Uint8Array[], dst: Uint8Array): Uint8Array
  /**
   * One scalar times every element.
   * @param elements n·32 bytes from anywhere: each is decoded and checked @returns n·32 bytes, in place of what is no
   * canonical element of the group, or the identity, 32 bytes of zero (no element but the identity is written so)
   */
  multiply(scalar: Uint8Array, elements: Uint8Array): Uint8Array
}

/** Rejection from 256 bits; the orders here lie above 2^252. @param write  the scalar in the group's own byte order */
export function randomScalar(rng: Rng, order: bigint, write: (scalar: bigint) => Uint8Array): Uint8Array {
  const bits = order.toString(2).length
  for (;;) {
    const bytes = randomBytes(rng, 32)
    let value = 0n
    for (const byte of bytes) value = (value << 8n) | BigInt(byte)
    bytes.fill(0)
    value >>= BigInt(256 - bits)
    if (value > 0n && value < order) return write(value)
  }
}

/** What `f` gives for each item, 32 bytes laid end to end; zero where it gives nothing. */
export function eachElement<T>(items: readonly T[], f: (item: T) => Uint8Array | undefined): Uint8Array {
  const out = new Uint8Array(32 * items.length)
  for (const [i, item] of items.entries()) {
    const element = f(item)
    if (element !== undefined) out.set(element, 32 * i)
  }
  return out
}

/** @throws RangeError where they are not whole */
export function elementsOf(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % 32 !== 0) throw new RangeError(`${bytes.length} bytes, expected 32 an element`)
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32))
}
