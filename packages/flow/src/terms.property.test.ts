import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnUses } from './component.ts'
import { disclosureKinds } from './disclosure.ts'
import { evaluateRelease, evaluateTerms, type TermsRequest } from './evaluate.ts'
import { type AnyOf, type Terms, weekdays } from './terms.ts'

// Generous terms and short requests, so that a fair part of the questions is allowed.
const name = fc.constantFrom('a', 'b', 'c', 'd')
const names = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 2 })
const anyOf: fc.Arbitrary<AnyOf> = fc.oneof(fc.constant('any' as const), names)
const kind = fc.constantFrom(...disclosureKinds.slice(0, 4))
const use = fc.constantFrom(...columnUses)
const smallNumber = fc.integer({ min: 0, max: 6 })
const rule = fc.record(
  { use: fc.subarray([...columnUses], { minLength: 3 }), minimumRows: smallNumber },
  { requiredKeys: ['use'] },
)
const late = fc.integer({ min: 4, max: 7 })

const terms: fc.Arbitrary<Terms> = fc.record(
  {
    members: anyOf,
    purposes: anyOf,
    components: anyOf,
    disclosures: fc.dictionary(kind, anyOf, { minKeys: 2 }) as fc.Arbitrary<Terms['disclosures']>,
    columns: fc.dictionary(fc.constantFrom('id', 'x', '*'), rule) as fc.Arbitrary<NonNullable<Terms['columns']>>,
    minimumRows: fc.integer({ min: 0, max: 4 }),
    expires: late.map((day) => `2026-01-0${day}`),
    uses: late,
  },
  { requiredKeys: ['members', 'purposes', 'components', 'disclosures', 'minimumRows', 'expires'] },
)

const few = { maxLength: 2 }
const request: fc.Arbitrary<TermsRequest> = fc.record({
  asset: fc.constant('1'),
  assetName: fc.constant('t'),
  owner: fc.constant('d'),
  initiator: name,
  members: fc.array(name, few),
  purpose: name,
  components: fc.array(fc.record({ step: name, component: name }), few),
  disclosures: fc.array(fc.record({ step: name, what: kind, to: name }), few),
  columns: fc.array(fc.record({ step: name, column: fc.constantFrom('id', 'x', 'y'), use }), few),
  rows: fc.integer({ min: 0, max: 8 }),
  now: smallNumber.map((day) => Date.UTC(2026, 0, day)),
  usesBefore: smallNumber,
})

const without = (allowed: AnyOf, gone: string): AnyOf =>
  (allowed === 'any' ? ['a', 'b', 'c', 'd'] : allowed).filter((n) => n !== gone)

/** Each makes terms stricter in one point. */
const restrictions: ((terms: Terms, pick: { name: string; kind: (typeof disclosureKinds)[number] }) => Terms)[] = [
  (t, { name }) => ({ ...t, members: without(t.members, name) }),
  (t, { name }) => ({ ...t, purposes: without(t.purposes, name) }),
  (t, { name }) => ({ ...t, components: without(t.components as AnyOf, name) }),
  (t, { kind, name }) => ({
    ...t,
    disclosures:
      t.disclosures[kind] === undefined
        ? t.disclosures
        : { ...t.disclosures, [kind]: without(t.disclosures[kind], name) },
  }),
  (t, { kind }) => ({ ...t, disclosures: { ...t.disclosures, [kind]: [] } }),
  (t) => ({ ...t, minimumRows: t.minimumRows + 1 }),
  (t) => ({ ...t, expires: '2026-01-01' }),
  (t) => ({ ...t, uses: Math.max(0, (t.uses ?? 7) - 1) }),
  (t) => ({ ...t, columns: {} }),
  (t) => ({ ...t, columns: mapValues(t.columns ?? whatHoldsWithout, (r) => ({ ...r, use: r.use.slice(1) })) }),
  (t) => ({
    ...t,
    columns: mapValues(t.columns ?? whatHoldsWithout, (r) => ({ ...r, minimumRows: (r.minimumRows ?? 0) + 2 })),
  }),
]

