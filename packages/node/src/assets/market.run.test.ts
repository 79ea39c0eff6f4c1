/** Assets between whole nodes on the replicated ledger: publishing, finding, composing, handing over. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'

const { network, data, assets } = routes
const loans = 'id,default,income\nc1,0,4710\nc2,1,4711\nc3,0,4712\n'

function file(content: string): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'loans.csv'), content)
  return join(folder, 'loans.csv')
}

/** Members of one network, linked; the first founded it. */
async function members<const N extends readonly string[]>(...names: N): Promise<{ [K in keyof N]: TestNode }> {
  const nodes: TestNode[] = []
  for (const name of names) nodes.push(await start(await makeHome(name)))
  const [founder, ...others] = nodes
  await ask(founder!, network.create, {})
  for (const node of others) {
    const { invitation } = await ask(founder!, network.invite, {})
    await ask(node, network.join, { invitation })
  }
  await linked(nodes)
  return nodes as never
}

async function linked(nodes: TestNode[]): Promise<void> {
  for (const node of nodes)
    await expect
      .poll(async () => (await ask(node, network.show, {})).members.filter((m) => m.self || m.connected).length, {
        timeout: 20_000,
      })
      .toBe(nodes.length)
}

const find = async (node: TestNode, text: string) => (await ask(node, assets.list, { text })).assets

/** Until the node sees it so. */
const seen = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 20_000, interval: 100 })

test('what a member publishes is found by whom it is shown to, with versions, private fields and terms', async () => {
  const [a, b, c] = await members('bank-a', 'bank-b', 'bank-c')
  const path = file(loans)
  const first = await ask(a, data.add, {
    path,
    name: 'loans',
    id: 'id',
    label: 'default',
    terms: { ...none, members: ['bank-b'], price: 3 },
    metadata: { title: 'Consumer loans', tags: ['credit', '贷款'], licence: 'proprietary' },
    parameters: { quarter: '2026Q3' },
    private: { contact: 'canary-4711' },
    visibility: ['bank-b', 'bank-c'],
    grantees: ['bank-b'],
    tellTerms: true,
  })
  expect(first.registered).toBe(true)

  await seen(() => find(b, 'CONSUMER loans').then((l) => l.length)).toBe(1)
  const page = await ask(b, assets.show, { asset: 'bank-a/loans' })
  expect(page).toMatchObject({
    token: first.token,
    id: first.id,
    kind: 'dataset',
    owner: 'bank-a',
    creator: 'bank-a',
    availability: 'live',
    state: 'active',
    usable: true,
    rows: 3,
    columns: 3,
    price: 3,
    private: { contact: 'canary-4711' },
    terms: { members: ['bank-b'], price: 3 },
    demand: { asked: 0, granted: 0, refused: 0, used: 0 },
  })
  expect(page.description?.content).toMatchObject({ form: 'dataset', labelColumn: 'default' })
  // Who sees it is not always who may read its private fields.
  await seen(() => find(c, '贷款').then((l) => l.length)).toBe(1)
  const other = await ask(c, assets.show, { asset: first.token!.slice(0, 10) })
  expect(other.private).toBeUndefined()
  expect(JSON.stringify(other)).not.toContain('canary-4711')
  expect(await find(c, 'income')).toHaveLength(1)
  expect(await find(c, 'income nothing')).toHaveLength(0)
  expect(await ask(c, assets.list, { tag: 'credit', kind: 'dataset' })).toMatchObject({
    total: 1,
    tags: [{ tag: 'credit', count: 1 }, expect.anything()],
  })

  // Other content under the same name: the next version; the former one stays until it is ended.
  writeFileSync(path, `${loans}c4,1,40\n`)
  const second = await ask(a, data.version, { name: 'loans', metadata: { licence: 'CC-BY-4.0' } })
  expect(second.id).not.toBe(first.id)
  await expect(ask(a, data.version, { name: 'loans' })).rejects.toMatchObject({ code: 'ASSET_UNCHANGED' })
  await seen(async () => (await find(b, 'loans'))[0]?.rows).toBe(4)
  expect(await find(b, 'loans')).toMatchObject([
    { token: second.token, version: 2, newest: true, licence: 'CC-BY-4.0' },
  ])
  const now = await ask(b, assets.show, { asset: 'bank-a/loans' })
  expect(now.versions).toMatchObject([
    { token: first.token, version: 1, current: false },
    { token: second.token, version: 2, current: true },
  ])
  expect(now.description?.previous).toBe(first.token)
  expect(now.private).toEqual({ contact: 'canary-4711' })

  // No longer shown: forgotten by who saw it, still on the ledger.
  await ask(a, assets.change, { asset: 'loans', visibility: 'self', grantees: [] })
  await seen(() => find(c, 'consumer').then((l) => l.length)).toBe(0)
  await seen(async () => (await ask(c, assets.show, { asset: second.token! })).availability).toBe('hidden')
  await ask(a, assets.change, { asset: 'loans', visibility: 'network' })

  // Away, but known as it was last seen.
  await seen(async () => (await ask(b, assets.show, { asset: second.token! })).availability).toBe('live')
  await a.close()
  await seen(async () => (await find(b, 'loans'))[0]?.availability).toBe('cached')
  expect((await ask(b, assets.show, { asset: 'bank-a/loans' })).description?.metadata.title).toBe('Consumer loans')

  const again = await start(a.home)
  await ask(again, assets.retire, { asset: 'loans' })
  await seen(async () => (await ask(b, assets.show, { asset: second.token! })).state).toBe('retired')
  expect(await ask(again, data.list, {})).toEqual([])
  await expect(ask(b, assets.retire, { asset: first.token! })).rejects.toMatchObject({ code: 'ASSET_NOT_OWN' })
})

