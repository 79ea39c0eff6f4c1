/** What the runs need of the rest of the node. The composition root fits the real parts to it; tests fit small ones. */
import type { RunNews } from '@secureflow/api'
import type { Clock, Logger, MemberId, Plain, Rng } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import type { AssetFacts, ComponentRegistry, LinkFacts, Terms } from '@secureflow/flow'
import type { Agreement } from '@secureflow/ledger'
import type { GrantLedger } from '../grants/ledger.ts'
import type { SpaceGate } from '../spaces/interface.ts'
import type { Database } from '../storage/index.ts'
import type { Executor } from '../tasks/job.ts'
import type { Usage } from '../usage/index.ts'
import type { Journal } from './journal.ts'

export interface OwnAsset {
  facts: AssetFacts
  path: string
  format: 'csv' | 'parquet'
  terms: Terms
}

export interface RunAssets {
  /** By id or name. */
  own(asset: string): Promise<OwnAsset | undefined>
  /** Public facts of another member's dataset, as its owner states them, checked against the ledger. By id or name. */
  facts(owner: MemberId, asset: string): Promise<AssetFacts | undefined>
}

export interface RunPeers {
  request(
    to: MemberId,
    kind: string,
    body: Plain,
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Plain>
  notify(to: MemberId, kind: string, body: Plain): void
  handle(kind: string, handler: (from: MemberId, body: Plain) => Promise<Plain>): void
  on(event: 'up', listener: (member: MemberId) => void): void
  measure(to: MemberId): Promise<LinkFacts>
}

export interface RunLedger {
  readonly networkId: Uint8Array
  register(agreement: Agreement, signatures: Uint8Array[]): Promise<void>
  /** Where and how the agreement stands on the ledger; undefined while it does not. */
  registered(run: string): Promise<{ height: number; signatures: Uint8Array[] } | undefined>
  /** Resolves when all these accounts have signed the head at this height. */
  coSigned(height: number, accounts: readonly Address[], signal: AbortSignal): Promise<void>
  /** Anchoring twice is no error. */
  anchor(run: string, root: Uint8Array, size: number, receipts: number): Promise<void>
  /** All parties have anchored. */
  complete(run: string): Promise<boolean>
  /** Makes the run failed for everybody; no error where it already is. */
  fail(run: string, code: string): Promise<void>
  onBlock(listener: () => void): void
  readonly grants: GrantLedger
}

export interface RunStanding {
  /** Undefined for whom the ledger does not name. */
  of(member: MemberId): 'active' | 'suspended' | 'removed' | undefined
  /** After every change of who may act. */
  onChange(listener: () => void): void
}

export interface RunsDependencies {
  home: string
  db: Database
  self: MemberId
  signer: Signer
  /** 32 secret bytes of this node, drawn once: salts of commitments are derived from it. */
  commitmentKey: Uint8Array
  accountOf(member: MemberId): Address | undefined
  /** What the ledger says of a member; absent where nothing can change it. */
  standing?: RunStanding
  components: ComponentRegistry
  /** Absent where no run can name a space. */
  spaces?: SpaceGate
  peers: RunPeers
  ledger: RunLedger
  assets: RunAssets
  journal: Journal
  usage: Usage
  executor: Executor
  clock: Clock
  rng: Rng
  logger: Logger
  /** Hears all news, own and partners', for metrics. */
  onNews?: (news: RunNews, run: string) => void
  times?: Partial<RunTimes>
}

export interface RunTimes {
  askAgainMs: number
  /** How often a run looks whether its grants still stand where no block comes, and a request asks again. */
  lookAgainMs: number
  absenceMs: number
  messageTimeoutMs: number
  /** How long a proposal may wait for signatures and registration. */
  proposalMs: number
  /** From proposal to the end, at least; ten times the estimate where that is longer. */
  runMs: number
}

export const defaultTimes: RunTimes = {
  askAgainMs: 1000,
  lookAgainMs: 5000,
  absenceMs: 120_000,
  messageTimeoutMs: 120_000,
  proposalMs: 10 * 60_000,
  runMs: 60 * 60_000,
}
