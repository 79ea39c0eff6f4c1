/** The groups against the vectors of RFC 9497: hash to group, blind, evaluate, element by element. */
import { readFileSync } from 'node:fs'
import { fromHex, toHex } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { sharedFile } from '../../../../tests/shared.ts'
import type { Group } from './group.ts'
import { loadP256Group, p256Suite } from './p256.ts'
import { ristretto255Group } from './ristretto255.ts'
import { weierstrassGroup } from './weierstrass.ts'

interface Suite {
  identifier: string
  mode: number
  groupDST: string
  skSm: string
  vectors: { Blind: string; BlindedElement: string; EvaluationElement: string; Input: string }[]
}

const file = new URL('../../../../vectors/oprf/rfc9497.json', import.meta.url)
const suites = JSON.parse(readFileSync(file, 'utf8')) as Suite[]
const groups: [string, string, Group][] = [
  ['ristretto255', 'ristretto255-SHA512', ristretto255Group],
  ['P-256', 'P256-SHA256', weierstrassGroup(p256Suite)],
  ['P-256 by kernels', 'P256-SHA256', await loadP256Group()],
  ['P-256 by OpenSSL', 'P256-SHA256', await loadP256Group(nodePlatform.p256!.multiply)],
]

describe.each(groups)('%s', (_, identifier, group) => {
  // By x-coordinate, a compressed point has no sign.
  const elements = (list: string) => list.split(',').map((hex) => hex.slice(-64))

  test.each([0, 1])('mode %i', (mode) => {
    const { groupDST, skSm, vectors } = suites.find((s) => s.identifier === identifier && s.mode === mode)!
    expect(vectors.length).toBeGreaterThan(1)
    for (const { Blind, BlindedElement, EvaluationElement, Input } of vectors) {
      const blinds = Blind.split(',').map(fromHex)
      for (const [i, input] of Input.split(',').map(fromHex).entries()) {
        const blinded = group.multiply(blinds[i]!, group.hash([input], fromHex(groupDST)))
        expect(toHex(blinded)).toBe(elements(BlindedElement)[i])
        expect(toHex(group.multiply(fromHex(skSm), blinded))).toBe(elements(EvaluationElement)[i])
      }
    }
  })
})

const shared = sharedFile('vectors/oprf/allVectors.json')
test.skipIf(shared === undefined)('the copy is what the working group published (needs shared/vectors)', () => {
  const all = JSON.parse(readFileSync(shared!, 'utf8')) as Suite[]
  expect(suites).toEqual(all.filter(({ identifier }) => ['ristretto255-SHA512', 'P256-SHA256'].includes(identifier)))
})
