/** Invitations between whole nodes on loopback; the ledger is one in memory. */
import { routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask } from '../testing/ask.ts'
import { inMemory, makeHome, type TestNode } from '../testing/nodes.ts'
import { formatInvitation, parseInvitation } from './invitation.ts'

const { network, node } = routes
const invite = async (founder: TestNode, validForSeconds = 60): Promise<string> =>
  (await ask(founder, network.invite, { validForSeconds })).invitation
const join = (member: TestNode, invitation: string) => ask(member, network.join, { invitation })

const linksOf = async (member: TestNode): Promise<Record<string, boolean>> => {
  const { members } = await ask(member, network.show, {})
  return Object.fromEntries(members.filter((m) => !m.self).map((m) => [m.id, m.connected]))
}

async function founded() {
  const startNode = inMemory()
  const centre = await startNode(await makeHome('centre'))
  const { id } = await ask(centre, network.create, {})
  return { startNode, centre, id }
}

test('three members come together: each pins each from the ledger, and all are linked', async () => {
  const { startNode, centre, id } = await founded()
  const [a, b] = [await startNode(await makeHome('bank-a')), await startNode(await makeHome('bank-b'))]
  expect((await join(a, await invite(centre))).id).toBe(id)
  expect((await join(b, await invite(centre))).id).toBe(id)
  await expect.poll(() => linksOf(a), { timeout: 10_000 }).toEqual({ centre: true, 'bank-b': true })
  await expect.poll(() => linksOf(b), { timeout: 10_000 }).toEqual({ centre: true, 'bank-a': true })
  await expect.poll(() => linksOf(centre), { timeout: 10_000 }).toEqual({ 'bank-a': true, 'bank-b': true })
})

test('a member that starts again is back in its network, linked, under its new address', async () => {
  const { startNode, centre } = await founded()
  const home = await makeHome('bank-a')
  const first = await startNode(home)
  await join(first, await invite(centre))
  await first.close()
  const again = await startNode(home)
  await expect.poll(() => linksOf(again), { timeout: 10_000 }).toEqual({ centre: true })
  const address = async () => (await ask(centre, network.show, {})).members.find((m) => m.id === 'bank-a')?.address
  await expect.poll(address, { timeout: 10_000 }).toBe(again.peerAddress)
})

test('an invitation lets in one member, once', async () => {
  const { startNode, centre } = await founded()
  const [a, b] = [await startNode(await makeHome('bank-a')), await startNode(await makeHome('bank-b'))]
  const invitation = await invite(centre)
  await join(a, invitation)
  await expect(join(b, invitation)).rejects.toMatchObject({ code: 'INVITATION_USED', class: 'policy' })
  await expect(ask(b, network.show, {})).rejects.toMatchObject({ code: 'NETWORK_NONE' })
  expect((await ask(centre, network.show, {})).members.map((m) => m.id)).toEqual(['centre', 'bank-a'])
  // What failed has left nothing behind: a good invitation still works.
  await join(b, await invite(centre))
})

test('an expired invitation is refused', async () => {
  const { startNode, centre } = await founded()
  const a = await startNode(await makeHome('bank-a'))
  const invitation = await invite(centre, 1)
  await new Promise((r) => setTimeout(r, 1100))
  await expect(join(a, invitation)).rejects.toMatchObject({ code: 'INVITATION_EXPIRED' })
})

test('a guessed token is refused, and so is an invitation with the key of another', async () => {
  const { startNode, centre } = await founded()
  const a = await startNode(await makeHome('bank-a'))
  const invitation = parseInvitation(await invite(centre))
  const guess = formatInvitation({ ...invitation, token: invitation.token.map((b) => b ^ 1) })
  await expect(join(a, guess)).rejects.toMatchObject({ code: 'INVITATION_UNKNOWN' })
  const other = formatInvitation({ ...invitation, fingerprint: '00'.repeat(32) })
  await expect(join(a, other)).rejects.toMatchObject({ code: 'LINK_WRONG_KEY', class: 'peer' })
  await expect(join(a, 'sf1-nonsense')).rejects.toMatchObject({ code: 'INVITATION_MALFORMED' })
  await expect(ask(a, network.show, {})).rejects.toMatchObject({ code: 'NETWORK_NONE' })
})

test('a name that is taken does not use up the invitation', async () => {
  const { startNode, centre } = await founded()
  const [first, second, b] = [
    await startNode(await makeHome('bank-a')),
    await startNode(await makeHome('bank-a')),
    await startNode(await makeHome('bank-b')),
  ]
  await join(first, await invite(centre))
  const invitation = await invite(centre)
  await expect(join(second, invitation)).rejects.toMatchObject({ code: 'NETWORK_NAME_TAKEN' })
  await join(b, invitation)
})

test('only the founder invites, and one node is in one network', async () => {
  const { startNode, centre } = await founded()
  const a = await startNode(await makeHome('bank-a'))
  await expect(ask(a, network.invite, {})).rejects.toMatchObject({ code: 'NETWORK_NONE' })
  await join(a, await invite(centre))
  await expect(ask(a, network.invite, {})).rejects.toMatchObject({ code: 'NETWORK_NOT_FOUNDER' })
  await expect(ask(a, network.create, {})).rejects.toMatchObject({ code: 'NETWORK_EXISTS' })
  await expect(join(a, await invite(centre))).rejects.toMatchObject({ code: 'NETWORK_EXISTS' })
})

test('a home serves one node at a time', async () => {
  const startNode = inMemory()
  const home = await makeHome('bank-a')
  const first = await startNode(home)
  await expect(startNode(home)).rejects.toMatchObject({ code: 'HOME_LOCKED' })
  expect((await ask(first, node.health, {})).ok).toBe(true)
})
