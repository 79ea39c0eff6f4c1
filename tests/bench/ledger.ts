/**
 * The replicated ledger: contract calls a second, alone and with two members that replay, and the time until a head is
 * co-signed. All replicas are in one process, on one thread: real members have a processor each. The processor time of a
 * call is told beside, because it says the same on a busy machine.
 */
import { contractNames } from '@secureflow/ledger/genesis'
import { MemoryNetwork } from '@secureflow/ledger/testing/memory'
import { accountOf, digestOf, TestNetwork } from '@secureflow/ledger/testing/network'
import { signedAssets } from '@secureflow/ledger/testing/transactions'
import { median } from './measure.ts'
import type { BenchRow } from './row.ts'

const names = ['centre', 'bank-a', 'bank-b']
const accounts = names.map(accountOf)
/** Before the clock starts: the engine has compiled what it will. */
const warmUp = 200
const transactions = 400
const model = 'one proposes, members co-sign'

export async function bench(): Promise<BenchRow[]> {
  return [...(await alone()), ...(await three())]
}

async function alone(): Promise<BenchRow[]> {
  const net = await TestNetwork.create()
  const ledger = await net.ledger('centre', { links: new MemoryNetwork() })
  const raws = await signedAssets(net, 'centre', contractNames.length, warmUp + transactions)
  const submit = (raw: string) => ledger.provider.request({ method: 'eth_sendRawTransaction', params: [raw] })
  await Promise.all(raws.slice(0, warmUp).map(submit))
  const taken = await measured(async () => {
    await Promise.all(raws.slice(warmUp).map(submit))
  })
  await net.close()
  const note = 'tokens minted: one contract call each, synced to disk'
  return rows('ledger, one replica', taken, { model, network: 'none', note, bar: { atLeast: 176 } })
}

async function three(): Promise<BenchRow[]> {
  const net = await TestNetwork.create()
  const ledgers = await Promise.all(names.map((name) => net.ledger(name)))
  const [centre, bank] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]]
  await net.add(await net.client(centre, 'centre'), 'bank-a', 'bank-b')
  const raws = await signedAssets(net, 'bank-a', 0, warmUp + transactions)
  const submit = (raw: string) => bank.provider.request({ method: 'eth_sendRawTransaction', params: [raw] })
  const coSigned = () => bank.coSigned(centre.height, accounts)
  await Promise.all(raws.slice(0, warmUp).map(submit))
  await coSigned()
  const taken = await measured(async () => {
    await Promise.all(raws.slice(warmUp).map(submit))
    await coSigned()
  })

  const client = await net.client(bank, 'bank-a')
  const waited: number[] = []
  for (let i = 0; i < 15; i++) {
    const manifestHash = digestOf(`timed ${i}`)
    const before = performance.now()
    const { height } = await client.registerAsset({ kind: 'dataset', manifestHash, termsHash: manifestHash })
    await bank.coSigned(height, accounts)
    waited.push(performance.now() - before)
  }
  await net.close()
  const common = { model, network: 'memory' }
  const note = 'until all have replayed and signed, in one process'
  return [
    ...rows('ledger, three replicas', taken, { ...common, note, bar: { atLeast: 100 } }),
    {
      name: 'ledger, call to co-signed head',
      value: median(waited.slice(5)),
      unit: 'ms',
      ...common,
      note: 'checked, signed, included, replayed and signed by three members in one process',
    },
  ]
}

interface Taken {
  seconds: number
  processorSeconds: number
}

async function measured(work: () => Promise<void>): Promise<Taken> {
  const [start, processor] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(processor)
  return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 }
}

function rows(name: string, taken: Taken, about: Omit<BenchRow, 'name' | 'value' | 'unit'>): BenchRow[] {
  const { bar: _, ...rest } = about
  return [
    { name, value: transactions / taken.seconds, unit: 'calls/s', ...about },
    {
      ...rest,
      name: `${name}: processor time of a call`,
      value: (taken.processorSeconds * 1000) / transactions,
      unit: 'ms',
      note: 'of all replicas together, on all threads',
    },
  ]
}
