/**
 * What differs between Node.js and a browser, in one small interface. Everything else in the isomorphic packages
 * (see docs/architecture.md) is plain ECMAScript. The Node twin is `@secureflow/platform`.
 */
export interface Platform {
  readonly name: string
  /** Fills with bytes of the operating system's CSPRNG. */
  randomFill(into: Uint8Array): void
  /** AES-128-CTR keystream from a 16-byte key, starting at block `counter` (128 bits, default 0). The one PRG of the product. */
  aesCtr(key: Uint8Array, counter?: bigint): Keystream
  /** AES-128 of every block on its own under a 16-byte key: the permutation inside hash functions and trees, never encryption. */
  aesBlocks(key: Uint8Array): BlockCipher
  sha256(...parts: readonly Uint8Array[]): Uint8Array
  /** An incremental SHA-256, for digests of whole channels. */
  sha256Stream(): HashStream
  readonly curve25519: Curve25519
  readonly edwards25519: Edwards25519
  /** P-256 by x-coordinates; absent where the platform has none of its own. */
  readonly p256?: P256
  /** Worker threads; absent where there are none. */
  readonly workers?: Workers
}

export interface Workers {
  /** How many run at the same time on this machine. */
  readonly parallelism: number
  /** Starts a worker that imports the module at `entry` and calls its `serve(port, platform)`; `platform` loads its own Platform. */
  spawn(entry: URL): WorkerHandle
}

/** Messages by structured clone, in order. */
export interface WorkerPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

export interface WorkerHandle extends WorkerPort {
  /** Called once when the worker has died, whatever the reason; not after `terminate`. */
  onDeath(listener: (cause: unknown) => void): void
  /** Whether the worker keeps the process alive; it does not until told so. */
  hold(busy: boolean): void
  /** Resolves when the worker runs no more. */
  terminate(): Promise<void>
}

export interface Keystream {
  /** Overwrites `into` (which may be a view on WASM memory) with the next keystream bytes. */
  fill(into: Uint8Array): void
}

export interface BlockCipher {
  /** into = AES(from), block by block: equal lengths, whole blocks of 16 bytes; may be views on WASM memory, and the same. */
  encrypt(into: Uint8Array, from: Uint8Array): void
}

export interface HashStream {
  update(bytes: Uint8Array): void
  /** The digest of what came so far; updating may go on afterwards. */
  digest(): Uint8Array
}

/** Batched Curve25519, 32-byte little-endian u-coordinates laid end to end. */
export interface Curve25519 {
  /**
   * Hash to the curve: Elligator 2 with the cofactor cleared, on 32 uniform bytes an item, then the Montgomery
   * u-coordinate. Every result lies on the curve and in the prime-order subgroup, so that no twist bit leaks.
   * @param uniform n·32 bytes @returns n·32 bytes
   */
  fromUniform(uniform: Uint8Array): Uint8Array
  /** X25519 with one clamped 32-byte scalar for all. @param points n·32 bytes @returns n·32 bytes (zero where low order) */
  multiply(scalar: Uint8Array, points: Uint8Array): Uint8Array
}

/**
 * Batched arithmetic of edwards25519, where points can be added: compressed points of 32 bytes laid end to end, one of a
 * kind for each of the other. Scalars are 32 bytes little-endian.
 */
export interface Edwards25519 {
  /** Elligator 2 with the cofactor cleared, as in Curve25519; not uniform alone, but the sum of two independent ones is. */
  fromUniform(uniform: Uint8Array): Uint8Array
  /** @throws RangeError naming the item where the bytes are no point of the curve */
  add(a: Uint8Array, b: Uint8Array): Uint8Array
  subtract(a: Uint8Array, b: Uint8Array): Uint8Array
  /** The base point times each scalar, as it is: not clamped. */
  multiplyBase(scalars: Uint8Array): Uint8Array
  /** The u-coordinate of one point, in the prime-order subgroup, times each scalar, as it is. @throws RangeError */
  multiplyOne(point: Uint8Array, scalars: Uint8Array): Uint8Array
  /** n·64 uniform bytes to n scalars below the order of the group. */
  reduceScalars(uniform: Uint8Array): Uint8Array
  /** Montgomery u-coordinates, for `Curve25519.multiply`. */
  toMontgomery(points: Uint8Array): Uint8Array
  /** Whether each point lies in the prime-order subgroup and is not the identity, canonically encoded. */
  inSubgroup(points: Uint8Array): boolean
}

/** Batched ECDH of NIST P-256: x-coordinates of 32 bytes big-endian, laid end to end. */
export interface P256 {
  /**
   * The x-coordinates of one scalar times points with these.
   * @param scalar  32 bytes big-endian, 1 to order − 1 @returns 32 bytes of zero in place of what is the x of no point
   */
  multiply(scalar: Uint8Array, points: Uint8Array): Uint8Array
}

/** Randomness as components and protocols see it. Production: the CSPRNG; tests may inject a seeded one. */
export interface Rng {
  fill(into: Uint8Array): void
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export function platformRng(platform: Platform): Rng {
  return { fill: (into) => platform.randomFill(into) }
}

export function randomBytes(rng: Rng, length: number): Uint8Array {
  const out = new Uint8Array(length)
  rng.fill(out)
  return out
}

/** A uniform integer in [0, bound), bound ≤ 2^32, by rejection. */
export function randomBelow(rng: Rng, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new RangeError(`bound ${bound}`)
  const limit = 2 ** 32 - (2 ** 32 % bound)
  const word = new Uint32Array(1)
  for (;;) {
    rng.fill(new Uint8Array(word.buffer))
    if (word[0]! < limit) return word[0]! % bound
  }
}

/** A uniform permutation of 0..n-1 (Fisher–Yates over the CSPRNG, drawn in blocks). */
export function randomPermutation(rng: Rng, n: number): Uint32Array {
  const out = Uint32Array.from({ length: n }, (_, i) => i)
  const words = new Uint32Array(4096)
  let at = words.length
  const below = (bound: number): number => {
    const limit = 2 ** 32 - (2 ** 32 % bound)
    for (;;) {
      if (at === words.length) {
        rng.fill(new Uint8Array(words.buffer))
        at = 0
      }
      const w = words[at++]!
      if (w < limit) return w % bound
    }
  }
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1)
    const t = out[i]!
    out[i] = out[j]!
    out[j] = t
  }
  return out
}
