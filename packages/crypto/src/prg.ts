/**
 * The pseudo-random generator of every protocol: AES-128-CTR from block 0 under the key SHA-256(tag ‖ seed ‖ domain)[0..16).
 * One seed serves many domains (labels such as `mpc/triples`), whose streams are independent. Two instances of the same
 * seed and domain give the same stream: that is how a dealer sends 16 bytes in place of a matrix. An instance only moves
 * forward, so that no block is used twice within it; a seed is drawn anew for each attempt.
 */
import { asBytes, baseErrors, concat, type Keystream, type Platform, utf8 } from '@secureflow/base'

const tag = utf8('secureflow prg 1:')

/** Far below the 2^64 blocks of the counter, and where AES is still far from showing that it is a permutation. */
const maxBytes = 2 ** 44

export class Prg {
  readonly #stream: Keystream
  #used = 0

  /** @param seed 16 uniform bytes, secret @param domain what the stream is for; the same at both ends */
  constructor(platform: Platform, seed: Uint8Array, domain: string) {
    if (seed.length !== 16) throw new RangeError(`seed of ${seed.length} bytes, expected 16`)
    const key = platform.sha256(concat(tag, seed, utf8(domain))).subarray(0, 16)
    this.#stream = platform.aesCtr(key)
    key.fill(0)
  }

  /** Overwrites with the next elements of Z_2^64, uniform. Little-endian, as every machine that runs this. */
  fillU64(into: BigUint64Array): void {
    this.fill(asBytes(into))
  }

  /** Overwrites with the next bytes; may be a view on WASM memory. */
  fill(into: Uint8Array): void {
    this.#used += into.length
    if (this.#used > maxBytes) throw baseErrors.INTERNAL({ what: 'a random stream is used up' })
    this.#stream.fill(into)
  }
}
