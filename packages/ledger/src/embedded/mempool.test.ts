import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { fromHex } from '@secureflow/base'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chainIdOf } from '../genesis.ts'
import { TestNetwork } from '../testing/network.ts'
import { signedAssets } from '../testing/transactions.ts'
import { Mempool, type Outcome } from './mempool.ts'
import { chainRules } from './rules.ts'

let net: TestNetwork
let transactions: TypedTransaction[]
beforeAll(async () => {
  net = await TestNetwork.create()
  const common = chainRules(chainIdOf(net.networkId))
  transactions = (await signedAssets(net, 'bank-a', 0, 6)).map((raw) => createTxFromRLP(fromHex(raw), { common }))
})
afterAll(() => net.close())

/** Nonces that wait, each since its time, and what became of them. */
function waiting(...nonces: [nonce: number, since: number][]) {
  const pool = new Mempool()
  const outcomes = new Map<number, Outcome>()
  for (const [nonce, since] of nonces)
    void pool.add(transactions[nonce]!, 100, since).then((outcome) => outcomes.set(nonce, outcome))
  const sender = transactions[0]!.getSenderAddress().toString()
  return { pool, sender, outcomes }
}

it('gives up what waits too long for a nonce that does not come, and what is spent', async () => {
  const { pool, sender, outcomes } = waiting([0, 9000], [3, 1000], [4, 9000])
  pool.expire(sender, 1, 5000)
  await Promise.resolve()
  expect(Object.fromEntries(outcomes)).toEqual({ 0: { refused: 'nonce', nonce: 1 }, 3: { refused: 'nonce', nonce: 1 } })
  expect(pool.batch().map((tx) => Number(tx.nonce))).toEqual([4])
})

it('keeps what only waits for its turn, however long', async () => {
  const { pool, sender, outcomes } = waiting([2, 0], [1, 0], [3, 0], [5, 0])
  pool.expire(sender, 1, 5000)
  await Promise.resolve()
  expect(Object.fromEntries(outcomes)).toEqual({ 5: { refused: 'nonce', nonce: 1 } })
  expect(pool.batch().map((tx) => Number(tx.nonce))).toEqual([1, 2, 3])
})
