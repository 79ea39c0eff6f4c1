/** Two banks that align their customers: the smallest flow in which parties compute together. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '@secureflow/base'
import { parseTerms, type Terms, termsHash } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { OwnAsset } from '../dependencies.ts'
import type { Runs } from '../service.ts'
import { World } from './world.ts'

export const flow = `
flow: overlap
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: { column: id } }
  payments: { use: read-table, at: partner, asset: payments, id: { column: id } }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id, learns: both }
  parts: { use: split, of: aligned, test: 0.25, seed: agreed }
`

export const openTerms: Terms = parseTerms(
  JSON.stringify({
    members: 'any',
    purposes: 'any',
    components: 'any',
    disclosures: { 'row-count': 'any', 'matched-rows': 'any' },
    minimumRows: 1,
    expires: '2999-01-01',
  }),
)

function asset(owner: string, name: string, csv: string, terms: Terms = openTerms): OwnAsset {
  const path = join(mkdtempSync(join(tmpdir(), 'secureflow-runs-')), `${name}.csv`)
  writeFileSync(path, csv)
  const bytes = new TextEncoder().encode(csv)
  const [header = ''] = csv.split('\n')
  return {
    facts: {
      id: toHex(nodePlatform.sha256(new TextEncoder().encode(owner + name))),
      name,
      owner,
      rows: csv.trim().split('\n').length - 1,
      schema: { columns: header.split(',').map((c) => ({ name: c, type: c === 'id' ? 'text' : 'number' })) },
      digest: toHex(nodePlatform.sha256(bytes)),
      termsHash: termsHash(terms),
    },
    path,
    format: 'csv',
    terms,
  }
}

const rows = (from: number, to: number, column: string): string =>
  `id,${column}\n${Array.from({ length: to - from }, (_, i) => `c${from + i},${(i * 7) % 11}`).join('\n')}\n`

/** @param terms of bank B's payments @param others members without data */
export function twoBanks(terms: Terms = openTerms, others: string[] = []): World {
  const world = new World(['bank-a', 'bank-b', ...others])
  world.get('bank-a').assets.push(asset('bank-a', 'loans', rows(0, 60, 'income')))
  world.get('bank-b').assets.push(asset('bank-b', 'payments', rows(20, 90, 'late'), terms))
  return world
}

/** `succeeded`, or the code of the failure; what went wrong inside in words. */
export async function ended(runs: Runs, run: string): Promise<string> {
  for (let since = 0; ; ) {
    const { events, next, ended: over } = await runs.events(run, since, 10_000, new AbortController().signal)
    since = next
    const last = events.findLast((e) => e.kind === 'run-succeeded' || e.kind === 'run-failed')
    if (last !== undefined) return last.kind === 'run-failed' ? said(last) : 'succeeded'
    if (over) return 'over'
    if (events.length === 0) return `nothing after ${since}`
  }
}

const said = ({ code, error }: { code: string; error: { say: { en: { what: string } } } }): string =>
  code === 'INTERNAL' ? error.say.en.what : code

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves once every party has signed. */
export async function begin(world: World, runs: Runs): Promise<string> {
  const started = await runs.start(flow)
  if (!started.started) throw new Error(JSON.stringify(started.report))
  for (const { runs: each } of world.members.values()) while ((await each!.list()).length === 0) await pause(10)
  return started.run
}