const none = {
  members: [],
  purposes: [],
  components: [],
  disclosures: {},
  minimumRows: 0,
  expires: '2030-01-01',
}

test('a composite is active while every owner of a child grants it; assets change hands with the receiver alone', async () => {
  const [a, b, c] = await members('bank-a', 'bank-b', 'bank-c')
  const path = file(loans)
  const secret = { private: { contact: 'canary-4712' }, grantees: ['bank-b'] }
  const mine = await ask(a, data.add, { path, name: 'loans', id: 'id', visibility: 'network', ...secret })
  const theirs = await ask(b, data.add, {
    path: file('id,late\nc1,3\n'),
    name: 'late',
    id: 'id',
    visibility: 'network',
  })
  await seen(() => find(c, 'late').then((l) => l.length)).toBe(1)
  await seen(() => find(c, 'loans').then((l) => l.length)).toBe(1)

  // A flow names its children by what it reads, and each step by its hash.
  const flow = `
flow: overlap
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: { column: id } }
  late: { use: read-table, at: partner, asset: late, id: { column: id } }
  aligned: { use: psi, of: { left: loans, right: late }, on: id, learns: both }
`
  const algorithm = await ask(c, assets.publish, { name: 'overlap', content: { form: 'flow', text: flow } })
  expect(algorithm).toMatchObject({ kind: 'flow', state: 'pending', usable: false, children: 2, missing: 2 })
  const content = algorithm.description!.content
  if (content.form !== 'flow') throw new RangeError('not a flow')
  expect(content.steps.map((s) => [s.step, s.touches.length])).toEqual([
    ['loans', 1],
    ['late', 1],
    ['aligned', 2],
  ])
  const bundle = await ask(c, assets.publish, {
    name: 'bundle',
    content: { form: 'composition', kind: 'dataset' },
    children: ['overlap', 'bank-b/late'],
  })
  expect(bundle.parts.map((p) => p.name)).toEqual(expect.arrayContaining(['overlap', 'loans', 'late']))

  await seen(() => ask(a, assets.waiting, {}).then((w) => w.composites.length)).toBe(1)
  await expect(ask(b, assets.grantChild, { asset: algorithm.token!, child: mine.token! })).rejects.toMatchObject({
    code: 'ASSET_NOT_OWN',
  })
  await ask(a, assets.grantChild, { asset: algorithm.token!, child: 'loans' })
  await seen(() => ask(b, assets.waiting, {}).then((w) => w.composites.length)).toBe(2)
  for (const { composite, child } of (await ask(b, assets.waiting, {})).composites)
    await ask(b, assets.grantChild, { asset: composite.token!, child: child.token! })
  await seen(async () => (await ask(c, assets.show, { asset: 'bundle' })).usable).toBe(true)
  expect(await ask(c, assets.show, { asset: 'overlap' })).toMatchObject({ state: 'active', usable: true, missing: 0 })

  // Taken back, and given again; then a child ends: the composite stays active on the ledger and is of no use.
  await ask(b, assets.revokeChild, { asset: algorithm.token!, child: 'late' })
  await seen(async () => (await ask(c, assets.show, { asset: 'bundle' })).usable).toBe(false)
  await ask(b, assets.grantChild, { asset: algorithm.token!, child: 'late' })
  await seen(async () => (await ask(c, assets.show, { asset: 'bundle' })).usable).toBe(true)
  await ask(b, assets.retire, { asset: 'late' })
  await seen(async () => (await ask(c, assets.show, { asset: 'bundle' })).usable).toBe(false)
  const overlap = await ask(c, assets.show, { asset: 'overlap' })
  expect(overlap).toMatchObject({ state: 'active', usable: false })
  expect(overlap.parts.find((p) => p.token === theirs.token)).toMatchObject({ state: 'retired', granted: true })

  // An asset changes hands: not to a third party, and not without its data.
  await ask(a, assets.offer, { asset: 'loans', to: 'bank-b' })
  await seen(() => ask(b, assets.waiting, {}).then((w) => w.offers.length)).toBe(1)
  await expect(ask(c, assets.accept, { asset: mine.token! })).rejects.toMatchObject({ code: 'LEDGER_NOT_OFFERED' })
  expect(await ask(c, data.list, {})).toEqual([])
  await expect(ask(b, assets.accept, { asset: mine.token!, path: file(`${loans}c9,1,1\n`) })).rejects.toMatchObject({
    code: 'ASSET_FILE_DIFFERS',
  })
  const accepted = await ask(b, assets.accept, { asset: mine.token!, path: file(loans) })
  expect(accepted).toMatchObject({ owner: 'bank-b', own: true, name: 'loans', creator: 'bank-a' })
  expect(accepted.private).toEqual(secret.private) // it was a grantee before
  expect((await ask(b, data.show, { name: 'loans' })).token).toBe(mine.token)
  await seen(() => ask(a, data.list, {})).toEqual([])
  await seen(async () => (await ask(a, assets.show, { asset: mine.token! })).owner).toBe('bank-b')
})
