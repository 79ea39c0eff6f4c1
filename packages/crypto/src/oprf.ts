/**
 * The oblivious pseudo-random functions of RFC 9497, modes OPRF and VOPRF, by @noble/curves; all randomness from the Rng given.
 * A client blinds, a server evaluates under its key, the client finalizes: it learns the function of its input, and the server
 * nothing. In mode VOPRF the server proves for a whole batch that it used the key that belongs to its public key.
 */
import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { p256_oprf } from '@noble/curves/nist.js'
import { type Rng, randomBytes } from '@secureflow/base'

export type OprfName = 'ristretto255-SHA512' | 'P256-SHA256'

export interface OprfKeys {
  secretKey: Uint8Array
  publicKey: Uint8Array
}

/** What a client keeps of one input until the answer comes; `blind` is secret. */
export interface Blinded {
  input: Uint8Array
  blind: Uint8Array
  /** For the server. */
  blinded: Uint8Array
}

/** Every function throws an Error where an element is none, or the identity; inputs have at most 65,535 bytes. */
export interface Oprf {
  /** @param seed 32 uniform bytes, secret @param info  what the key is for */
  deriveKeys(seed: Uint8Array, info: Uint8Array): OprfKeys
  blind(input: Uint8Array, rng: Rng): Blinded
  evaluate(keys: OprfKeys, blinded: Uint8Array): Uint8Array
  /** @returns as many bytes as the suite's hash has */
  finalize(item: Blinded, evaluated: Uint8Array): Uint8Array
}

/** The same for whole batches, with a proof. */
export interface VerifiableOprf extends Pick<Oprf, 'deriveKeys' | 'blind'> {
  evaluate(keys: OprfKeys, blinded: readonly Uint8Array[], rng: Rng): { evaluated: Uint8Array[]; proof: Uint8Array }
  /** @throws Error where the proof does not hold for this public key */
  finalize(
    items: readonly Blinded[],
    evaluated: readonly Uint8Array[],
    publicKey: Uint8Array,
    proof: Uint8Array,
  ): Uint8Array[]
}

const suites = { 'ristretto255-SHA512': ristretto255_oprf, 'P256-SHA256': p256_oprf }
const drawing = (rng: Rng) => (length?: number) => randomBytes(rng, length ?? 32)

export function oprf(name: OprfName): Oprf {
  const mode = suites[name].oprf
  return {
    deriveKeys: (seed, info) => mode.deriveKeyPair(seed, info),
    blind: (input, rng) => ({ input, ...mode.blind(input, drawing(rng)) }),
    evaluate: ({ secretKey }, blinded) => mode.blindEvaluate(secretKey, blinded),
    finalize: ({ input, blind }, evaluated) => mode.finalize(input, blind, evaluated),
  }
}

export function verifiableOprf(name: OprfName): VerifiableOprf {
  const mode = suites[name].voprf
  return {
    deriveKeys: (seed, info) => mode.deriveKeyPair(seed, info),
    blind: (input, rng) => ({ input, ...mode.blind(input, drawing(rng)) }),
    evaluate: ({ secretKey, publicKey }, blinded, rng) =>
      mode.blindEvaluateBatch(secretKey, publicKey, [...blinded], drawing(rng)),
    finalize(items, evaluated, publicKey, proof) {
      if (items.length !== evaluated.length)
        throw new RangeError(`${evaluated.length} evaluations of ${items.length} inputs`)
      return mode.finalizeBatch(
        items.map((item, i) => ({ ...item, evaluated: evaluated[i]! })),
        publicKey,
        proof,
      )
    },
  }
}
