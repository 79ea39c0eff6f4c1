/** Codecs of the common message forms. `decode` reads bytes of a peer: lengths are checked here, meanings by who declares them. */
import { decodeCbor, encodeCbor, type Plain } from '@secureflow/base'
import type { Codec } from './channel.ts'
import { channelErrors } from './errors.ts'

/** Opaque bytes, at most `max`. */
export function bytesCodec(max: number): Codec<Uint8Array> {
  return { maxBytes: max, encode: (value) => value, decode: (body) => body }
}

/** Exactly `count` items of `size` bytes, laid end to end. */
export function itemsCodec(count: number, size: number): Codec<Uint8Array> {
  const expectCount = (body: Uint8Array, label: string): Uint8Array => {
    if (body.length !== count * size)
      throw channelErrors.CHANNEL_WRONG_LENGTH({ label, expected: count, received: body.length / size })
    return body
  }
  return { maxBytes: count * size, encode: (value) => value, decode: expectCount }
}

/**
 * Canonical CBOR of at most `maxBytes`.
 * @param validate  gives the value its type or throws MALFORMED; it sees a peer's value
 */
export function cborCodec<T>(validate: (value: Plain, label: string) => T, maxBytes = 64 << 10): Codec<T> {
  return {
    maxBytes,
    encode: encodeCbor,
    decode: (body, label) => validate(decodeCbor(body, label, { maxBytes }), label),
  }
}