const whatHoldsWithout: NonNullable<Terms['columns']> = { '*': { use: ['join', 'train', 'predict', 'evaluate'] } }
const mapValues = <T>(record: Record<string, T>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

test('a restriction more never allows more', () => {
  let allowed = 0
  fc.assert(
    fc.property(terms, request, fc.constantFrom(...restrictions), fc.record({ name, kind }), (t, r, restrict, pick) => {
      const before = evaluateTerms(t, r).allow
      if (before) allowed++
      return before || !evaluateTerms(restrict(t, pick), r).allow
    }),
    { numRuns: 2000 },
  )
  expect(allowed).toBeGreaterThan(150)
})

/** Each is one limit more, where there was none. */
const limit: fc.Arbitrary<Partial<Terms>> = fc.oneof(
  fc.record({ roles: anyOf }),
  fc.record({ from: fc.constantFrom('2026-01-02', '2020-01-01') }),
  fc.record({ days: fc.subarray([...weekdays]) }),
  fc.record({ hours: fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 24 })) }),
  fc.record({ uses: smallNumber }),
  fc.record({ price: smallNumber }),
  fc.record({ endorsements: fc.record({ atLeast: fc.nat(2), of: names }) }),
  fc.record({ approval: fc.constantFrom('always' as const, { above: { rows: 3 } }, { above: { usesBefore: 0 } }) }),
)
const people = fc.record({
  roles: fc.dictionary(name, names),
  offer: smallNumber,
  approved: fc.boolean(),
  endorsedBy: names,
})
const rank = (t: Terms, r: TermsRequest): number => {
  const v = evaluateTerms(t, r)
  return v.allow ? 2 : v.ask === undefined ? 0 : 1
}

test('a limit more never allows more, of whatever kind and beside whatever else', () => {
  let stricter = 0
  fc.assert(
    fc.property(terms, fc.array(limit, { maxLength: 3 }), limit, request, people, (t, held, more, r, facts) => {
      const before = Object.assign({ ...t }, ...held) as Terms
      // Limits that are there already are not replaced.
      const added = { ...more, ...before }
      const asked = { ...r, ...facts }
      const [was, is] = [rank(before, asked), rank(added, asked)]
      if (is < was) stricter++
      return is <= was
    }),
    { numRuns: 3000 },
  )
  expect(stricter).toBeGreaterThan(50)
})

test('total: it answers whatever figures it is given, and alike', () => {
  const odd = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0))
  const text = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', '', '*'))
  const wild = fc.record({
    rows: odd,
    now: odd,
    usesBefore: odd,
    offer: odd,
    initiator: text,
    purpose: text,
    members: fc.array(text),
    components: fc.array(fc.record({ step: text, component: text, params: fc.dictionary(text, fc.jsonValue()) })),
    columns: fc.array(fc.record({ step: text, column: text, use, groupRows: odd })),
    disclosures: fc.array(fc.record({ step: text, what: kind, to: text, elements: odd, epsilon: odd })),
    spent: fc.array(fc.record({ at: odd, epsilon: odd })),
  }) as fc.Arbitrary<Partial<TermsRequest>>
  fc.assert(
    fc.property(terms, limit, request, wild, (t, more, r, odd) => {
      const [asked, held] = [
        { ...r, ...odd },
        { ...t, ...more },
      ]
      const verdict = evaluateTerms(held, asked)
      expect(evaluateTerms(structuredClone(held), structuredClone(asked))).toEqual(verdict)
      expect(verdict.allow || verdict.reasons.length > 0).toBe(true)
      // What is answered can be sent: no figure that is none.
      if (!verdict.allow) expect(JSON.parse(JSON.stringify(verdict.reasons))).toEqual(verdict.reasons)
    }),
    { numRuns: 300 },
  )
})

test('asking for less is never refused where more was allowed', () => {
  fc.assert(
    fc.property(terms, request, (t, r) => {
      if (!evaluateTerms(t, r).allow) return true
      const less = {
        ...r,
        members: r.members.slice(1),
        disclosures: r.disclosures.slice(1),
        columns: r.columns.slice(1),
        rows: r.rows + 1,
      }
      return evaluateTerms(t, less).allow
    }),
    { numRuns: 2000 },
  )
})

test('a release is allowed only where the proposal was, on the same facts', () => {
  fc.assert(
    fc.property(terms, request, fc.nat(5), (t, r, count) => {
      const [first] = r.disclosures
      if (first === undefined || first.to === r.owner) return true
      const columns = r.columns.map(({ column, use }) => ({ column, use }))
      const release = { what: first.what, to: first.to, count, atMost: 3, rows: r.rows, now: r.now, columns }
      if (!evaluateRelease(t, release).allow) return true
      const only = { ...r, disclosures: [first], members: [], initiator: r.owner, components: [], usesBefore: -1 }
      return count <= 3 && evaluateTerms({ ...t, purposes: 'any' }, only).allow
    }),
    { numRuns: 2000 },
  )
})

test('the same question has the same answer', () => {
  fc.assert(
    fc.property(
      terms,
      request,
      (t, r) =>
        JSON.stringify(evaluateTerms(t, r)) === JSON.stringify(evaluateTerms(structuredClone(t), structuredClone(r))),
    ),
    { numRuns: 500 },
  )
})
