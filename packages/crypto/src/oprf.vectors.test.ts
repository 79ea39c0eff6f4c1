/** RFC 9497 Appendix A, message by message, with the scalars that it prints. */
import { readFileSync } from 'node:fs'
import { fromHex, type Rng, toHex } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { type OprfName, oprf, verifiableOprf } from './oprf.ts'

interface Suite {
  identifier: OprfName
  mode: number
  keyInfo: string
  seed: string
  skSm: string
  pkSm?: string
  vectors: {
    Blind: string
    BlindedElement: string
    EvaluationElement: string
    Input: string
    Output: string
    Proof?: { proof: string; r: string }
  }[]
}
const file = new URL('../../../vectors/oprf/rfc9497.json', import.meta.url)
const suites = JSON.parse(readFileSync(file, 'utf8')) as Suite[]
const list = (text: string) => text.split(',')

/** Draws that make just this scalar: drawn as a number modulo order − 1, plus one. */
function drawing(scalar: string, name: OprfName): Rng {
  const bytes = fromHex(scalar)
  const little = name === 'ristretto255-SHA512'
  return {
    fill(into) {
      let value = BigInt(`0x${toHex(little ? bytes.toReversed() : bytes)}`) - 1n
      into.fill(0)
      for (let i = 0; i < 32; i++, value >>= 8n) into[little ? i : into.length - 1 - i] = Number(value & 255n)
    },
  }
}

describe.each(['ristretto255-SHA512', 'P256-SHA256'] as const)('%s', (name) => {
  const of = (mode: number) => suites.find((s) => s.identifier === name && s.mode === mode)!

  test('mode OPRF', () => {
    const { seed, keyInfo, skSm, vectors } = of(0)
    const { deriveKeys, blind, evaluate, finalize } = oprf(name)
    const keys = deriveKeys(fromHex(seed), fromHex(keyInfo))
    expect(toHex(keys.secretKey)).toBe(skSm)
    expect(vectors).toHaveLength(2)
    for (const vector of vectors) {
      const item = blind(fromHex(vector.Input), drawing(vector.Blind, name))
      expect(toHex(item.blinded)).toBe(vector.BlindedElement)
      const evaluated = evaluate(keys, item.blinded)
      expect(toHex(evaluated)).toBe(vector.EvaluationElement)
      expect(toHex(finalize(item, evaluated))).toBe(vector.Output)
    }
  })

  test('mode VOPRF, batches too, and proofs that do not hold', () => {
    const { seed, keyInfo, skSm, pkSm, vectors } = of(1)
    const { deriveKeys, blind, evaluate, finalize } = verifiableOprf(name)
    const keys = deriveKeys(fromHex(seed), fromHex(keyInfo))
    expect([toHex(keys.secretKey), toHex(keys.publicKey)]).toEqual([skSm, pkSm])
    expect(vectors.map((v) => list(v.Input).length)).toEqual([1, 1, 2])
    for (const vector of vectors) {
      const blinds = list(vector.Blind)
      const items = list(vector.Input).map((input, i) => blind(fromHex(input), drawing(blinds[i]!, name)))
      expect(items.map((item) => toHex(item.blinded))).toEqual(list(vector.BlindedElement))
      const blinded = items.map((item) => item.blinded)
      const { evaluated, proof } = evaluate(keys, blinded, drawing(vector.Proof!.r, name))
      expect(evaluated.map(toHex)).toEqual(list(vector.EvaluationElement))
      expect(toHex(proof)).toBe(vector.Proof!.proof)
      expect(finalize(items, evaluated, keys.publicKey, proof).map(toHex)).toEqual(list(vector.Output))

      const other = deriveKeys(fromHex(seed), new Uint8Array(1))
      expect(() => finalize(items, evaluated, other.publicKey, proof)).toThrow()
      const wrong = evaluate(other, blinded, drawing(vector.Proof!.r, name)).evaluated
      expect(() => finalize(items, wrong, keys.publicKey, proof)).toThrow()
      const changed = proof.slice()
      changed[33]! ^= 1
      expect(() => finalize(items, evaluated, keys.publicKey, changed)).toThrow()
      expect(() => finalize(items, evaluated.slice(1), keys.publicKey, proof)).toThrow(RangeError)
    }
  })

  test('two blindings of one input share nothing, and come to one output', () => {
    const { deriveKeys, blind, evaluate, finalize } = oprf(name)
    const rng: Rng = { fill: nodePlatform.randomFill }
    const seed = new Uint8Array(32)
    rng.fill(seed)
    const keys = deriveKeys(seed, new Uint8Array(0))
    const items = [1, 2].map(() => blind(fromHex('616263'), rng))
    expect(items[0]!.blinded).not.toEqual(items[1]!.blinded)
    const [a, b] = items.map((item) => finalize(item, evaluate(keys, item.blinded)))
    expect(a).toEqual(b)
  })

  test('what is no element is refused by either side', () => {
    const { deriveKeys, blind, evaluate, finalize } = oprf(name)
    const keys = deriveKeys(new Uint8Array(32), new Uint8Array(0))
    const item = blind(fromHex('616263'), { fill: nodePlatform.randomFill })
    for (const bad of [new Uint8Array(item.blinded.length), item.blinded.slice(1), item.blinded.map(() => 255)]) {
      expect(() => evaluate(keys, bad)).toThrow()
      expect(() => finalize(item, bad)).toThrow()
    }
  })
})
