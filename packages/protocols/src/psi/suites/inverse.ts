/**
 * Inverses of clamped scalars. X25519 multiplies by scalars 8·j with 2^251 ≤ j < 2^252 alone. Of the two residues ±1/a, which
 * give the same x-coordinate, one has that form modulo the subgroup's order, but for a share of 2^-125 of all scalars.
 */

/** Order of the prime-order subgroup of Curve25519 (RFC 7748). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n
const smallest = 2n ** 251n
const eighth = power(8n, order - 2n)

/**
 * The clamped scalar that undoes `scalar` on points of the prime-order subgroup, by x-coordinates. Variable time in the
 * scalar: once a session, of a scalar that serves in this session alone.
 * @param scalar  clamped, 32 bytes little-endian
 */
export function inverseOf(scalar: Uint8Array): Uint8Array {
  const inverse = power(integer(scalar), order - 2n)
  const j = (inverse * eighth) % order
  const fitting = [j, order - j].find((each) => each >= smallest && each < 2n * smallest)
  if (fitting === undefined) throw new RangeError('a scalar without a clamped inverse')
  return bytes(8n * fitting)
}

/** Variable time in both. */
function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % order]
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * square) % order
    square = (square * square) % order
  }
  return result
}

const integer = (from: Uint8Array): bigint => from.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)

const bytes = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
