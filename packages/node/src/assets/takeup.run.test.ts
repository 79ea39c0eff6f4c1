/** Nodes that stop between their own store and the ledger, and a member that registers another's hash as its own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { routes } from '@secureflow/api'
import { fromHex, type MemberId } from '@secureflow/base'
import { expect, test } from 'vitest'
import type { LedgerHost, NetworkLedger } from '../network/interface.ts'
import { ledgerHost } from '../network/ledger.ts'
import type { LedgerParts, RunsFoundation } from '../node.ts'
import { ask } from '../testing/ask.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { makeHome, noRuns, start } from '../testing/nodes.ts'
import type { TokenLedger } from './on-ledger.ts'

const { network, data, assets } = routes

function file(): string {
  const folder = temporaryFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'loans.csv'), 'id,default\nc1,0\nc2,1\n')
  return join(folder, 'loans.csv')
}

/** The real ledger, with its tokens as `change` makes them. */
const through =
  (change: (tokens: TokenLedger) => TokenLedger) =>
  (parts: LedgerParts): LedgerHost => {
    const host = ledgerHost(parts)
    const open = async (genesis: Uint8Array, joining: boolean): Promise<NetworkLedger> => {
      const ledger = await host.open(genesis, joining)
      return Object.create(ledger, { tokens: { value: change(ledger.tokens) } }) as NetworkLedger
    }
    return { ...host, open }
  }

const cut = (): never => {
  throw new RangeError('the power went')
}

test.each<[string, (tokens: TokenLedger) => TokenLedger]>([
  ['before the ledger was asked', (tokens) => ({ ...tokens, register: async () => cut() })],
  [
    'after the ledger had it, before this was written down',
    (tokens) => ({ ...tokens, register: async (asset) => tokens.register(asset).then(cut) }),
  ],
])('a dataset whose node stopped %s is on the ledger once after the next start', async (_, change) => {
  const home = await makeHome('bank-a')
  const first = await start(home, { createLedgers: through(change) })
  await ask(first, network.create, {})
  await expect(ask(first, data.add, { path: file(), name: 'loans', id: 'id' })).rejects.toMatchObject({
    code: 'INTERNAL',
  })
  expect(await ask(first, data.list, {})).toMatchObject([{ name: 'loans', registered: false }])
  await first.close()

  let tokens: TokenLedger | undefined
  const createLedgers = through((given) => {
    tokens = given
    return given
  })
  const again = await start(home, { createLedgers })
  await expect
    .poll(async () => (await ask(again, data.show, { name: 'loans' })).registered, { timeout: 20_000 })
    .toBe(true)
  const held = await tokens!.all()
  expect(held).toHaveLength(1)
  expect(held[0]).toMatchObject({ token: (await ask(again, data.show, { name: 'loans' })).token, state: 'active' })
})

test('terms and an end that the ledger did not hear of are told at the next start', async () => {
  const home = await makeHome('bank-a')
  const deaf = through((tokens) => ({ ...tokens, setTerms: async () => cut(), retire: async () => cut() }))
  const first = await start(home, { createLedgers: deaf })
  await ask(first, network.create, {})
  const kept = await ask(first, data.add, { path: file(), name: 'kept', id: 'id' })
  const ended = await ask(first, data.add, { path: file(), name: 'ended', id: 'id' })
  const terms = { members: [], purposes: [], components: [], disclosures: {}, minimumRows: 7, expires: '2031-01-01' }
  await expect(ask(first, data.setTerms, { name: 'kept', terms })).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(ask(first, assets.retire, { asset: 'ended' })).rejects.toMatchObject({ code: 'INTERNAL' })
  // Here it has ended at once, whatever the ledger says.
  expect((await ask(first, data.list, {})).map((d) => d.name)).toEqual(['kept'])
  const { termsHash } = await ask(first, data.show, { name: 'kept' })
  await first.close()

  const again = await start(home)
  const state = async (token: string) => {
    const page = await ask(again, assets.show, { asset: token })
    return [page.state, page.termsHash]
  }
  await expect.poll(() => state(kept.token!), { timeout: 20_000 }).toEqual(['active', termsHash])
  await expect.poll(async () => (await state(ended.token!))[0], { timeout: 20_000 }).toBe('retired')
})

test('a member that registers the hash of another’s description gains nothing and takes nothing away', async () => {
  const a = await start(await makeHome('bank-a'))
  let hostile: TokenLedger | undefined
  let foundation: RunsFoundation | undefined
  const createLedgers = through((given) => {
    hostile = given
    return given
  })
  const createRuns = async (given: RunsFoundation) => {
    foundation = given
    return noRuns()
  }
  const b = await start(await makeHome('bank-b'), { createLedgers, createRuns })
  await ask(a, network.create, {})
  const { invitation } = await ask(a, network.invite, {})
  await ask(b, network.join, { invitation })
  const path = file()
  const loans = await ask(a, data.add, { path, name: 'loans', id: 'id', allow: ['bank-b'] })
  const token = await hostile!.register({
    kind: 'dataset',
    manifestHash: fromHex(loans.id),
    storageRef: fromHex(loans.id),
    termsHash: new Uint8Array(32),
  })
  expect(token).not.toBe(loans.token)

  // Whoever asks the owner gets the owner's token and terms, and an id stands for what it was held against.
  const facts = await foundation!.assets.facts('bank-a' as MemberId, loans.id)
  expect(facts).toMatchObject({ id: loans.id, owner: 'bank-a', termsHash: loans.termsHash })
  expect(hostile!.named(loans.id)).toBe(loans.token)
  expect(await foundation!.ledger.grants.usable(loans.id)).toBe(true)
  await hostile!.retire(token)
  expect(await foundation!.ledger.grants.usable(loans.id)).toBe(true)
  expect((await ask(b, assets.show, { asset: loans.id })).token).toBe(loans.token)
  await expect
    .poll(async () => (await ask(a, assets.show, { asset: token })).availability, { timeout: 20_000 })
    .toBe('hidden')
  expect((await ask(a, assets.show, { asset: 'loans' })).token).toBe(loans.token)
})
