/** The directory against owners that are away, hostile, or have very many assets. */
import { assetDescribeRequest, type Ddo, maxDescriptionBytes } from '@secureflow/api'
import { type MemberId, type Plain, silentLogger, toHex } from '@secureflow/base'
import { type Address, localSigner } from '@secureflow/crypto'
import { termsHash } from '@secureflow/flow'
import { expect, onTestFinished, test } from 'vitest'
import type { PeerHandler } from '../peers/index.ts'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { search } from './cards.ts'
import { Directory } from './directory.ts'
import { Exchange } from './exchange.ts'
import { closedTerms } from './initial-terms.ts'
import { Known } from './known.ts'
import type { Token } from './on-ledger.ts'
import { SealingIdentity } from './sealing.ts'
import { OwnStore } from './store.ts'
import { accountOf, describe, ListedTokens, networkId, tokenFor } from './testing/tokens.ts'
import { TokenIndex } from './token-index.ts'

type Answer = (tokens: string[]) => Plain

/** bank-a's directory; bank-b answers as the test says. */
async function directory(tokens: Token[], answer: Answer, home = temporaryFolder()) {
  const db = await openDatabase(home)
  const store = new OwnStore(db)
  const ledger = new ListedTokens(tokens)
  const members = new Map(['bank-a', 'bank-b'].map((m) => [accountOf(m) as string, m as MemberId]))
  const index = new TokenIndex(ledger, async () => new Set([...members.keys()] as Address[]))
  const linked = new Set(['bank-b'])
  const asked: string[][] = []
  const handlers = new Map<string, PeerHandler>()
  const peers = {
    request: async (_: MemberId, __: string, body: Plain) => {
      const { tokens } = assetDescribeRequest.parse(body)
      asked.push(tokens)
      return answer(tokens)
    },
    notify: async () => {},
    handle: (kind: string, handler: PeerHandler) => void handlers.set(kind, handler),
    onUp: () => {},
    linked: () => linked,
  }
  const sealing = await SealingIdentity.derive(new Uint8Array(32), networkId, 'bank-a', localSigner(networkId))
  const made = new Directory({
    self: 'bank-a' as MemberId,
    store,
    known: new Known(db, store),
    index: () => index,
    peers,
    exchange: (onChanged) =>
      new Exchange({
        self: 'bank-a' as MemberId,
        store,
        peers,
        accountOf,
        network: () => ({ id: networkId, sealing }),
        onChanged,
      }),
    members: async () => members,
    tell: () => {},
    clock: { now: () => 1000 },
    logger: silentLogger,
  })
  const close = async () => {
    await made.close()
    await db.destroy()
  }
  const list = async (query: Record<string, unknown> = {}) => {
    await made.sync()
    return search(await made.entries(), { all: 'no', from: 0, limit: 100, ...query } as never, made)
  }
  const hear = (tokens: string[]) =>
    handlers.get('asset.changed')!('bank-b' as MemberId, { tokens }, new AbortController().signal)
  return { hear, list, linked, asked, ledger, index, members, home, close, made }
}

const show = (known: ReadonlyMap<string, { bytes: Uint8Array; terms?: string }>): Answer => {
  return (tokens) => ({
    found: tokens.flatMap((token) => {
      const found = known.get(token)
      if (found === undefined) return []
      return [{ token, description: found.bytes, ...(found.terms === undefined ? {} : { terms: found.terms }) }]
    }),
    later: [],
  })
}

const shown = (...descriptions: Ddo[]) => {
  const all = descriptions.map((d) => tokenFor(d))
  const known = new Map(all.map(({ token, bytes }) => [token.token, { bytes }]))
  return { tokens: all.map((a) => a.token), known }
}

test('a directory without assets is empty, and says so', async () => {
  const { list, close } = await directory([], show(new Map()))
  onTestFinished(close)
  expect(await list()).toEqual({ total: 0, assets: [], tags: [] })
})

