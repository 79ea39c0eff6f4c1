/** A small network in one process: keys, a genesis, replicas on temporary folders, and what the tests sign. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex, type Logger, silentLogger, utf8 } from '@secureflow/base'
import { type Address, localSigner, type Signer } from '@secureflow/crypto'
import { keccak256 } from 'viem'
import { type Agreement, agreementDigest, withoutGrants } from '../agreement.ts'
import { ledgerClient } from '../client.ts'
import { EmbeddedLedger } from '../embedded/ledger.ts'
import { enrolmentDigest } from '../enrolment.ts'
import { createGenesis, type NetworkGenesis, networkIdOf } from '../genesis.ts'
import type { Enrolment, LedgerClient } from '../interface.ts'
import { MemoryNetwork } from './memory.ts'

export const digestOf = (text: string): Uint8Array => fromHex(keccak256(utf8(text)))
const signers = new Map<string, Signer>() // to make one costs a multiplication on the curve
export function signerOfName(name: string): Signer {
  const signer = signers.get(name) ?? localSigner(digestOf(`key of ${name}`))
  signers.set(name, signer)
  return signer
}
export const accountOf = (name: string): Address => signerOfName(name).address.toLowerCase() as Address
export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export class TestNetwork {
  readonly genesis: NetworkGenesis
  readonly networkId: Uint8Array
  readonly links = new MemoryNetwork()
  readonly root = mkdtempSync(join(tmpdir(), 'secureflow-ledger-'))
  /** Milliseconds that a member's clock is ahead. */
  readonly ahead = new Map<string, number>()
  readonly #open = new Set<EmbeddedLedger>()

  private constructor(genesis: NetworkGenesis) {
    this.genesis = genesis
    this.networkId = networkIdOf(genesis)
  }

  static async create(nonce = 'a network', quorum = 1): Promise<TestNetwork> {
    const founder = { name: 'centre', account: accountOf('centre'), ...keysOf('centre') }
    return new TestNetwork(
      await createGenesis({ nonce: digestOf(nonce), createdAt: nowSeconds() - 3600, founder, quorum }),
    )
  }

  async ledger(
    name: string,
    options: { folder?: string; signer?: Signer; links?: MemoryNetwork; logger?: Logger; compareMs?: number } = {},
  ): Promise<EmbeddedLedger> {
    const ledger = await EmbeddedLedger.open({
      folder: join(this.root, options.folder ?? name),
      genesis: this.genesis,
      signer: options.signer ?? signerOfName(name),
      transport: (options.links ?? this.links).transport(name),
      clock: { now: () => Date.now() + (this.ahead.get(name) ?? 0) },
      logger: options.logger ?? silentLogger,
      batchMs: 2,
      compareMs: options.compareMs ?? 200,
    })
    this.#open.add(ledger)
    return ledger
  }

  client(ledger: EmbeddedLedger, name: string, timeoutMs = 5000): Promise<LedgerClient> {
    return ledgerClient({ provider: ledger.provider, signer: signerOfName(name), genesis: this.genesis, timeoutMs })
  }

  async enrolment(name: string, change: Partial<Enrolment> = {}): Promise<[Enrolment, Uint8Array]> {
    const enrolment = { name, account: accountOf(name), ...keysOf(name), expiry: nowSeconds() + 600, ...change }
    return [enrolment, await signerOfName(name).sign(enrolmentDigest(this.networkId, enrolment))]
  }

  async add(client: LedgerClient, ...names: string[]): Promise<void> {
    for (const name of names) await client.addMember(...(await this.enrolment(name)))
  }

  agreement(names: string[], change: Partial<Agreement> = {}): Agreement {
    const expiry = nowSeconds() + 600
    return {
      nonce: digestOf(`nonce ${counter++}`),
      expiry,
      deadline: expiry + 3600,
      bodyHash: digestOf('body'),
      parties: names.map(accountOf),
      dealer: `0x${'0'.repeat(40)}`,
      attemptLimit: 3,
      ...withoutGrants(),
      ...change,
    }
  }

  signAll(agreement: Agreement, names: string[], networkId = this.networkId): Promise<Uint8Array[]> {
    return Promise.all(names.map((name) => signerOfName(name).sign(agreementDigest(networkId, agreement))))
  }

  async close(): Promise<void> {
    for (const ledger of this.#open) await ledger.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

let counter = 0
const keysOf = (name: string) => ({
  certificate: digestOf(`certificate of ${name}`),
  peerKey: digestOf(`peer key of ${name}`),
})
