/** What an owner hands out about a dataset: it proves what it says, and holds no row and nothing of others' data. */
import { readFileSync } from 'node:fs'
import { type DatasetUses, datasetUses } from '@secureflow/api'
import { decodeReceipt, verifyUses } from '@secureflow/audit'
import { toHex } from '@secureflow/base'
import { components } from '@secureflow/components/declarations'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begin, ended, pause, twoBanks } from '../runs/testing/two-banks.ts'
import type { World } from '../runs/testing/world.ts'
import { LoggedRuns } from './logged-runs.ts'
import { UsageReports } from './report.ts'

let world: World
let document: DatasetUses
let reports: UsageReports

beforeAll(async () => {
  world = twoBanks()
  const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
  // The second is agreed and given up before it is registered: nothing was done in it.
  for (const away of [false, true, false]) {
    world.ledgerAway = away
    const run = await begin(world, a)
    const knows = async (id: string) => (await world.get(id).runs!.list()).some((r) => r.run === run)
    while (!(await knows('bank-b'))) await pause(10)
    if (away) await a.cancel(run)
    world.ledgerAway = false
    for (const id of ['bank-a', 'bank-b']) await ended(world.get(id).runs!, run)
  }
  const { db, signer, id } = world.get('bank-b')
  reports = new UsageReports({
    db: db!,
    self: id,
    account: signer.address,
    components,
    names: async () => new Map(world.get('bank-b').assets.map(({ facts }) => [facts.id, facts.name])),
    clock: { now: () => Date.now() },
  })
  document = await reports.dataset('payments', world.networkId)
})
afterAll(() => world.close())

const check = (what: unknown) => verifyUses(JSON.parse(JSON.stringify(what)), nodePlatform.sha256)

