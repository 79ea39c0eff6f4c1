/** Signatures under a space survive whatever ends a node: real processes, killed between one and the next. */
import type { SpaceDraft } from '@secureflow/flow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command, makeSite, type Name, type Site } from './harness.ts'

const patience = 300_000
let site: Site

beforeAll(async () => {
  site = await makeSite()
}, patience)
afterAll(() => site?.remove(), patience)

const statusAt = async (name: Name, id: string) => {
  const all = await site.nodes[name].client.spaces.list().catch(() => [])
  return all.find((s) => s.id === id)?.status ?? 'unknown'
}
const until = (name: Name, id: string, status: string) =>
  expect.poll(() => statusAt(name, id), { timeout: 90_000 }).toBe(status)

async function draft(): Promise<SpaceDraft> {
  const [loans] = await site.client.data.list()
  const [payments] = await site.client.data.offered({ member: 'bank-b' })
  const only = ['customer_id']
  const flow = {
    flow: 'overlap',
    purpose: 'overlap',
    parties: { own: 'bank-a', partner: 'bank-b', dealer: 'centre' },
    steps: {
      loans: { use: 'read-table', at: 'own', asset: 'loans', id: 'customer_id', columns: only },
      payments: { use: 'read-table', at: 'partner', asset: 'payments', id: 'customer_id', columns: only },
      aligned: { use: 'psi', of: { left: 'loans', right: 'payments' }, on: 'customer_id' },
    },
  }
  const column = [{ name: 'customer_id', type: 'text' as const }]
  const what = ['row-count', 'matched-rows'] as const
  return {
    ...{ title: 'Overlap', goal: 'audience-overlap', purpose: 'overlap', members: ['bank-a', 'bank-b', 'centre'] },
    gives: [
      { member: 'bank-a', asset: loans!.id, name: 'loans', rows: loans!.rows, columns: column },
      { member: 'bank-b', asset: payments!.id, name: 'payments', rows: payments!.rows, columns: column },
    ],
    flows: [{ name: 'overlap', text: JSON.stringify(flow) }],
    terms: {
      ...{ from: Date.now() - 1000, until: Date.now() + 86_400_000, runs: 3, flows: 'as-drawn' },
      sees: ['bank-a', 'bank-b'].map((member) => ({ member, what: [...what] })),
    },
  }
}

test(
  'killed between the signatures and with partners away, a space comes into force at every member, and ends at every member',
  async () => {
    const { 'bank-a': a, 'bank-b': b, centre } = site.nodes
    const wanted = await draft()
    await b.kill()
    // Signed, and the process is gone before anybody else can have heard of more than that.
    const { id } = await a.client.spaces.propose({ draft: wanted })
    await a.kill()
    await Promise.all([a.start(), b.start()])
    await until('bank-b', id, 'invited')
    await until('centre', id, 'invited')

    // The founder is away while the others sign; each is killed with its signature just written.
    await a.kill()
    await centre.client.spaces.accept({ id })
    await expect
      .poll(
        async () => (await b.client.spaces.show({ id })).charters[0]!.standing.find((s) => s.member === 'centre')?.word,
        { timeout: 90_000 },
      )
      .toBe('accept')
    const accepted = await command(b.home, 'space', 'accept', id.slice(0, 12))
    expect(accepted).toMatchObject({ exitCode: 0, stderr: '' })
    await b.kill()
    await Promise.all([a.start(), b.start()])
    for (const name of ['bank-a', 'bank-b', 'centre'] as const) await until(name, id, 'active')
    const shown = await command(a.home, 'space', 'show', id.slice(0, 8))
    expect(shown.stdout).toContain('What leaves this house:')
    expect(shown.stdout).toMatch(/bank-b: how many rows bank-a brings \(600\)/)
    const listed = await command(a.home, '--locale', 'zh', 'space', 'list')
    expect(listed.stdout).toMatch(/受众重合.*已生效/)
    const json = await command(a.home, 'space', 'list', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject([{ id, status: 'active', revision: 1 }])

    // A member that was away when another left hears of it.
    await centre.kill()
    await command(b.home, 'space', 'leave', id.slice(0, 8))
    await b.kill()
    await Promise.all([b.start(), centre.start()])
    await expect
      .poll(async () => (await centre.client.spaces.show({ id })).left, { timeout: 90_000 })
      .toEqual(['bank-b'])
    const refusal = await a.client.runs
      .start({ flow: JSON.stringify({ ...JSON.parse(wanted.flows[0]!.text), space: id }) })
      .catch((error: { code: string }) => error.code)
    expect(refusal).toBe('RUN_SPACE_MEMBER')
    await a.client.spaces.close({ id })
    await until('centre', id, 'closed')
  },
  patience,
)
