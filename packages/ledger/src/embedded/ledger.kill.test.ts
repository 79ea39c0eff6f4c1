/** A proposer killed with -9 while transactions come: whatever it acknowledged stands in its chain, which goes on. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Hex, keccak256 } from 'viem'
import { expect, it } from 'vitest'
import { contractNames, encodeGenesis } from '../genesis.ts'
import { MemoryNetwork } from '../testing/memory.ts'
import { TestNetwork } from '../testing/network.ts'
import { signedAssets } from '../testing/transactions.ts'

const repetitions = process.env.SECUREFLOW_FULL === '1' ? 40 : 2
const perLife = 60

interface Life {
  child: ChildProcessWithoutNullStreams
  acknowledged: Map<number, number>
  /** Resolves when so many are acknowledged. */
  reached(count: number): Promise<void>
}

async function start(folder: string, genesis: string): Promise<Life> {
  const script = join(import.meta.dirname, '../testing/proposer.ts')
  const child = spawn(process.execPath, [script, folder, genesis])
  const acknowledged = new Map<number, number>()
  let wake = (): void => {}
  const ready = Promise.withResolvers<void>()
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors += data
  })
  child.on('exit', () => ready.reject(new Error(`ended: ${errors}`)))
  child.stdin.on('error', () => {}) // it is killed while we write
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') return ready.resolve()
    const [number, height, why] = line.split(' ')
    if (why !== undefined) throw new Error(line)
    acknowledged.set(Number(number), Number(height))
    wake()
  })
  await ready.promise
  const reached = async (count: number) => {
    while (acknowledged.size < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
  }
  return { child, acknowledged, reached }
}

it(`loses nothing that it acknowledged, killed ${repetitions} times`, async () => {
  const net = await TestNetwork.create()
  const folder = join(net.root, 'centre')
  const genesis = join(net.root, 'genesis')
  writeFileSync(genesis, encodeGenesis(net.genesis))
  const kept = new Map<Hex, number>()
  let nonce: number = contractNames.length // the founder's first transactions created the contracts
  for (let life = 0; life < repetitions; life++) {
    const { child, acknowledged, reached } = await start(folder, genesis)
    const transactions = await signedAssets(net, 'centre', nonce, perLife)
    for (const raw of transactions) child.stdin.write(`${raw}\n`)
    await reached(1 + ((life * 37) % (perLife / 2)))
    const died = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await died
    for (const [number, height] of acknowledged) kept.set(keccak256(transactions[number]!), height)
    // Read again by this process, which then gives the folder back.
    const ledger = await net.ledger('centre', { links: new MemoryNetwork() })
    for (const [hash, height] of kept) {
      const receipt = await ledger.provider.request({ method: 'eth_getTransactionReceipt', params: [hash] })
      expect(receipt, `life ${life}`).toMatchObject({ blockNumber: `0x${height.toString(16)}`, status: '0x1' })
    }
    const params = [net.genesis.founder.account, 'latest']
    nonce = Number(await ledger.provider.request({ method: 'eth_getTransactionCount', params }))
    expect(ledger.evidence()).toEqual([])
    await ledger.close()
  }
  // A replica that hears of all this only now replays it from the beginning.
  const proposer = await net.ledger('centre')
  const follower = await net.ledger('bank-a')
  await follower.compare()
  expect(follower.head).toEqual(proposer.head)
  await net.close()
})