test('what its owner shows after it had answered is asked for again', async () => {
  const { tokens, known } = shown(describe('bank-b'))
  let answers = 0
  const made = await directory(tokens, (asked) => {
    if (answers++ > 0) return show(known)(asked)
    void made.hear(asked) // its node writes the token down only now
    return show(new Map())(asked)
  })
  onTestFinished(made.close)
  await expect.poll(async () => (await made.list()).total, { timeout: 20_000 }).toBe(1)
  expect(answers).toBe(2)
})

test('10,000 assets are told in batches, searched, and known when their owner is away', async () => {
  const words = ['payments', 'loans', 'claims', 'visits']
  const { tokens, known } = shown(
    ...Array.from({ length: 10_000 }, (_, i) =>
      describe('bank-b', {
        name: `asset-${i}`,
        salt: i.toString(16).padStart(32, '0'),
        metadata: { title: `${words[i % 4]} ${i}`, description: '', tags: [`t${i % 10}`], licence: '' },
      }),
    ),
  )
  const first = await directory(tokens, show(known))
  await expect.poll(async () => (await first.list()).total, { timeout: 60_000 }).toBe(10_000)
  expect(Math.max(...first.asked.map((a) => a.length))).toBe(100)
  expect(first.asked.flat()).toHaveLength(10_000)
  const before = process.cpuUsage()
  const found = await first.list({ text: 'CLAIMS 4242', limit: 20 })
  const { user, system } = process.cpuUsage(before)
  expect(found).toMatchObject({ total: 1, assets: [{ name: 'asset-4242', availability: 'live', tags: ['t2'] }] })
  expect((user + system) / 1e6).toBeLessThan(6)
  expect(await first.list({ tag: 't7', from: 990, limit: 20 })).toMatchObject({ total: 1000, assets: { length: 10 } })
  await first.close()

  const again = await directory(tokens, () => null, first.home)
  onTestFinished(again.close)
  again.linked.clear()
  expect(await again.list({ text: 'visits 9999' })).toMatchObject({
    total: 1,
    assets: [{ name: 'asset-9999', availability: 'cached', seenAt: 1000 }],
  })
})

test('what an owner shows that is not the token’s is refused, and told apart from what it hides', async () => {
  const [good, hidden, other, huge] = ['good', 'hidden', 'other', 'huge'].map((name) => describe('bank-b', { name }))
  const { tokens, known } = shown(good!, hidden!, other!, huge!)
  const [a, , c, d] = tokens
  const answers = new Map(known)
  answers.delete(tokens[1]!.token)
  answers.set(c!.token, { bytes: known.get(a!.token)!.bytes })
  answers.set(d!.token, { bytes: new TextEncoder().encode('x') })
  const { list, close } = await directory(tokens, show(answers))
  onTestFinished(close)
  expect((await list()).assets.map((x) => x.name)).toEqual(['good'])
  const all = (await list({ all: 'yes' })).assets
  expect(Object.fromEntries(all.map((x) => [x.token, x.availability]))).toEqual({
    [a!.token]: 'live',
    [tokens[1]!.token]: 'hidden',
    [c!.token]: 'refused',
    [d!.token]: 'refused',
  })
})

test.each<[string, Answer]>([
  ['no answer at all', () => null],
  ['an answer of another form', () => ({ found: 'all' })],
  [
    'a description too large',
    (t) => ({ found: [{ token: t[0]!, description: new Uint8Array(maxDescriptionBytes + 1) }], later: [] }),
  ],
  ['everything later, for ever', (t) => ({ found: [], later: t })],
  [
    'tokens that were not asked for',
    () => ({ found: [{ token: 'ff'.repeat(32), description: new Uint8Array(1) }], later: ['ee'.repeat(32)] }),
  ],
])('%s leaves the directory as it is', async (_, answer) => {
  const { tokens } = shown(describe('bank-b'))
  const { list, asked, close } = await directory(tokens, answer)
  onTestFinished(close)
  expect((await list()).total).toBe(0)
  expect((await list({ all: 'yes' })).total).toBe(1)
  expect(asked.length).toBeLessThan(5)
})

