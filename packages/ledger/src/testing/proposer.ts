/**
 * A proposer in a process of its own, to be killed: reads transactions as lines of hexadecimal digits, writes `ready` when
 * it is up and `<line number> <height>` once a transaction is acknowledged.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { silentLogger } from '@secureflow/base'
import { EmbeddedLedger } from '../embedded/ledger.ts'
import { decodeGenesis } from '../genesis.ts'
import { MemoryNetwork } from './memory.ts'
import { signerOfName } from './network.ts'

const [folder, genesis] = process.argv.slice(2) as [string, string]
const ledger = await EmbeddedLedger.open({
  folder,
  genesis: decodeGenesis(readFileSync(genesis)),
  signer: signerOfName('centre'),
  transport: new MemoryNetwork().transport('centre'),
  clock: { now: () => Date.now() },
  logger: silentLogger,
  batchMs: 2,
})
console.log('ready')
let line = 0
for await (const raw of createInterface({ input: process.stdin })) {
  const number = line++
  ledger.provider
    .request({ method: 'eth_sendRawTransaction', params: [raw] })
    .then(async (hash) => {
      const receipt = await ledger.provider.request({ method: 'eth_getTransactionReceipt', params: [hash] })
      console.log(`${number} ${Number((receipt as { blockNumber: string }).blockNumber)}`)
    })
    .catch((error: unknown) => console.log(`${number} refused ${(error as Error).message}`))
}
