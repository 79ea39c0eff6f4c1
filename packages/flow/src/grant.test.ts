import { describe, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { evaluateGrant, type Grant, type GrantUse, matchingGrant, parametersDigest } from './grant.ts'
import { parseFlow } from './parse.ts'
import { testAssets, testComponents, testFlow } from './testing.ts'

const hash = (c: string) => c.repeat(64)
const grant: Grant = {
  id: 'g1',
  asset: hash('a'),
  owner: 'bank-b',
  flowHash: hash('f'),
  parameters: hash('9'),
  grantee: 'bank-a',
  quota: 2,
  notBefore: 100,
  expires: 200,
  revoked: false,
}
const { asset, flowHash, parameters, grantee } = grant
const use: GrantUse = { asset, flowHash, parameters, grantee, usesBefore: 0, now: 150 }

describe('a grant', () => {
  const cases: [string, Partial<Grant>, Partial<GrantUse>, string[]][] = [
    ['holds for exactly what it names', {}, {}, []],
    ['not for another asset', {}, { asset: hash('b') }, ['GRANT_OTHER']],
    ['not for another flow', {}, { flowHash: hash('b') }, ['GRANT_OTHER']],
    ['not for other parameters', {}, { parameters: hash('b') }, ['GRANT_OTHER']],
    ['not for another member', {}, { grantee: 'bank-c' }, ['GRANT_OTHER']],
    ['does not take an empty name for any', { grantee: '' }, { grantee: '' }, ['GRANT_OTHER']],
    ['holds from its first moment', {}, { now: 100 }, []],
    ['not before', {}, { now: 99 }, ['GRANT_TIME']],
    ['not at its end', {}, { now: 200 }, ['GRANT_TIME']],
    ['holds from time 0', { notBefore: 0 }, { now: 0 }, []],
    ['an end of 0 is an end', { expires: 0 }, {}, ['GRANT_TIME']],
    ['not at no time', {}, { now: Number.NaN }, ['GRANT_TIME']],
    ['its last use', {}, { usesBefore: 1 }, []],
    ['no use too many', {}, { usesBefore: 2 }, ['GRANT_QUOTA']],
    ['a quota of 0 is a quota', { quota: 0 }, {}, ['GRANT_QUOTA']],
    ['a quota that is none', { quota: Number.NaN }, {}, ['GRANT_QUOTA']],
    ['uses below nothing', {}, { usesBefore: -1 }, ['GRANT_QUOTA']],
    ['revoked', { revoked: true }, {}, ['GRANT_REVOKED']],
    ['revoked, or so it seems', { revoked: undefined as never }, {}, ['GRANT_REVOKED']],
    [
      'everything at once',
      { revoked: true },
      { grantee: 'x', now: 0, usesBefore: 9 },
      ['GRANT_OTHER', 'GRANT_REVOKED', 'GRANT_TIME', 'GRANT_QUOTA'],
    ],
  ]
  test.each(cases)('%s', (_, g, u, denied) => {
    const verdict = evaluateGrant({ ...grant, ...g }, { ...use, ...u })
    expect(verdict.allow ? [] : verdict.reasons.map((r) => r.code)).toEqual(denied)
    for (const { what, fix } of verdict.allow ? [] : verdict.reasons)
      for (const text of [what.en, what.zh, fix.en, fix.zh]) expect(text).not.toMatch(/[{}]|undefined/)
  })

  test('of several that hold, the one that ends first is used up first', () => {
    const grants = [
      grant,
      { ...grant, id: 'used', expires: 160 },
      { ...grant, id: 'sooner', expires: 180 },
      { ...grant, id: 'revoked', expires: 170, revoked: true },
    ]
    const before = (g: Grant) => (g.id === 'used' ? 2 : 0)
    expect(matchingGrant(grants, use, before)?.id).toBe('sooner')
    expect(matchingGrant(grants, { ...use, now: 190 }, before)?.id).toBe('g1')
    expect(matchingGrant(grants, { ...use, grantee: 'x' }, before)).toBeUndefined()
  })

  test('is for one choice of parameters, also of those that the flow leaves open', () => {
    const plan = (text: string, roundTripMs: number) =>
      compile({
        flow: parseFlow(text),
        components: testComponents,
        assets: testAssets,
        links: { 'bank-a~bank-b': { roundTripMs, bytesPerSecond: 1e6 } },
        initiator: 'bank-a',
      })
    const digest = (text: string, roundTripMs = 1) => parametersDigest(plan(text, roundTripMs))
    expect(digest(testFlow)).toBe(digest(testFlow))
    // batch: auto comes to another figure on another link; the flow's text and hash stay.
    expect(plan(testFlow, 50).flowHash).toBe(plan(testFlow, 1).flowHash)
    expect(digest(testFlow, 50)).not.toBe(digest(testFlow))
    expect(digest(testFlow.replace('of: aligned }', 'of: aligned, share: 0.4 }'))).not.toBe(digest(testFlow))
  })
})
