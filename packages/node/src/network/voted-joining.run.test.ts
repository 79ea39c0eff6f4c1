/** Joining where the members vote: whole nodes on the replicated ledger. */
import { routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { renewCertificate } from '../identity/index.ts'
import { ask } from '../testing/ask.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'

const { network, members } = routes

/** Two members of three votes each; `bank-b` wants to come in. */
async function waiting() {
  const [centre, a] = [await start(await makeHome('centre')), await start(await makeHome('bank-a'))]
  await ask(centre, network.create, { quorum: 2 })
  await join(a, await invite(centre))
  const invitation = await invite(centre)
  const b = await start(await makeHome('bank-b'))
  return { centre, a, b, invitation, applied: await join(b, invitation) }
}

const invite = async (founder: TestNode) => (await ask(founder, network.invite, {})).invitation
const join = (node: TestNode, invitation: string) => ask(node, network.join, { invitation })
const open = async (at: TestNode) => (await ask(at, members.proposals, {})).filter((p) => p.state === 'open')
const stateOf = async (node: TestNode) => (await ask(node, members.application, {})).state
const linksOf = async (from: TestNode): Promise<Record<string, boolean>> => {
  const { members: all } = await ask(from, network.show, {})
  return Object.fromEntries(all.filter((m) => !m.self).map((m) => [m.id, m.connected]))
}

test('a candidate waits for the votes, and is in by itself once they suffice', async () => {
  const { a, b, applied, invitation } = await waiting()
  expect(applied).toMatchObject({ members: [], waiting: { proposal: 0, votes: 1, needed: 2, voted: ['centre'] } })
  await expect(ask(b, network.show, {})).rejects.toMatchObject({ code: 'NETWORK_NONE' })
  const [candidate] = await ask(a, members.candidates, {})
  expect(candidate).toMatchObject({ id: 'bank-b' })
  await expect.poll(() => open(a)).toMatchObject([{ member: 'bank-b', candidate, votes: 1, awaitsOwnVote: true }])
  // Asking again changes nothing: one application, one proposal.
  expect((await join(b, invitation)).waiting).toEqual(applied.waiting)
  expect((await ask(a, members.proposals, {})).length).toBe(1)

  expect(await ask(a, members.vote, { proposal: 0 })).toMatchObject({ state: 'carried' })
  await expect.poll(() => stateOf(b), { timeout: 20_000 }).toBe('joined')
  await expect.poll(() => linksOf(b), { timeout: 20_000 }).toEqual({ centre: true, 'bank-a': true })
  await expect.poll(() => linksOf(a), { timeout: 20_000 }).toEqual({ centre: true, 'bank-b': true })
  expect(await ask(b, members.candidates, {})).toEqual([])
  expect((await ask(b, members.list, {})).needed).toBe(2)
})

test('nothing is lost when founder and candidate end between application and admission', async () => {
  const { centre, a, b } = await waiting()
  await b.close()
  await centre.close()
  const founder = await start(centre.home)
  await expect.poll(() => open(a), { timeout: 20_000 }).toMatchObject([{ member: 'bank-b' }])
  // Admitted while the candidate is away.
  await expect.poll(() => linksOf(a), { timeout: 20_000 }).toEqual({ centre: true })
  expect(await ask(a, members.vote, { proposal: 0 })).toMatchObject({ state: 'carried' })
  const again = await start(b.home)
  await expect.poll(() => stateOf(again), { timeout: 30_000 }).toBe('joined')
  await expect.poll(() => linksOf(again), { timeout: 20_000 }).toEqual({ centre: true, 'bank-a': true })
  await expect.poll(() => linksOf(founder), { timeout: 20_000 }).toEqual({ 'bank-a': true, 'bank-b': true })
})

test('nobody is admitted with another certificate than the members saw, and who is no member decides nothing', async () => {
  const { centre, a, b } = await waiting()
  await b.close()
  // The same key in another certificate, applied with anew: the votes so far were for the other one.
  await renewCertificate(b.home, { days: 5 })
  const again = await start(b.home)
  const applied = await join(again, await invite(centre))
  expect(applied.waiting).toMatchObject({ proposal: 1, votes: 1, voted: ['centre'] })
  await expect.poll(async () => (await open(a)).length, { timeout: 20_000 }).toBe(2)
  await expect(ask(a, members.vote, { proposal: 0 })).rejects.toMatchObject({ code: 'LEDGER_APPLICATION_CHANGED' })
  await expect(ask(again, members.vote, { proposal: 1 })).rejects.toMatchObject({ code: 'NETWORK_NONE' })
  await expect(ask(centre, members.vote, { proposal: 1 })).rejects.toMatchObject({ code: 'LEDGER_ALREADY_VOTED' })
  expect(await ask(a, members.vote, { proposal: 1 })).toMatchObject({ state: 'carried' })
  await expect.poll(() => stateOf(again), { timeout: 30_000 }).toBe('joined')
  const { certificate } = await ask(a, members.show, { member: 'bank-b' })
  expect(certificate).toBe((await ask(again, members.show, { member: 'bank-b' })).certificate)
})