describe('The document', () => {
  test('has the form that the API states, and lists each run with purpose, terms and what left', () => {
    expect(datasetUses.parse(JSON.parse(JSON.stringify(document)))).toEqual(JSON.parse(JSON.stringify(document)))
    expect(document).toMatchObject({ dataset: 'payments', owner: 'bank-b', unreadable: 0 })
    expect(document.runs.map((r) => [r.purpose, r.initiator, r.status])).toEqual([
      ['credit-risk', 'bank-a', 'succeeded'],
      ['credit-risk', 'bank-a', 'succeeded'],
    ])
    const [first] = document.runs
    expect(first!.termsHash).toBe(world.get('bank-b').assets[0]!.facts.termsHash)
    expect(first!.grant).toMatch(/\w/)
    expect(first!.released.map((r) => [r.what, r.to]).sort()).toEqual([
      ['matched-rows', 'bank-a'],
      ['row-count', 'bank-a'],
    ])
    expect(
      first!.receipts
        .filter((r) => r.step === 'aligned')
        .map((r) => r.party)
        .sort(),
    ).toEqual(['bank-a', 'bank-b'])
    for (const { say } of first!.agreed) expect(say.zh).toMatch(/[\u4e00-\u9fff]/)
  })

  test('is proven: each release by its signed entry under the last anchored root', async () => {
    const found = await check(document)
    expect(found).toMatchObject({ findings: [], releases: 4, unanchored: 0 })
    expect(found!.roots).toHaveLength(1)
    const { root, size } = found!.roots[0]!
    const journal = await world.get('bank-b').db!.selectFrom('log_entries').select('seq').execute()
    expect(size).toBeLessThan(journal.length)
    expect(root).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each<[string, (d: DatasetUses) => void]>([
    [
      'another count',
      (d) => {
        d.runs[0]!.released[0]!.count += 1
      },
    ],
    [
      'another receiver',
      (d) => {
        d.runs[0]!.released[0]!.to = 'bank-c'
      },
    ],
    [
      'another run',
      (d) => {
        d.runs[0]!.run = 'f'.repeat(64)
      },
    ],
    [
      'another time',
      (d) => {
        d.runs[0]!.released[0]!.at += 1
      },
    ],
    ['a release left out', (d) => void d.runs[0]!.released.shift()],
    ['a proof left out', (d) => void d.entries.shift()],
    [
      'another account',
      (d) => {
        d.account = world.get('bank-a').signer.address
      },
    ],
    [
      'another network',
      (d) => {
        d.network = '0'.repeat(64)
      },
    ],
    [
      'another root',
      (d) => {
        d.entries[0]!.under!.root = 'ab'.repeat(32)
      },
    ],
    [
      'another place',
      (d) => {
        d.entries[0]!.index += 1
      },
    ],
    [
      'a changed entry',
      (d) => {
        d.entries[0]!.bytes = d.entries[0]!.bytes.replace(/.$/, (c) => (c === '0' ? '1' : '0'))
      },
    ],
  ])('is found out with %s', async (_, change) => {
    const changed = structuredClone(document)
    change(changed)
    expect((await check(changed))!.findings.map((f) => f.code)).toContain('AUDIT_USES_DIFFER')
  })

  test('is not taken for one where it has another form', async () => {
    for (const other of [null, [], {}, { ...document, entries: 3 }, { ...document, network: 'x' }])
      expect(await check(other)).toBeUndefined()
  })

  test('holds no row, no column of others and no commitment', async () => {
    const text = JSON.stringify(document)
    const receipts = (await new LoggedRuns(world.get('bank-b').db!, components).all()).runs
      .flatMap((r) => [...r.state.tasks.values()])
      .flatMap((t) => (t.done === undefined ? [] : [{ record: decodeReceipt(t.done.signed.receipt)! }]))
    expect(receipts.length).toBeGreaterThan(3)
    // As text and as the bytes of the entries. Ids are short: by themselves they appear in any hexadecimal text.
    const appears = (secret: string) => text.includes(secret) || text.includes(Buffer.from(secret).toString('hex'))
    for (const id of ['bank-a', 'bank-b'])
      for (const { path } of world.get(id).assets)
        for (const row of readFileSync(path, 'utf8').trim().split('\n').slice(1))
          for (const said of [row, `"${row.split(',')[0]}"`]) expect(appears(said), said).toBe(false)
    for (const others of ['income', 'loans.csv', world.get('bank-a').assets[0]!.facts.digest])
      expect(appears(others), others).toBe(false)
    expect(appears('payments')).toBe(true)
    for (const { record } of receipts) {
      for (const { commitment } of [...record.inputs, ...record.outputs]) expect(text).not.toContain(toHex(commitment))
      for (const { sent, received } of record.channels)
        if (sent.some((b) => b !== 0)) for (const digest of [sent, received]) expect(text).not.toContain(toHex(digest))
    }
  })
})

describe('Figures', () => {
  test('by run: own ones are measured here, a partner’s come from its receipts, and what nobody saw is said so', async () => {
    const { runs, unreadable } = await reports.show({ by: 'run' })
    expect(unreadable).toBe(0)
    expect(runs).toHaveLength(3)
    const { parties } = runs![0]!
    const [a, b] = [parties.find((p) => p.party === 'bank-a')!, parties.find((p) => p.party === 'bank-b')!]
    // Bank A reads its own table alone: no receipt of that comes here.
    expect(a).toMatchObject({ by: 'receipts', tasks: 2, unseen: 1, cpuSeconds: 0.02, peakMemoryBytes: 5 << 20 })
    expect(b).toMatchObject({ by: 'here', tasks: 3, unseen: 0, failedAttempts: 0 })
    expect(a.datasets).toMatchObject([{ name: 'loans', rows: 60, read: false }])
    expect(b.datasets).toMatchObject([{ name: 'payments', rows: 70, read: true }])
  })

  test('by asset: uses, rows and releases of what was begun', async () => {
    const { assets } = await reports.show({ by: 'asset' })
    expect(assets).toMatchObject([
      { name: 'payments', uses: 2, succeeded: 2, failed: 0, rows: 140, releases: 4, epsilon: 0, epsilonUnknown: 0 },
    ])
    // Each start asks first; nothing is asked of a run that is being signed.
    expect(assets![0]!.demand).toEqual({ allowed: 3, waits: 0, refused: 0, prices: [{ price: 0, asked: 3 }] })
    expect(assets![0]!.askers).toEqual([{ member: 'bank-a', uses: 2 }])
  })

  test('by partner, and since a time', async () => {
    const { partners } = await reports.show({ by: 'partner' })
    expect(partners).toMatchObject([{ partner: 'bank-a', runs: 2 }])
    const later = await reports.show({ by: 'run', since: Date.now() + 1 })
    expect(later.runs).toEqual([])
  })
})
