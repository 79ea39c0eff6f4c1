/** Links that are up when a certificate expires, or a pin goes: real TLS, a clock that the test moves. */
import { type MemberId, memberId } from '@secureflow/base'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultDeadlines, type Peers } from './peers.ts'
import { type TestNetwork, testIdentity, testNetwork } from './testing.ts'

const [a, b] = [memberId('bank-a'), memberId('bank-b')]
const hour = 3_600_000

let net: TestNetwork
beforeEach(() => {
  net = testNetwork()
})
afterEach(() => net.close())

const connected = (peers: Peers, member: MemberId) => () => peers.state().get(member)?.connected ?? false
const problem = (peers: Peers, member: MemberId) => () => peers.state().get(member)?.problem

test('a link is closed, and refused from then on, when the certificate of one end expires while it is up', async () => {
  const began = Date.now()
  let now = began
  const deadlines = { recheckMs: 50 }
  const short = await testIdentity('bank-b', { from: new Date(now - 60_000), to: new Date(now + hour) })
  const long = await testIdentity('bank-a', { from: new Date(now - 60_000), to: new Date(now + 100 * hour) })
  net.pins.set(a, long.fingerprint)
  net.pins.set(b, short.fingerprint)
  const atA = await net.node('bank-a', { identity: long, deadlines, now: () => now })
  // The other end does not look at the clock: it may run other software.
  const atB = await net.node('bank-b', { identity: short, deadlines: { recheckMs: 60_000 }, now: () => began })
  atB.handle('echo', async (_, body) => body)
  atA.connect(b)
  await expect.poll(connected(atA, b), { timeout: 10_000 }).toBe(true)
  expect(await atA.request(b, 'echo', 1)).toBe(1)

  now += 2 * hour
  await expect.poll(connected(atA, b), { timeout: 10_000 }).toBe(false)
  await expect.poll(problem(atA, b), { timeout: 10_000 }).toBe('LINK_CERTIFICATE_EXPIRED')
  await expect.poll(problem(atB, a), { timeout: 10_000 }).toBe('LINK_REFUSED')
  await expect(atA.request(b, 'echo', 2, { timeoutMs: 1500 })).rejects.toMatchObject({
    code: 'LINK_CERTIFICATE_EXPIRED',
  })
  expect(connected(atB, a)()).toBe(false)
})

test('without other settings every link is looked at often enough for the bar of 60 s', () => {
  expect(defaultDeadlines.recheckMs).toBeLessThanOrEqual(30_000)
})

test('a key that is pinned no more ends the links under it; the new key takes the channels up where they were', async () => {
  const deadlines = { recheckMs: 50 }
  const atA = await net.node('bank-a', { deadlines })
  const first = await net.node('bank-b', { deadlines: { recheckMs: 60_000 } })
  first.handle('echo', async (_, body) => body)
  atA.connect(b)
  await expect.poll(connected(atA, b), { timeout: 10_000 }).toBe(true)

  const next = await testIdentity('bank-b')
  net.pins.set(b, next.fingerprint)
  await expect.poll(connected(atA, b), { timeout: 10_000 }).toBe(false)
  await expect.poll(problem(first, a), { timeout: 10_000 }).toBe('LINK_REFUSED')
  await first.close()
  const second = await net.node('bank-b', { identity: next })
  second.handle('echo', async (_, body) => body)
  await expect.poll(connected(atA, b), { timeout: 10_000 }).toBe(true)
  expect(await atA.request(b, 'echo', 3)).toBe(3)
})

test('whoever is not pinned is asked nothing, and a known reason is told to whom it concerns', async () => {
  const atA = await net.node('bank-a', { whyRefused: () => 'suspended' })
  const atB = await net.node('bank-b')
  net.pins.delete(b)
  await expect(atA.request(b, 'echo', 1)).rejects.toMatchObject({ code: 'LINK_NO_PIN' })
  atB.connect(a)
  await expect.poll(() => atB.state().get(a)?.refusedAs, { timeout: 10_000 }).toBe('suspended')
  await expect(atB.request(a, 'echo', 1, { timeoutMs: 1000 })).rejects.toMatchObject({
    code: 'LINK_NOT_MEMBER',
    fields: { member: 'bank-a', state: 'suspended' },
  })
})
