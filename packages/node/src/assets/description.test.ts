import { canonicalJson, type Ddo, maxDescriptionBytes } from '@secureflow/api'
import { fromHex, toHex, utf8 } from '@secureflow/base'
import { tokenIdOf } from '@secureflow/ledger'
import { expect, test } from 'vitest'
import { decodeDescription, describedBy, descriptionHash, encodeDescription, newAssetOf } from './description.ts'
import { accountOf, describe, networkId, tokenFor } from './testing/tokens.ts'

const good = describe('bank-a')
const { token, bytes } = tokenFor(good)

test('a description is its token’s, byte for byte', () => {
  expect(describedBy(bytes, networkId, token)).toEqual(good)
  expect(descriptionHash(bytes)).toBe(token.manifestHash)
})

test('canonical JSON has one text for one value, as RFC 8785 shows it', () => {
  const value = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
    literals: [null, true, false],
  }
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
  expect(Object.values(JSON.parse(canonicalJson(names)) as object)).toEqual([4, 2, 6, 7, 1, 5, 3])
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', 1n, () => 1])
    expect(() => canonicalJson({ bad })).toThrow(/MALFORMED/)
})

const altered = (change: Partial<Ddo>): Uint8Array => encodeDescription({ ...good, ...change })

test.each<[string, Uint8Array]>([
  ['other content', altered({ content: { ...good.content, rows: 4 } as Ddo['content'] })],
  ['another owner', altered({ creator: accountOf('bank-b') })],
  ['another kind', altered({ kind: 'model' })],
  ['a child more', altered({ children: ['33'.repeat(32)] })],
  ['itself as a child', altered({ children: [token.token] })],
  ['another predecessor', altered({ previous: '33'.repeat(32) })],
  ['another salt', altered({ salt: 'ff'.repeat(16) })],
  ['a space more', utf8(` ${canonicalJson(good)}`)],
  ['members in another order', utf8(JSON.stringify(Object.fromEntries(Object.entries(good).reverse())))],
  ['an unknown member', utf8(canonicalJson({ ...good, more: 1 }))],
  ['no JSON', utf8('not JSON')],
  ['no text', Uint8Array.of(0xff, 0xfe)],
  ['nothing', new Uint8Array()],
  ['too much', utf8(`"${'x'.repeat(maxDescriptionBytes)}"`)],
  ['a hostile depth', utf8('['.repeat(500_000))],
  ['a hostile depth behind brackets in a string', utf8(`["${']'.repeat(400_000)}",${'['.repeat(400_000)}`)],
])('%s is refused', (_, other) => {
  expect(describedBy(other, networkId, token)).toBeUndefined()
})

test('of another network it is another token', () => {
  expect(describedBy(bytes, new Uint8Array(32), token)).toBeUndefined()
})

test('where another member registers the same hash, the description is not that token’s', () => {
  const copied = toHex(tokenIdOf(networkId, accountOf('bank-h'), newAssetOf(good, bytes, token.termsHash)))
  expect(copied).not.toBe(token.token)
  expect(describedBy(bytes, networkId, { token: copied })).toBeUndefined()
})

test('whatever the bytes are, nothing is thrown', () => {
  let seed = 1
  for (let i = 0; i < 300; i++) {
    const mangled = Uint8Array.from(bytes)
    for (let k = 0; k < 3; k++) {
      seed = (seed * 48271) % 2147483647
      mangled[seed % mangled.length] = seed & 0xff
    }
    const found = decodeDescription(mangled)
    if (found !== undefined) expect(encodeDescription(found)).toEqual(mangled)
  }
  expect(decodeDescription(fromHex('7b7d'))).toBeUndefined()
})
