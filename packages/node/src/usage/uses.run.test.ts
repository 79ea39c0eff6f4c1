/** Privacy spent counts from the signature: neither a crash nor a later version of a component gives it back. */
import { components } from '@secureflow/components/declarations'
import { type ComponentDeclaration, componentRegistry, type Terms, termsHash } from '@secureflow/flow'
import { afterEach, expect, it } from 'vitest'
import type { Runs } from '../runs/service.ts'
import { ended, flow, openTerms, pause, twoBanks } from '../runs/testing/two-banks.ts'
import type { World } from '../runs/testing/world.ts'

let world: World
afterEach(() => world.close())

/** Row counts with noise, as a component of tomorrow will say them. */
const noisy = (epsilon: number) =>
  componentRegistry(
    [...components.values()].map(
      (c): ComponentDeclaration =>
        c.name !== 'psi'
          ? c
          : {
              ...c,
              discloses: (context) =>
                c
                  .discloses(context)
                  .map((d) => (d.what === 'row-count' ? { ...d, detail: { ...d.detail, epsilon } } : d)),
            },
    ),
  )

const budget: Terms = { ...openTerms, epsilon: { atMost: 1, days: 30 } }

function banks(): World {
  const made = twoBanks(budget)
  const loans = made.get('bank-a').assets[0]!
  loans.terms = { ...openTerms, epsilon: 'any' }
  loans.facts.termsHash = termsHash(loans.terms)
  return made
}

const codesOf = async (runs: Runs): Promise<string> => {
  const started = await runs.start(flow)
  if (started.started) return started.run
  return started.report.terms.flatMap((t) => t.reasons.map((r) => r.code)).join()
}

it('is spent by a signature that a crash follows, and given back where the run never began', async () => {
  world = banks()
  world.components = noisy(0.6)
  world.ledgerAway = true
  const a = await world.up('bank-a')
  let b = await world.up('bank-b')
  const run = await codesOf(a)
  while ((await b.list()).length === 0) await pause(10)
  await world.down('bank-b')
  b = await world.up('bank-b')
  expect(await codesOf(a)).toBe('TERMS_EPSILON')
  await a.cancel(run)
  expect(await ended(b, run)).toBe('RUN_CANCELLED')
  world.ledgerAway = false
  const second = await codesOf(a)
  expect(await ended(a, second)).toBe('succeeded')
  expect(await codesOf(a)).toBe('TERMS_EPSILON')
})

it('stays spent where a later version of the component counts less', async () => {
  world = banks()
  world.components = noisy(0.6)
  const a = await world.up('bank-a')
  await world.up('bank-b')
  expect(await ended(a, await codesOf(a))).toBe('succeeded')
  for (const id of ['bank-a', 'bank-b']) await world.down(id)
  // As it was signed, not as it would be counted today.
  world.components = noisy(0.5)
  const again = await world.up('bank-a')
  await world.up('bank-b')
  expect(await codesOf(again)).toBe('TERMS_EPSILON')
})
