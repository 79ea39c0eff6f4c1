/** Proposals and votes between whole nodes on the replicated ledger. */
import { routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask } from '../testing/ask.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'

const { network, members } = routes

const join = async (node: TestNode, founder: TestNode): Promise<void> => {
  const { invitation } = await ask(founder, network.invite, {})
  await ask(node, network.join, { invitation })
}
const proposalsOf = (node: TestNode) => ask(node, members.proposals, {})

/** Founded with a quorum of 2: the first to join needs the founder only, since nobody else votes yet. */
async function two() {
  const [centre, a] = [await start(await makeHome('centre')), await start(await makeHome('bank-a'))]
  await ask(centre, network.create, { quorum: 2 })
  await join(a, centre)
  return { centre, a }
}

test('two members decide: a proposal waits for the second vote, and everybody sees who agreed', async () => {
  const { centre, a } = await two()
  expect(await ask(a, members.list, {})).toMatchObject({
    quorum: 2,
    needed: 2,
    members: [
      { id: 'centre', state: 'active', roles: ['member', 'operator'], founder: true, self: false },
      { id: 'bank-a', state: 'active', roles: ['member'], founder: false, self: true },
    ],
  })
  const made = await ask(a, members.propose, { action: 'set-roles', member: 'bank-a', roles: ['member', 'auditor'] })
  expect(made).toMatchObject({ member: 'bank-a', state: 'open', voted: ['bank-a'], votes: 1, needed: 2 })
  expect(made.awaitsOwnVote).toBe(false)
  await expect.poll(() => proposalsOf(centre)).toMatchObject([{ id: made.id, state: 'open', awaitsOwnVote: true }])

  // The same question once more would split the votes; a second vote counts nothing.
  const again = ask(centre, members.propose, { action: 'set-roles', member: 'bank-a', roles: ['auditor', 'member'] })
  await expect(again).rejects.toMatchObject({ code: 'PROPOSAL_OPEN', fields: { proposal: made.id } })
  await expect(ask(a, members.vote, { proposal: made.id })).rejects.toMatchObject({ code: 'LEDGER_ALREADY_VOTED' })

  expect(await ask(centre, members.vote, { proposal: made.id })).toMatchObject({ state: 'carried', votes: 2 })
  await expect.poll(async () => (await ask(a, members.show, { member: 'bank-a' })).roles).toEqual(['member', 'auditor'])
  await expect(ask(a, members.vote, { proposal: made.id })).rejects.toMatchObject({ code: 'LEDGER_PROPOSAL_EXECUTED' })
})

test('a vote after the expiry, a vote without the role, and a quorum that changes while a proposal is open', async () => {
  const { centre, a } = await two()
  const short = await ask(a, members.propose, {
    action: 'set-roles',
    member: 'bank-a',
    roles: ['auditor'],
    days: 0.00003,
  })
  // The quorum falls to 1 while another question is open: the founder's own vote is then enough.
  const open = await ask(centre, members.propose, { action: 'set-roles', member: 'bank-a', roles: ['endorser'] })
  const lower = await ask(centre, members.propose, { action: 'set-quorum', quorum: 1 })
  expect(await ask(a, members.vote, { proposal: lower.id })).toMatchObject({ state: 'carried', quorum: 1 })
  // With a quorum of 1 the founder decides alone.
  await expect(ask(a, members.vote, { proposal: open.id })).rejects.toMatchObject({ code: 'LEDGER_NOT_FOUNDER' })
  await expect(ask(centre, members.vote, { proposal: open.id })).rejects.toMatchObject({ code: 'LEDGER_ALREADY_VOTED' })
  const roles = await ask(centre, members.propose, {
    action: 'set-roles',
    member: 'bank-a',
    roles: ['endorser', 'auditor'],
  })
  expect(roles.state).toBe('carried')
  await expect
    .poll(async () => (await ask(a, members.show, { member: 'bank-a' })).roles)
    .toEqual(['auditor', 'endorser'])
  await expect(ask(a, members.propose, { action: 'remove', member: 'centre' })).rejects.toMatchObject({
    code: 'LEDGER_NOT_VOTER',
  })

  await expect
    .poll(async () => (await proposalsOf(centre)).find((p) => p.id === short.id)?.state, { timeout: 20_000 })
    .toBe('expired')
  await expect(ask(centre, members.vote, { proposal: short.id })).rejects.toMatchObject({
    code: 'LEDGER_PROPOSAL_EXPIRED',
  })
  await expect(ask(centre, members.propose, { action: 'suspend', member: 'nobody' })).rejects.toMatchObject({
    code: 'MEMBER_UNKNOWN',
  })
  await expect(ask(centre, members.propose, { action: 'set-roles', member: 'bank-a' })).rejects.toMatchObject({
    code: 'PROPOSAL_INCOMPLETE',
  })
})
