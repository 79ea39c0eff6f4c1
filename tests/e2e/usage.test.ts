/** Two runs that differ in one row, over real nodes; what they took; and what the owner can show of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { begin, command, creditFlow, everywhere, findings, makeSite, outcomes, type Site } from './harness.ts'

let site: Awaited<ReturnType<typeof makeSite>>
let bankB: Site['nodes']['bank-b']

beforeAll(async () => {
  site = await makeSite({ tables: { loans: 120, payments: 140, common: 100 } })
  bankB = site.nodes['bank-b']
  const { payments, loans } = site.tables
  const { terms } = await bankB.client.data.show({ name: 'payments' })
  await bankB.client.data.add({
    path: payments.path,
    name: 'guarded',
    id: payments.id,
    terms: { ...terms, minimumRows: 10 },
  })
  // The same without one row that both have: the file is in no order, so the first id of the partner's decides.
  const theirs = new Set(
    readFileSync(payments.path, 'utf8')
      .split('\n')
      .map((l) => l.split(',')[0]),
  )
  const lines = readFileSync(loans.path, 'utf8').trim().split('\n')
  const gone = lines.findIndex((line, i) => i > 0 && theirs.has(line.split(',')[0]))
  expect(gone).toBeGreaterThan(0)
  const path = join(site.folder, 'one-less.csv')
  writeFileSync(path, `${lines.toSpliced(gone, 1).join('\n')}\n`)
  const add = { path, name: 'one-less', id: loans.id, label: loans.label, allow: ['bank-b', 'centre'] }
  await site.nodes['bank-a'].client.data.add(add)
}, 120_000)
afterAll(() => site?.remove())

/** Without a division into train and test, so that the rows trained on are the rows in common. */
const flow = (loans: string): string =>
  creditFlow({ loans, payments: 'guarded', training: 'epochs: 1, batch: 64' })
    .replace(/^ {2}(parts|scores|quality):.*\n/gm, '')
    .replace('of: parts.train', 'of: aligned')

it('a run that differs from an earlier one in one row is refused; the same again is not', async () => {
  const run = async (loans: string) => outcomes(site, await begin(site.client, flow(loans)), 150_000)
  expect(await run('loans')).toEqual(everywhere('succeeded'))
  expect(await run('one-less')).toEqual(everywhere('GATE_ROWS_ISOLATED'))
  expect(await run('loans')).toEqual(everywhere('succeeded'))
  expect(await findings(site)).toEqual([])
}, 400_000)

it('what a run took is told by both ends alike', async () => {
  const [a, b] = await Promise.all([site.client.usage.show({}), bankB.client.usage.show({})])
  const [ofA, ofB] = [a.runs!.at(-1)!, b.runs!.at(-1)!]
  expect(ofA.run).toBe(ofB.run)
  for (const party of ['bank-a', 'bank-b', 'centre']) {
    const [atA, atB] = [ofA.parties.find((p) => p.party === party)!, ofB.parties.find((p) => p.party === party)!]
    if (party !== 'bank-b') expect(atA.cpuSeconds).toBeGreaterThan(0)
    if (party === 'centre') expect(atA).toEqual(atB) // both hold the same receipt
    expect(atA.bytesSent).toBe(atB.bytesSent)
    expect(atA.peakMemoryBytes).toBeGreaterThan(20e6)
  }
  const { partners } = await site.client.usage.show({ by: 'partner' })
  expect(partners!.map((p) => p.partner)).toEqual(['bank-b', 'centre'])
})

it('the owner hands out what was done, in two languages, and anybody can check it', async () => {
  const file = join(site.folder, 'uses.json')
  const page = join(site.folder, 'uses.html')
  expect((await command(bankB.home, 'data', 'uses', 'guarded', '--export', file)).exitCode).toBe(0)
  expect((await command(bankB.home, '--locale', 'zh', 'data', 'uses', 'guarded', '--export', page)).exitCode).toBe(0)
  expect(readFileSync(page, 'utf8')).toMatch(/数据集“guarded”的使用情况[\s\S]*credit-risk[\s\S]*模型中自己各列的权重/)
  const text = readFileSync(file, 'utf8')
  for (const line of readFileSync(site.tables.payments.path, 'utf8').trim().split('\n').slice(1))
    expect(text).not.toContain(line.split(',')[0])
  const checked = await command(site.nodes.centre.home, 'audit', 'uses', file)
  expect(checked.stdout).toMatch(/^\d+ release\(s\), each signed before it left/)
  expect(checked.exitCode).toBe(0)
})
