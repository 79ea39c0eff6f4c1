/** What a member that does not keep to the rules may say about spaces, and what comes of it: nothing. */

import { fromHex, type MemberId, type Plain, platformRng, silentLogger, toHex } from '@secureflow/base'
import { components } from '@secureflow/components/declarations'
import { type Address, localSigner, type Signer } from '@secureflow/crypto'
import { charterHash, type SpaceCharter, type SpaceWord } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { idOf } from './fold.ts'
import { Spaces } from './spaces.ts'
import { overlapFlow } from './testing.ts'
import { toWire } from './wire.ts'
import { wordDigest, wordOf } from './word.ts'

const rng = platformRng(nodePlatform)
const networkId = nodePlatform.sha256(new Uint8Array([7]))
const keyed = (): Signer => localSigner(crypto.getRandomValues(new Uint8Array(32)))
const signers: Record<string, Signer> = { 'bank-a': keyed(), 'bank-b': keyed(), 'bank-c': keyed() }
const accountOf = (m: string) => signers[m]?.address.toLowerCase() as Address | undefined

let spaces: Spaces
let hear: (from: string, body: Plain) => Promise<Plain>

beforeEach(async () => {
  const db = await openDatabase(temporaryFolder())
  spaces = new Spaces({
    ...{
      self: 'bank-b' as MemberId,
      networkId,
      signer: signers['bank-b']!,
      db,
      components,
      accountOf,
      rng,
    },
    peers: {
      // Away: it never answers.
      request: (_to, _kind, _body, options) =>
        new Promise((_resolve, reject) => {
          const { signal } = options ?? {}
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
      handle: (_, handler) => {
        hear = (from, body) => handler(from as MemberId, body)
      },
      on: () => {},
    },
    assets: { own: async () => undefined, facts: async () => undefined },
    runs: () => undefined,
    tell: () => {},
    clock: { now: () => 1_000_000 },
    logger: silentLogger,
  })
  spaces.open()
  onTestFinished(async () => {
    await spaces.stop()
    await db.destroy()
  })
})

let nonce = 0
function charter(more: Partial<SpaceCharter> = {}): SpaceCharter {
  return {
    ...{ v: 1, network: toHex(networkId), nonce: (++nonce).toString(16).padStart(64, '0'), space: null, revision: 1 },
    ...{ previous: null, founder: 'bank-a', proposer: 'bank-a', at: 5, title: 'Joint', goal: 'custom', purpose: 'p' },
    members: ['bank-a', 'bank-b'].map((id) => ({ id, account: accountOf(id)! })),
    signers: ['bank-a', 'bank-b'],
    gives: [],
    flows: [{ name: 'overlap', text: overlapFlow() }],
    terms: { from: 0, until: 2_000_000, runs: 5, flows: 'as-drawn', sees: [] },
    ...more,
  }
}

interface Saying {
  by?: string
  as?: string
  network?: Uint8Array
  text?: string
}

async function word(
  about: SpaceCharter,
  said: SpaceWord,
  { by = 'bank-a', as = by, network = networkId, text = '' }: Saying = {},
) {
  const w = { space: idOf(about), charter: charterHash(about), member: as, word: said, text, at: 6 }
  return wordOf(networkId, w, await signers[by]!.sign(wordDigest(network, w)))
}

const message = (about: SpaceCharter, charters: SpaceCharter[], words: Awaited<ReturnType<typeof word>>[]): Plain =>
  ({ space: idOf(about), ...toWire({ charters, words }, fromHex) }) as unknown as Plain
const refused = (code: string) => ({ fields: { answer: code } })
const known = async () => (await spaces.list()).length

describe('A member that deviates', () => {
  test('is heard where everything is right', async () => {
    const c = charter()
    await hear('bank-a', message(c, [c], [await word(c, 'accept')]))
    expect(await spaces.list()).toMatchObject([{ status: 'invited', awaitsOwn: true }])
  })

  test.each<[string, () => SpaceCharter]>([
    ['another network', () => charter({ network: 'e'.repeat(64) })],
    [
      'a charter without this member',
      () =>
        charter({
          members: charter()
            .members.slice(0, 1)
            .concat({ id: 'bank-c', account: accountOf('bank-c')! }),
          signers: ['bank-a', 'bank-c'],
        }),
    ],
    [
      'another account for a member',
      () => charter({ members: [{ id: 'bank-a', account: accountOf('bank-c')! }, charter().members[1]!] }),
    ],
    [
      'a member that nobody knows',
      () =>
        charter({
          members: [...charter().members, { id: 'nobody', account: `0x${'1'.repeat(40)}` }],
          signers: ['bank-a', 'bank-b', 'nobody'],
        }),
    ],
    ['a charter that spares a member the signature', () => charter({ signers: ['bank-a', 'bank-c'] })],
    ['somebody else as the founder', () => charter({ founder: 'bank-b' })],
    ['a later revision of nothing, as the first', () => charter({ revision: 2 })],
  ])('cannot bring %s', async (_, make) => {
    const c = make()
    await expect(hear('bank-a', message(c, [c], [await word(c, 'accept')]))).rejects.toMatchObject(refused('NOT_FOUND'))
    expect(await known()).toBe(0)
  })

  test('cannot speak for others, nor on another network, nor with a signature that was changed', async () => {
    const c = charter()
    const forged = [
      await word(c, 'accept', { by: 'bank-a', as: 'bank-b' }),
      await word(c, 'accept', { by: 'bank-c', as: 'bank-b' }),
      await word(c, 'leave', { by: 'bank-a', as: 'bank-b' }),
      { ...(await word(c, 'accept', { by: 'bank-b' })), text: 'and more' },
    ]
    await hear('bank-a', message(c, [c], [await word(c, 'accept'), ...forged]))
    const detail = await spaces.show(idOf(c))
    expect(detail.words.map((w) => w.member)).toEqual(['bank-a'])
    const d = charter()
    const elsewhere = await word(d, 'accept', { network: nodePlatform.sha256(new Uint8Array([8])) })
    await expect(hear('bank-a', message(d, [d], [elsewhere]))).rejects.toMatchObject(refused('NOT_FOUND'))
  })

  test('binds nobody by a charter that its proposer has not signed', async () => {
    const c = charter()
    await expect(hear('bank-a', message(c, [c], []))).rejects.toMatchObject(refused('NOT_FOUND'))
    expect(await known()).toBe(0)
  })

  test('cannot change the founder, skip revisions, or propose a change as somebody outside', async () => {
    const c = charter()
    await hear('bank-a', message(c, [c], [await word(c, 'accept')]))
    const next = (more: Partial<SpaceCharter>) =>
      charter({ space: idOf(c), revision: 2, previous: charterHash(c), ...more })
    const wrong = [
      next({ founder: 'bank-b', proposer: 'bank-b' }),
      next({ revision: 3 }),
      next({ previous: 'd'.repeat(64) }),
      next({ space: null }),
    ]
    for (const w of wrong)
      await hear('bank-a', message(c, [c, w], [await word(c, 'accept'), await word(w, 'accept', { by: w.proposer })]))
    expect((await spaces.show(idOf(c))).charters).toHaveLength(1)
  })

  test('learns nothing of a space that it is no member of', async () => {
    const c = charter()
    await hear('bank-a', message(c, [c], [await word(c, 'accept')]))
    await expect(hear('bank-c', message(c, [], []))).rejects.toMatchObject(refused('NOT_FOUND'))
    await expect(hear('bank-c', message(c, [c], [await word(c, 'accept')]))).rejects.toMatchObject(refused('NOT_FOUND'))
    await expect(hear('bank-c', { space: 'no' })).rejects.toMatchObject(refused('INVALID'))
  })

  test('fills nothing: neither with invitations, nor with words', async () => {
    for (let i = 0; i < 32; i++) {
      const c = charter()
      await hear('bank-a', message(c, [c], [await word(c, 'accept')]))
    }
    const c = charter()
    await expect(hear('bank-a', message(c, [c], [await word(c, 'accept')]))).rejects.toMatchObject(refused('BUSY'))
    expect(await known()).toBe(32)
    const first = (await spaces.list())[0]!
    const { charter: mine } = (await spaces.show(first.id)).charters[0]!
    const many = await Promise.all(Array.from({ length: 100 }, (_, i) => word(mine, 'change', { text: `more ${i}` })))
    await hear('bank-a', message(mine, [], many))
    expect((await spaces.show(first.id)).words.length).toBeLessThanOrEqual(64)
  })

  test('cannot make a member sign what it did not read, or twice', async () => {
    const c = charter()
    await hear('bank-a', message(c, [c], [await word(c, 'accept')]))
    await expect(spaces.accept(idOf(c), 'f'.repeat(64))).rejects.toMatchObject({ code: 'SPACE_NOTHING' })
    // Its flow reads what nobody gives: it could never run, and is not signed.
    await expect(spaces.accept(idOf(c), charterHash(c))).rejects.toMatchObject({ code: 'SPACE_FLOW' })
    await spaces.refuse(idOf(c), 'no')
    await expect(spaces.accept(idOf(c), undefined)).rejects.toMatchObject({ code: 'SPACE_NOTHING' })
    await expect(spaces.show('abcd')).rejects.toMatchObject({ code: 'SPACE_UNKNOWN' })
  })
})
