/** The replicated ledger: transactions a second, alone and replayed, and the time until a head is co-signed. */
import { contractNames } from '@secureflow/ledger/genesis'
import { MemoryNetwork } from '@secureflow/ledger/testing/memory'
import { accountOf, digestOf, TestNetwork } from '@secureflow/ledger/testing/network'
import { signedAssets } from '@secureflow/ledger/testing/transactions'
import { median } from './measure.ts'
import type { BenchRow } from './row.ts'

const names = ['centre', 'bank-a', 'bank-b']
const accounts = names.map(accountOf)
const transactions = 300
const model = 'one proposes, members co-sign'

export async function bench(): Promise<BenchRow[]> {
  return [await alone(), ...(await three())]
}

async function alone(): Promise<BenchRow> {
  const net = await TestNetwork.create()
  const ledger = await net.ledger('centre', { links: new MemoryNetwork() })
  const raws = await signedAssets(net, 'centre', contractNames.length, transactions + 50)
  const submit = (raw: string) => ledger.provider.request({ method: 'eth_sendRawTransaction', params: [raw] })
  await Promise.all(raws.slice(0, 50).map(submit))
  const start = performance.now()
  await Promise.all(raws.slice(50).map(submit))
  const value = transactions / ((performance.now() - start) / 1000)
  await net.close()
  const note = 'tokens minted: one contract call each, synced to disk'
  return {
    name: 'ledger, one replica',
    value,
    unit: 'transactions/s',
    model,
    network: 'none',
    note,
    bar: { atLeast: 176 },
  }
}

async function three(): Promise<BenchRow[]> {
  const net = await TestNetwork.create()
  const ledgers = await Promise.all(names.map((name) => net.ledger(name)))
  const [centre, bank] = ledgers as [(typeof ledgers)[0], (typeof ledgers)[0]]
  await net.add(await net.client(centre, 'centre'), 'bank-a', 'bank-b')
  const raws = await signedAssets(net, 'bank-a', 0, transactions + 50)
  const submit = (raw: string) => bank.provider.request({ method: 'eth_sendRawTransaction', params: [raw] })
  const coSigned = () => bank.coSigned(centre.height, accounts)
  await Promise.all(raws.slice(0, 50).map(submit))
  await coSigned()
  const start = performance.now()
  await Promise.all(raws.slice(50).map(submit))
  await coSigned()
  const rate = transactions / ((performance.now() - start) / 1000)

  const client = await net.client(bank, 'bank-a')
  const taken: number[] = []
  for (let i = 0; i < 15; i++) {
    const manifestHash = digestOf(`timed ${i}`)
    const before = performance.now()
    const { height } = await client.registerAsset({ kind: 'dataset', manifestHash, termsHash: manifestHash })
    await bank.coSigned(height, accounts)
    taken.push(performance.now() - before)
  }
  await net.close()
  const common = { model, network: 'memory' }
  return [
    {
      name: 'ledger, three replicas',
      value: rate,
      unit: 'transactions/s',
      ...common,
      note: 'until all have replayed and signed, in one process',
      bar: { atLeast: 100 },
    },
    {
      name: 'ledger, call to co-signed head',
      value: median(taken.slice(5)),
      unit: 'ms',
      ...common,
      note: 'checked, signed, included, replayed and signed by three members in one process',
    },
  ]
}
