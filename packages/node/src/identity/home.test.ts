import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { equalBytes } from '@secureflow/base'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { checkCard, initHome, loadIdentity, readCertificate, renewCertificate } from './index.ts'

const day = 86_400_000
const init = (
  home: string,
  more: { name?: string; passphrase?: string; now?: number; certificateDays?: number } = {},
) => initHome({ home, name: 'bank-a', locale: 'en', ...more })

test('a member that was made opens again with the same keys', async () => {
  const home = temporaryFolder()
  const made = await init(home)
  const identity = await loadIdentity(home)
  expect(identity).toMatchObject({ name: 'bank-a', account: made.account, fingerprint: made.fingerprint })
  expect(identity.commitmentKey).toHaveLength(32)
  expect(identity.token).toMatch(/^[0-9a-f]{64}$/)
  expect(equalBytes(identity.commitmentKey, (await loadIdentity(home)).commitmentKey)).toBe(true)
})

test('secret files are for their owner alone, and no key stands in them in clear', async () => {
  const home = temporaryFolder()
  await init(home)
  const identity = await loadIdentity(home)
  for (const file of ['keystore.json', 'passphrase', 'token'])
    expect(statSync(join(home, file)).mode & 0o777, file).toBe(0o600)
  expect(statSync(home).mode & 0o777).toBe(0o700)
  const keystore = readFileSync(join(home, 'keystore.json'), 'utf8')
  expect(keystore).not.toContain(Buffer.from(identity.commitmentKey).toString('hex'))
})

test('a second init changes nothing', async () => {
  const home = temporaryFolder()
  await init(home)
  const before = readFileSync(join(home, 'keystore.json'), 'utf8')
  await expect(init(home, { name: 'bank-b' })).rejects.toMatchObject({ code: 'HOME_EXISTS' })
  expect(readFileSync(join(home, 'keystore.json'), 'utf8')).toBe(before)
})

test('a passphrase of the environment is not written down, and another one does not open the keys', async () => {
  const home = temporaryFolder()
  expect(await init(home, { passphrase: 'correct horse' })).not.toHaveProperty('passphraseFile')
  await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' })
  await expect(loadIdentity(home, { passphrase: 'correct mule' })).rejects.toMatchObject({
    code: 'KEYSTORE_WRONG_PASSPHRASE',
  })
  expect((await loadIdentity(home, { passphrase: 'correct horse' })).name).toBe('bank-a')
})

test.each([
  [
    'a flipped byte of the sealed keys',
    (k: Keystore) => ({ ...k, sealed: flip(k.sealed) }),
    'KEYSTORE_WRONG_PASSPHRASE',
  ],
  ['a flipped byte of the tag', (k: Keystore) => ({ ...k, tag: flip(k.tag) }), 'KEYSTORE_WRONG_PASSPHRASE'],
  ['another nonce', (k: Keystore) => ({ ...k, nonce: flip(k.nonce) }), 'KEYSTORE_WRONG_PASSPHRASE'],
  ['a lowered cost', (k: Keystore) => ({ ...k, n: 16 }), 'KEYSTORE_MALFORMED'],
  ['an absurd cost', (k: Keystore) => ({ ...k, n: 2 ** 40 }), 'KEYSTORE_MALFORMED'],
  ['a field too many', (k: Keystore) => ({ ...k, more: 1 }), 'KEYSTORE_MALFORMED'],
])('a keystore with %s is refused', async (_, alter, code) => {
  const home = temporaryFolder()
  await init(home)
  const file = join(home, 'keystore.json')
  writeFileSync(file, JSON.stringify(alter(JSON.parse(readFileSync(file, 'utf8')) as Keystore)))
  await expect(loadIdentity(home)).rejects.toMatchObject({ code })
})

interface Keystore {
  n: number
  nonce: string
  sealed: string
  tag: string
}
const flip = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)

test('an expired certificate is refused, and renewed with the same key', async () => {
  const home = temporaryFolder()
  const { fingerprint } = await init(home, { now: Date.now() - 100 * day, certificateDays: 10 })
  await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'IDENTITY_EXPIRED' })
  await renewCertificate(home)
  expect(await loadIdentity(home)).toMatchObject({ fingerprint })
})

test('a folder without a member, and a broken configuration, are each one clear error', async () => {
  const home = temporaryFolder()
  await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'HOME_MISSING' })
  await init(home)
  const file = join(home, 'config.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('127.0.0.1', ''))
  await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'HOME_CONFIG' })
  rmSync(file)
  await expect(loadIdentity(home)).rejects.toMatchObject({ code: 'HOME_MISSING' })
})

test('a card is believed only while name, account, key and both signatures belong together', async () => {
  const [a, b] = [temporaryFolder(), temporaryFolder()]
  await init(a)
  await init(b, { name: 'bank-b' })
  const card = (await loadIdentity(a)).card('127.0.0.1:1')
  const other = (await loadIdentity(b)).card('127.0.0.1:2')
  const now = Date.now()
  expect(await checkCard(card, now)).toMatchObject({ name: 'bank-a', account: card.account })
  const cut = card.certificate.slice()
  cut[cut.length - 1]! ^= 1
  for (const [what, bad] of Object.entries({
    'another name': { ...card, name: 'bank-c' },
    'another account': { ...card, account: other.account },
    'another certificate': { ...card, certificate: other.certificate },
    "another account's binding": { ...card, binding: other.binding },
    'an altered certificate': { ...card, certificate: cut },
    'no certificate': { ...card, certificate: new Uint8Array(0) },
    'a binding of nonsense': { ...card, binding: new Uint8Array(65) },
  }))
    await expect(checkCard(bad, now), what).rejects.toMatchObject({ code: 'CARD_REFUSED', class: 'peer' })
  await expect(checkCard(card, now + 4 * 365 * day)).rejects.toMatchObject({ code: 'CARD_REFUSED' })
})

test('the certificate carries the account and stays the same key when it is renewed', async () => {
  const home = temporaryFolder()
  const made = await init(home)
  const first = await loadIdentity(home)
  await renewCertificate(home, { days: 20 })
  const second = await loadIdentity(home)
  expect(equalBytes(first.certificate.der, second.certificate.der)).toBe(false)
  expect(readCertificate(second.certificate.der)).toMatchObject({
    account: made.account,
    fingerprint: made.fingerprint,
  })
})
