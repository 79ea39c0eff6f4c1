/** The state against that of @ethereumjs/statemanager: the same values and the same roots, whatever is taken back. */
import type { StateManagerInterface } from '@ethereumjs/common'
import { Caches, MerkleStateManager } from '@ethereumjs/statemanager'
import { Account, Address } from '@ethereumjs/util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LedgerState } from './state.ts'
import type { NodeStore } from './trie.ts'

const memory = (): NodeStore => {
  const nodes = new Map<string, Uint8Array>()
  return { get: async (hash) => nodes.get(hash), put: (hash, node) => void nodes.set(hash, node) }
}
const addressOf = (i: number): Address => new Address(new Uint8Array(20).fill(i + 1))
const slotOf = (i: number): Uint8Array => new Uint8Array(32).fill(i)

type Action =
  | { kind: 'account' | 'code' | 'remove'; at: number; value: number }
  | { kind: 'storage'; at: number; slot: number; value: Uint8Array }
  | { kind: 'checkpoint' | 'commit' | 'revert' | 'root' | 'anew' }

const at = fc.nat(2)
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom('account', 'account', 'code', 'remove'), at, value: fc.nat(300) }),
  fc.record({
    kind: fc.constant('storage' as const),
    at,
    slot: fc.nat(6),
    value: fc.oneof(fc.constant(new Uint8Array(32)), fc.uint8Array({ minLength: 1, maxLength: 32 })),
  }),
  fc.record({ kind: fc.constantFrom('checkpoint', 'commit', 'revert', 'root', 'anew') }),
) as fc.Arbitrary<Action>

/** As the EVM does: only an account that is there has storage, and what is removed had none. */
async function apply(state: StateManagerInterface, action: Action): Promise<void> {
  if (!('at' in action)) return
  const address = addressOf(action.at)
  const account = await state.getAccount(address)
  if (action.kind === 'account') {
    const changed = account ?? new Account()
    changed.nonce = BigInt(action.value)
    await state.putAccount(address, changed)
  } else if (action.kind === 'code' && account !== undefined) await state.putCode(address, Uint8Array.of(action.value))
  else if (action.kind === 'remove' && action.at === 2) await state.deleteAccount(address)
  else if (action.kind === 'storage' && account !== undefined && action.at < 2)
    await state.putStorage(address, slotOf(action.slot), action.value)
}

it('has the values and the roots of the reference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      const reference = new MerkleStateManager({ caches: new Caches() })
      const store = memory()
      let state = new LedgerState(store)
      const both = (): StateManagerInterface[] => [reference, state]
      let open = 0
      const sameRoot = async () => {
        const root = await state.getStateRoot()
        expect(root).toEqual(await reference.getStateRoot())
        return root
      }
      for (const action of actions) {
        if (action.kind === 'checkpoint') {
          open++
          for (const s of both()) await s.checkpoint()
        } else if (action.kind === 'commit' || action.kind === 'revert') {
          if (open === 0) continue
          open--
          for (const s of both()) await s[action.kind]()
        } else if (action.kind === 'root' || action.kind === 'anew') {
          if (open > 0) continue
          const root = await sameRoot()
          if (action.kind === 'anew') state = new LedgerState(store, root)
        } else for (const s of both()) await apply(s, action)
      }
      for (let i = 0; i < 3; i++) {
        const accounts = await Promise.all(both().map((s) => s.getAccount(addressOf(i))))
        expect(accounts[1]?.nonce).toBe(accounts[0]?.nonce)
        expect(await state.getCode(addressOf(i))).toEqual(await reference.getCode(addressOf(i)))
        for (let j = 0; j < 7 && i < 2; j++)
          expect(await state.getStorage(addressOf(i), slotOf(j))).toEqual(
            await reference.getStorage(addressOf(i), slotOf(j)),
          )
      }
      while (open-- > 0) for (const s of both()) await s.commit()
      await sameRoot()
    }),
    { numRuns: process.env.SECUREFLOW_FULL === '1' ? 3000 : 150 },
  )
})

it('forgets what was cleared, and brings it back when that is taken back', async () => {
  const state = new LedgerState(memory())
  const [address, slot] = [addressOf(0), slotOf(1)]
  await state.putAccount(address, new Account(1n))
  await state.putStorage(address, slot, Uint8Array.of(7))
  const root = await state.getStateRoot()
  await state.checkpoint()
  await state.clearStorage(address)
  expect(await state.getStorage(address, slot)).toEqual(new Uint8Array(0))
  await state.revert()
  expect(await state.getStorage(address, slot)).toEqual(Uint8Array.of(7))
  expect(await state.getStateRoot()).toEqual(root)
  await expect(state.setStateRoot(new Uint8Array(32).fill(3))).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' })
})
