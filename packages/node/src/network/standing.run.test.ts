/** What the members decide reaches the links: whole nodes on the replicated ledger, real TLS. */
import { routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask } from '../testing/ask.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'

const { network, members, node } = routes

async function three() {
  const [centre, a, b] = [
    await start(await makeHome('centre')),
    await start(await makeHome('bank-a')),
    await start(await makeHome('bank-b')),
  ]
  await ask(centre, network.create, {})
  for (const bank of [a, b]) {
    const { invitation } = await ask(centre, network.invite, {})
    await ask(bank, network.join, { invitation })
  }
  await expect.poll(() => linksOf(a), { timeout: 10_000 }).toEqual({ centre: true, 'bank-b': true })
  await expect.poll(() => linksOf(centre), { timeout: 10_000 }).toEqual({ 'bank-a': true, 'bank-b': true })
  return { centre, a, b }
}

const linksOf = async (from: TestNode): Promise<Record<string, boolean>> => {
  const { members: all } = await ask(from, network.show, {})
  return Object.fromEntries(all.filter((m) => !m.self).map((m) => [m.id, m.connected]))
}
const decide = (founder: TestNode, action: 'suspend' | 'readmit' | 'remove', member: string) =>
  ask(founder, members.propose, { action, member })
const standingOf = async (of: TestNode) => (await ask(of, node.status, {})).standing
const stateOf = async (at: TestNode, member: string) => (await ask(at, members.show, { member })).state

test('a suspended member is cut off everywhere within a second or so, told why, and linked again once readmitted', async () => {
  const { centre, a, b } = await three()
  const began = performance.now()
  expect((await decide(centre, 'suspend', 'bank-b')).state).toBe('carried')
  for (const other of [centre, a])
    await expect.poll(async () => (await linksOf(other))['bank-b'], { timeout: 20_000 }).toBe(false)
  expect(performance.now() - began).toBeLessThan(20_000) // the bar is 60 s
  await expect.poll(() => standingOf(b), { timeout: 20_000 }).toMatchObject({ state: 'suspended' })
  await expect.poll(() => linksOf(b), { timeout: 20_000 }).toEqual({ centre: false, 'bank-a': false })
  // It dials on, and each handshake is refused with the reason.
  const problem = async () => (await ask(b, members.show, { member: 'bank-a' })).problem
  await expect.poll(problem, { timeout: 20_000 }).toBe('LINK_NOT_MEMBER')
  await expect(ask(b, members.propose, { action: 'readmit', member: 'bank-b' })).rejects.toMatchObject({
    code: expect.stringMatching(/^LEDGER_/),
  })
  expect(await stateOf(a, 'bank-b')).toBe('suspended')

  // What was decided outlives a restart of those who decided, and of the one concerned.
  await a.close()
  await b.close()
  const [again, after] = [await start(a.home), await start(b.home)]
  await expect.poll(() => linksOf(again), { timeout: 10_000 }).toEqual({ centre: true, 'bank-b': false })
  await expect.poll(() => standingOf(after), { timeout: 20_000 }).toMatchObject({ state: 'suspended' })

  await decide(centre, 'readmit', 'bank-b')
  for (const other of [centre, again])
    await expect.poll(async () => (await linksOf(other))['bank-b'], { timeout: 20_000 }).toBe(true)
  await expect.poll(() => standingOf(after), { timeout: 20_000 }).toEqual({ state: 'active', by: [] })
})

test('who was removed while another was away is cut off there as soon as the blocks arrive', async () => {
  const { centre, a, b } = await three()
  await a.close()
  await decide(centre, 'remove', 'bank-b')
  // Alone with the removed member, which has not told: the pin still stands, and falls with the first block.
  const again = await start(a.home)
  await expect.poll(() => linksOf(again), { timeout: 20_000 }).toEqual({ centre: true })
  await expect.poll(() => standingOf(b), { timeout: 20_000 }).toMatchObject({ state: 'removed' })
  expect(await stateOf(again, 'bank-b')).toBe('removed')
  expect((await ask(again, members.list, {})).members.find((m) => m.id === 'bank-b')?.connected).toBe(false)
})
