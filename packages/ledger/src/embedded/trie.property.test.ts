/** The state tree against @ethereumjs/mpt: the same roots after any changes, before and after it was read anew. */
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keccak256 } from './curve.ts'
import { emptyRoot, type NodeStore, Trie } from './trie.ts'

const memory = (): NodeStore => {
  const nodes = new Map<string, Uint8Array>()
  return { get: async (hash) => nodes.get(hash), put: (hash, node) => void nodes.set(hash, node) }
}

/** Few keys that share long beginnings, so that paths split and join; short values, so that nodes stand in their parents. */
const key = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 255 }))
  .map(([first, place, byte]) => {
    const out = new Uint8Array(32).fill(first < 3 ? 0x11 : first)
    out[place] = byte
    return out
  })
const value = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.uint8Array({ minLength: 30, maxLength: 60 }))
const change = fc.record({ key, value: fc.option(value, { nil: undefined, freq: 2 }), settle: fc.nat(5) })

it('gives the roots of the reference, whatever is set and removed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (changes) => {
      const store = memory()
      let trie = new Trie(store)
      const reference = new MerklePatriciaTrie()
      const model = new Map<string, Uint8Array>()
      for (const { key, value, settle } of changes) {
        await trie.set(key, value)
        if (value === undefined) await reference.del(key)
        else await reference.put(key, value)
        if (value === undefined) model.delete(String(key))
        else model.set(String(key), value)
        if (settle > 1) continue
        const root = trie.root()
        expect(root).toEqual(reference.root())
        if (settle === 0) trie = new Trie(store, root)
      }
      for (const { key } of changes) expect(await trie.get(key)).toEqual(model.get(String(key)))
      expect(trie.root()).toEqual(reference.root())
    }),
    { numRuns: process.env.SECUREFLOW_FULL === '1' ? 3000 : 150 },
  )
})

it('of many keys is the reference’s too, also after it let go of what it had loaded', async () => {
  const store = memory()
  const trie = new Trie(store)
  const reference = new MerklePatriciaTrie()
  const keyOf = (i: number) => keccak256(Uint8Array.of(i & 255, i >> 8))
  for (let i = 0; i < 600; i++) {
    await trie.set(keyOf(i), keyOf(i + 1))
    await reference.put(keyOf(i), keyOf(i + 1))
    if (i % 200 === 0) expect(trie.root()).toEqual(reference.root())
  }
  const again = new Trie(store, trie.root(), 50)
  for (let i = 0; i < 600; i++) {
    expect(await again.get(keyOf(i))).toEqual(keyOf(i + 1))
    if (i % 3 === 0) continue
    await again.set(keyOf(i), undefined)
    await reference.del(keyOf(i))
    if (i % 50 === 0) expect(again.root()).toEqual(reference.root())
  }
  expect(again.root()).toEqual(reference.root())
  for (let i = 0; i < 600; i += 3) await again.set(keyOf(i), undefined)
  expect(again.root()).toEqual(emptyRoot)
})

it('says that it is damaged where a node is missing', async () => {
  const store = memory()
  const trie = new Trie(store)
  await trie.set(keccak256(Uint8Array.of(1)), Uint8Array.of(1))
  await expect(
    new Trie({ ...store, get: async () => undefined }, trie.root()).get(keccak256(Uint8Array.of(1))),
  ).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_DAMAGED' }))
})
