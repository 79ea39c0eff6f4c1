/** Which tags match, as the receiver tells it where both learn: a bit a tag, lowest first. */
import { psiErrors } from '../errors.ts'

export const bitmapBytes = (tags: number): number => Math.ceil(tags / 8)

export function bitmap(positions: Uint32Array, tags: number): Uint8Array {
  const bits = new Uint8Array(bitmapBytes(tags))
  for (const position of positions) bits[position >> 3]! |= 1 << (position & 7)
  return bits
}

/** @returns ascending positions @throws {PeerError} PSI_INVALID_INDEX, PSI_WRONG_COUNT */
export function positionsIn(bits: Uint8Array, tags: number, most: number, party: string): Uint32Array {
  const positions = new Uint32Array(most)
  let count = 0
  for (let at = 0; at < bitmapBytes(tags); at++)
    for (let byte = bits[at]!, k = 0; byte !== 0; byte >>= 1, k++) {
      if ((byte & 1) === 0) continue
      const position = 8 * at + k
      if (position >= tags) throw psiErrors.PSI_INVALID_INDEX({ label: 'matches', index: position }, { party })
      if (count === most)
        throw psiErrors.PSI_WRONG_COUNT({ label: 'matches', expected: most, received: 'more' }, { party })
      positions[count++] = position
    }
  return positions.slice(0, count)
}