test('terms are shown only while they are those on the ledger', async () => {
  const terms = { ...closedTerms(0), price: 5 }
  const plain = tokenFor(describe('bank-b'), { termsHash: termsHash(terms) })
  const known = new Map([[plain.token.token, { bytes: plain.bytes, terms: JSON.stringify(terms) }]])
  const { list, ledger, close } = await directory([plain.token], show(known))
  onTestFinished(close)
  expect((await list()).assets[0]?.price).toBe(5)
  ledger.tokens[0] = { ...plain.token, termsHash: '33'.repeat(32) }
  ledger.tell({ kind: 'TermsChanged', asset: plain.token.token, owner: accountOf('bank-b') })
  expect((await list()).assets[0]?.price).toBeUndefined()
})

test('demand is counted once, also where reading fails half-way; owners that are suspended make what they own unusable', async () => {
  const child = describe('bank-b', { name: 'child' })
  const inner = tokenFor(child)
  const outer = tokenFor(describe('bank-b', { name: 'outer', children: [inner.token.token] }))
  const { ledger, index, members, close } = await directory([inner.token, outer.token], show(new Map()))
  onTestFinished(close)
  const asset = inner.token.token
  ledger.tell({ kind: 'UseAsked', asset, account: accountOf('bank-a'), flowHash: '', parametersHash: '' })
  ledger.tell({ kind: 'GrantUsed', asset, grant: '', runId: 'r1', left: 0 })
  const { all } = ledger
  ledger.all = () => Promise.reject(new RangeError('the ledger is away'))
  await expect(index.sync()).rejects.toThrow('away')
  ledger.all = all
  await Promise.all([index.sync(), index.sync()])
  expect(index.demand(asset)).toEqual({ asked: 1, granted: 0, refused: 0, used: 1 })
  expect([...index.usesOf(asset)]).toEqual(['r1'])
  expect(index.isUsable(outer.token.token)).toBe(true)

  ledger.tokens[0] = { ...inner.token, state: 'retired' }
  ledger.tell({ kind: 'AssetRetired', asset, owner: accountOf('bank-b') })
  await index.sync()
  expect([index.get(outer.token.token)?.state, index.isUsable(outer.token.token)]).toEqual(['active', false])

  ledger.tokens[0] = inner.token
  ledger.tell({ kind: 'AssetOffered', asset, owner: accountOf('bank-b') })
  await index.sync()
  expect(index.isUsable(outer.token.token)).toBe(true)
  members.delete(accountOf('bank-b'))
  ledger.tell({ kind: 'MemberSuspended', account: accountOf('bank-b') })
  await index.sync()
  expect(index.isUsable(outer.token.token)).toBe(false)
})

test('references that stand for nothing, or for several, are refused', async () => {
  const { tokens, known } = shown(describe('bank-b'), describe('bank-b', { salt: 'ff'.repeat(16) }))
  const { made, close } = await directory(tokens, show(known))
  onTestFinished(close)
  await made.sync()
  await expect(made.resolve('bank-c/loans')).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
  await expect(made.resolve('..')).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
  expect((await made.resolve(tokens[0]!.token)).token?.token).toBe(tokens[0]!.token)
  expect((await made.resolve(tokens[1]!.manifestHash)).token?.token).toBe(tokens[1]!.token)
  const copy = { ...tokens[0]!, token: `${tokens[1]!.token.slice(0, 10)}${toHex(new Uint8Array(27))}` }
  const both = await directory([tokens[1]!, copy], show(known))
  onTestFinished(both.close)
  await expect(both.made.resolve(copy.token.slice(0, 8))).rejects.toMatchObject({ code: 'ASSET_AMBIGUOUS' })
})
