/**
 * A replica and its member's client in a process of its own, to be killed: `replica.ts <member> <folder> <genesis>`. It
 * speaks with its parent alone, which passes messages on between replicas (`switch.ts`).
 */
import { readFileSync } from 'node:fs'
import { type Plain, SecureflowError, silentLogger } from '@secureflow/base'
import { ledgerClient } from '../client.ts'
import { EmbeddedLedger } from '../embedded/ledger.ts'
import { decodeGenesis } from '../genesis.ts'
import type { LedgerTransport } from '../transport.ts'
import { signerOfName } from './network.ts'
import type { FromReplica, ToReplica } from './switch.ts'

const [self, folder, genesisFile, ...others] = process.argv.slice(2) as [string, string, string, ...string[]]
const genesis = decodeGenesis(readFileSync(genesisFile))
const signer = signerOfName(self)
const say = (message: FromReplica): void => void process.send?.(message)

const handlers = new Map<string, (from: string, body: Plain) => Promise<Plain>>()
const asked = new Map<number, PromiseWithResolvers<Plain>>()
let counter = 0

const transport: LedgerTransport = {
  members: () => others,
  request(to, kind, body) {
    const answer = Promise.withResolvers<Plain>()
    asked.set(++counter, answer)
    say({ type: 'request', to, kind, body, id: counter })
    return answer.promise
  },
  notify: (to, kind, body) => say({ type: 'request', to, kind, body, id: 0 }),
  handle: (kind, handler) => void handlers.set(kind, handler),
}

process.on('message', async (message: ToReplica) => {
  if (message.type === 'answer') {
    const answer = asked.get(message.id)
    asked.delete(message.id)
    if (message.body === undefined) answer?.reject(new Error('away'))
    else answer?.resolve(message.body)
  } else if (message.type === 'request') {
    const { from, kind, body, id } = message
    const answer = await handlers
      .get(kind)?.(from, body)
      .catch(() => undefined)
    if (id > 0) say({ type: 'answer', to: from, id, body: answer })
  } else {
    const { id, method, args } = message
    const work = (client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!(...args)
    work.then(
      (value) => say({ type: 'done', id, value }),
      (error: unknown) =>
        say({ type: 'done', id, error: error instanceof SecureflowError ? error.code : String(error) }),
    )
  }
})

const clock = { now: () => Date.now() }
const options = { folder, genesis, signer, transport, clock, logger: silentLogger, batchMs: 2, compareMs: 200 }
const ledger = await EmbeddedLedger.open(options)
const client = await ledgerClient({ provider: ledger.provider, signer, genesis })
await ledger.compare() // what it missed while it was away
say({ type: 'ready' })
