import { describe, expect, test } from 'vitest'
import { type ConsequenceRule, consequencesOf, sayConsequence } from './consequences.ts'
import type { StatedDisclosure } from './statement.ts'

const stated = (d: Partial<StatedDisclosure> & Pick<StatedDisclosure, 'what' | 'to'>): StatedDisclosure => ({
  step: 'model',
  id: d.what,
  from: [d.to === 'a' ? 'b' : 'a'],
  atMost: 4,
  detail: {},
  ...d,
})
const weights = (to: string, more: Partial<StatedDisclosure> = {}) =>
  stated({ what: 'model-weights', to, detail: { label: 'a' }, ...more })
const scores = (to: string, more: Partial<StatedDisclosure> = {}) =>
  stated({ what: 'score', to, step: 'scores', atMost: 6000, ...more })
const matches = (to: string, more: Partial<StatedDisclosure> = {}) =>
  stated({ what: 'matched-rows', to, step: 'aligned', ...more })
const count = (to: string, more: Partial<StatedDisclosure> = {}) =>
  stated({ what: 'row-count', to, step: 'aligned', detail: { rows: 9 }, ...more })

const follows = (rule: ConsequenceRule, ...union: StatedDisclosure[]) =>
  consequencesOf(union)
    .filter((c) => c.rule === rule)
    .map(({ to, about }) => `${to}: ${about.join('+')}`)

describe('partners-part-of-score', () => {
  const rule = 'partners-part-of-score'
  test('who has scores and own weights has the rest of each score', () => {
    expect(follows(rule, weights('a'), scores('a'))).toEqual(['a: b'])
  })
  test('with several partners, their sum', () => {
    const union = [weights('a', { from: ['b', 'c'] }), scores('a', { from: ['b', 'c'] })]
    expect(follows(rule, ...union)).toEqual(['a: b+c'])
    expect(sayConsequence(consequencesOf(union).find((c) => c.rule === rule)!, 'en')).toContain('b and c together')
  })
  test('scores alone, weights alone, or in different hands say nothing', () => {
    expect(follows(rule, scores('a'))).toEqual([])
    expect(follows(rule, weights('a'))).toEqual([])
    expect(follows(rule, weights('b'), scores('a'))).toEqual([])
    expect(follows(rule, weights('a', { from: ['c'] }), scores('a', { from: ['b'] }))).toEqual([])
  })
  test('two steps that score with one model say it once', () => {
    expect(follows(rule, weights('a'), scores('a'), scores('a', { step: 'more', atMost: 10 }))).toEqual(['a: b'])
  })
})

describe('partners-weights-by-known-rows', () => {
  const rule = 'partners-weights-by-known-rows'
  test('as many equations as unknowns', () => {
    expect(follows(rule, weights('a'), weights('b', { atMost: 4 }), scores('a', { atMost: 4 }))).toEqual(['a: b'])
  })
  test('fewer scores than weights, or several partners, do not determine them', () => {
    expect(follows(rule, weights('a'), weights('b', { atMost: 5 }), scores('a', { atMost: 4 }))).toEqual([])
    const from = ['b', 'c']
    expect(follows(rule, weights('a', { from }), weights('b'), weights('c'), scores('a', { from }))).toEqual([])
  })
})

describe('both-know-shared-rows', () => {
  const rule = 'both-know-shared-rows'
  test('when both learn', () => {
    expect(follows(rule, matches('a'), matches('b'))).toEqual(['a: b', 'b: a'])
  })
  test('not when one learns, nor from two different alignments', () => {
    expect(follows(rule, matches('a'))).toEqual([])
    expect(follows(rule, matches('a'), matches('b', { step: 'other' }))).toEqual([])
  })
})

describe('rows-that-one-lacks', () => {
  const rule = 'rows-that-one-lacks'
  test('from matches and the count of the same alignment', () => {
    expect(follows(rule, matches('a'), count('a'), count('b'))).toEqual(['a: b'])
  })
  test('not from one of them', () => {
    expect(follows(rule, matches('a'))).toEqual([])
    expect(follows(rule, count('a'))).toEqual([])
    expect(follows(rule, matches('a'), count('a', { step: 'other' }))).toEqual([])
    expect(follows(rule, matches('a'), count('a', { detail: { rows: 16, padded: 1 } }))).toEqual([])
  })
})

test('membership-by-chosen-rows: whoever learns matches can ask for anybody', () => {
  expect(follows('membership-by-chosen-rows', matches('a'))).toEqual(['a: b'])
  expect(follows('membership-by-chosen-rows', count('a'))).toEqual([])
})

test('most-extreme-value: from a range', () => {
  expect(follows('most-extreme-value', stated({ what: 'value-range', to: 'b' }))).toEqual(['b: a'])
  expect(follows('most-extreme-value', weights('b'))).toEqual([])
})

test('how-columns-go-with-label: to members without the label only', () => {
  expect(follows('how-columns-go-with-label', weights('a'), weights('b'))).toEqual(['b: a'])
})

test('how-columns-overlap: to the member with the label only', () => {
  expect(follows('how-columns-overlap', weights('a'), weights('b'))).toEqual(['a: b'])
})

test('every rule has a sentence in both languages, with names and figures in place', () => {
  const union = [
    weights('a'),
    weights('b'),
    scores('a'),
    matches('a'),
    matches('b'),
    count('a'),
    stated({ what: 'value-range', to: 'a' }),
  ]
  const found = consequencesOf(union)
  expect(new Set(found.map((c) => c.rule)).size).toBe(8)
  for (const consequence of found)
    for (const locale of ['en', 'zh'] as const)
      expect(sayConsequence(consequence, locale), consequence.rule).not.toMatch(/undefined|NaN|\{|\}/)
  expect(consequencesOf([])).toEqual([])
})

describe('values-kept', () => {
  test('who gets values keeps them', () => {
    const values = stated({ what: 'matched-values', to: 'a', step: 'aligned', detail: { columns: 'income', rows: 9 } })
    expect(follows('values-kept', values, matches('a'))).toEqual(['a: b'])
    expect(follows('values-kept', matches('a'))).toEqual([])
  })
})
