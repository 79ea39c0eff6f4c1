/** Renewal and rotation of certificates, address and account: whole nodes on the replicated ledger, real TLS. */
import { readFileSync } from 'node:fs'
import { routes } from '@secureflow/api'
import { memberId, platformRng, silentLogger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, onTestFinished, test } from 'vitest'
import { certificateFile } from '../identity/config.ts'
import { loadIdentity, prepareRenewal, renewCertificate } from '../identity/index.ts'
import { Peers } from '../peers/index.ts'
import { ask } from '../testing/ask.ts'
import { makeHome, start, type TestNode } from '../testing/nodes.ts'

const { network, members, node } = routes

async function two() {
  const [centre, b] = [await start(await makeHome('centre')), await start(await makeHome('bank-b'))]
  await ask(centre, network.create, {})
  const { invitation } = await ask(centre, network.invite, {})
  await ask(b, network.join, { invitation })
  await expect.poll(linked(centre, 'bank-b'), { timeout: 10_000 }).toBe(true)
  return { centre, b }
}

const linked = (at: TestNode, member: string) => async () =>
  (await ask(at, network.show, {})).members.find((m) => m.id === member)?.connected
const seenAt = (at: TestNode, member: string) => () => ask(at, members.show, { member })
/** The people's listener shows the new certificate too. */
const reread = (of: TestNode) => Object.assign(of, { certPem: readFileSync(certificateFile(of.home), 'utf8') })

test('a renewed certificate is registered by the running node, and known to the others', async () => {
  const { centre, b } = await two()
  const before = await seenAt(centre, 'bank-b')()
  const { validTo, fingerprint } = await ask(b, members.renew, { days: 30 })
  expect(fingerprint).toBe(before.fingerprint)
  reread(b)
  expect((await ask(b, node.status, {})).expiresAt).toBe(validTo)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 10_000 }).toMatchObject({ fingerprint, expiresAt: validTo })
  expect((await seenAt(centre, 'bank-b')()).certificate).not.toBe(before.certificate)
  expect((await ask(b, members.show, { member: 'bank-b' })).certificate).toBe(
    (await seenAt(centre, 'bank-b')()).certificate,
  )
})

test('a certificate that was renewed while the node was down is registered at its start', async () => {
  const { centre, b } = await two()
  const before = await seenAt(centre, 'bank-b')()
  await b.close()
  const { validTo } = await renewCertificate(b.home, { days: 20 })
  await start(b.home)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 20_000 }).toMatchObject({ expiresAt: validTo })
  expect((await seenAt(centre, 'bank-b')()).certificate).not.toBe(before.certificate)
})

test('after a rotation every member pins the new key, and refuses the old one', async () => {
  const { centre, b } = await two()
  const old = await loadIdentity(b.home)
  const [certPem, keyPem] = [old.certificate.pem, old.tlsKeyPem]
  const { fingerprint } = await ask(b, members.renew, { rotate: true })
  expect(fingerprint).not.toBe(old.fingerprint)
  reread(b)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 20_000 }).toMatchObject({ fingerprint, connected: true })
  await expect.poll(linked(b, 'centre'), { timeout: 20_000 }).toBe(true)

  // Whoever has the old key is nobody: at the handshake, with real TLS.
  const [host, port] = centre.peerAddress.split(':') as [string, string]
  const { fingerprint: pinned } = await loadIdentity(centre.home)
  const thief = new Peers(
    {
      self: memberId('bank-b'),
      identity: { certPem, keyPem },
      version: '0.1.0',
      addressOf: () => ({ host, port: Number(port) }),
      pinnedKeyOf: () => pinned,
      memberOfKey: () => undefined,
    },
    { logger: silentLogger, clock: { now: Date.now }, rng: platformRng(nodePlatform) },
  )
  onTestFinished(() => thief.close())
  await thief.start()
  const asked = thief.request(memberId('centre'), 'network.cards', null, { timeoutMs: 2000 })
  await expect(asked).rejects.toMatchObject({ code: 'LINK_REFUSED', fields: { code: 'unknown-key' } })
  expect(await linked(centre, 'bank-b')()).toBe(true)
})

test('a member that was away during a rotation still finds the one that rotated', async () => {
  const { centre, b } = await two()
  await b.close()
  // The founder is the only other member: what it cannot tell, nobody can.
  const { fingerprint } = await ask(centre, members.renew, { rotate: true })
  reread(centre)
  const again = await start(b.home)
  await expect.poll(linked(again, 'centre'), { timeout: 20_000 }).toBe(true)
  await expect.poll(seenAt(again, 'centre'), { timeout: 20_000 }).toMatchObject({ fingerprint, connected: true })
})

test('a rotation that was cut off goes on at the next start, before and after the ledger knew of it', async () => {
  const { centre, b } = await two()
  await b.close()
  const { fingerprint } = await prepareRenewal(b.home, undefined, { rotate: true, now: Date.now(), days: 10 })
  const again = await start(b.home)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 20_000 }).toMatchObject({ fingerprint, connected: true })
  await expect.poll(async () => (await loadIdentity(b.home)).fingerprint, { timeout: 20_000 }).toBe(fingerprint)
  const shown = async () => (await ask(reread(again), node.status, {})).fingerprint
  await expect.poll(shown, { timeout: 20_000 }).toBe(fingerprint)
})

test('an address follows its member, and only its member states it', async () => {
  const { centre, b } = await two()
  const address = b.peerAddress.replace('127.0.0.1', 'localhost')
  await ask(b, members.setAddress, { address })
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 10_000 }).toMatchObject({ address })
  await expect(ask(b, members.setAddress, { address: 'nowhere' })).rejects.toMatchObject({ code: 'MEMBER_ADDRESS' })
  expect((await ask(b, node.status, {})).peerAddress).toBe(address)
  await b.close()
  await start(b.home)
  await expect.poll(linked(centre, 'bank-b'), { timeout: 20_000 }).toBe(true)
})

test('a member moves to a new account, and acts under it from its next start on', async () => {
  const { centre, b } = await two()
  const before = await seenAt(centre, 'bank-b')()
  await expect(ask(centre, members.changeAccount, {})).rejects.toMatchObject({ code: 'LEDGER_FOUNDER_ACCOUNT_FIXED' })
  const { account } = await ask(b, members.changeAccount, {})
  expect(account).not.toBe(before.account)
  reread(b)
  expect((await ask(b, node.status, {})).nextAccount).toBe(account)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 10_000 }).toMatchObject({ account })
  await b.close()
  const again = await start(b.home)
  expect(await ask(again, node.status, {})).toMatchObject({ account })
  // Its new certificate carries the account, and is registered by it.
  await expect
    .poll(async () => (await seenAt(centre, 'bank-b')()).certificate, { timeout: 20_000 })
    .not.toBe(before.certificate)
  await expect.poll(seenAt(centre, 'bank-b'), { timeout: 20_000 }).toMatchObject({ connected: true, account })
})
