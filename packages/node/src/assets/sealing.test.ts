import { canonicalJson } from '@secureflow/api'
import { fromHex, platformRng, toHex, utf8 } from '@secureflow/base'
import { localSigner } from '@secureflow/crypto'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { isSealingKeyOf, openFields, SealingIdentity, sealFields, sealKey } from './sealing.ts'
import { describe, networkId } from './testing/tokens.ts'

const rng = platformRng(nodePlatform)
const fields = { contact: 'canary-4711', price: 0, terms: false, note: '' }
const token = 'ab'.repeat(32)

async function member(name: string, at = networkId) {
  const secret = nodePlatform.sha256(utf8(`secret of ${name}`))
  const signer = localSigner(nodePlatform.sha256(utf8(`key of ${name}`)))
  return { name, account: signer.address, sealing: await SealingIdentity.derive(secret, at, name, signer) }
}

test('a grantee opens the private fields; zero, false and empty are values', async () => {
  const { sealed, key } = sealFields(fields, describe('bank-a').salt, rng)
  const description = describe('bank-a', { private: sealed })
  const b = await member('bank-b')
  const purpose = { networkId, token, member: 'bank-b' }
  const box = await sealKey(key, b.sealing.publicKey.key, purpose)
  expect(box).toHaveLength(80)
  const opened = await b.sealing.openKey(box, purpose)
  expect(opened).toEqual(key)
  expect(openFields(description, opened!)).toEqual(fields)
  expect(canonicalJson(description)).not.toContain('canary')
})

test('nobody else opens it: another member, another token, another network, an altered box', async () => {
  const { key } = sealFields(fields, '00'.repeat(16), rng)
  const [b, c] = [await member('bank-b'), await member('bank-c')]
  const purpose = { networkId, token, member: 'bank-b' }
  const box = await sealKey(key, b.sealing.publicKey.key, purpose)
  expect(await c.sealing.openKey(box, purpose)).toBeUndefined()
  expect(await b.sealing.openKey(box, { ...purpose, token: 'cd'.repeat(32) })).toBeUndefined()
  expect(await b.sealing.openKey(box, { ...purpose, member: 'bank-c' })).toBeUndefined()
  expect(await b.sealing.openKey(box, { ...purpose, networkId: new Uint8Array(32) })).toBeUndefined()
  for (const at of [0, 40, 79]) {
    const altered = Uint8Array.from(box)
    altered[at]! ^= 1
    expect(await b.sealing.openKey(altered, purpose), `byte ${at}`).toBeUndefined()
  }
  for (const length of [0, 31, 32, 79]) expect(await b.sealing.openKey(box.slice(0, length), purpose)).toBeUndefined()
})

test('a key that is not the one committed to opens nothing, even where it would decrypt', () => {
  const description = describe('bank-a')
  const first = sealFields(fields, description.salt, rng)
  const second = sealFields(fields, description.salt, rng)
  const mixed = describe('bank-a', { private: { ...first.sealed, keyCommitment: second.sealed.keyCommitment } })
  expect(openFields(mixed, first.key)).toBeUndefined()
  expect(openFields(mixed, second.key)).toBeUndefined()
})

test('fields that were altered, or moved to another description, do not open', () => {
  const description = describe('bank-a')
  const { sealed, key } = sealFields(fields, description.salt, rng)
  const bytes = fromHex(sealed.ciphertext)
  bytes[0]! ^= 1
  expect(openFields({ ...description, private: { ...sealed, ciphertext: toHex(bytes) } }, key)).toBeUndefined()
  expect(openFields({ ...description, private: sealed, salt: 'ff'.repeat(16) }, key)).toBeUndefined()
  expect(openFields({ ...description, private: { ...sealed, ciphertext: '' } }, key)).toBeUndefined()
  expect(openFields(description, key)).toBeUndefined()
})

test('equal fields look different each time', () => {
  const [a, b] = [0, 1].map(() => sealFields(fields, '00'.repeat(16), rng).sealed)
  expect(a!.ciphertext).not.toBe(b!.ciphertext)
  expect(a!.nonce).not.toBe(b!.nonce)
})

test('a sealing key is its member’s only with the account’s signature, for this network and name', async () => {
  const [b, c] = [await member('bank-b'), await member('bank-c')]
  const own = b.sealing.publicKey
  const of = { networkId, name: 'bank-b', account: b.account }
  expect(await isSealingKeyOf(own, of)).toBe(true)
  expect(await isSealingKeyOf({ ...own, key: c.sealing.publicKey.key }, of)).toBe(false)
  expect(await isSealingKeyOf(own, { ...of, name: 'bank-c' })).toBe(false)
  expect(await isSealingKeyOf(own, { ...of, account: c.account })).toBe(false)
  expect(await isSealingKeyOf(own, { ...of, networkId: new Uint8Array(32) })).toBe(false)
  expect(await isSealingKeyOf({ key: own.key, signature: new Uint8Array(65) }, of)).toBe(false)
})

test('the same secret gives the same key after a restart', async () => {
  expect((await member('bank-b')).sealing.publicKey.key).toEqual((await member('bank-b')).sealing.publicKey.key)
})
