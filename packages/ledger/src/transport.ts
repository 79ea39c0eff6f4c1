/**
 * How the replicas of one network reach each other. The node puts it on its peer links; tests join replicas in memory.
 * Kinds of message: `ledger.submit`, `ledger.block`, `ledger.head`, `ledger.blocks`.
 */
import type { Plain } from '@secureflow/base'

export interface LedgerTransport {
  /** Names of the members that messages may be sent to, self excluded. Asked before every sending. */
  members(): string[]
  /** Rejects when the member cannot be reached or refuses. */
  request(member: string, kind: string, body: Plain): Promise<Plain>
  /** Without an answer; may be lost. */
  notify(member: string, kind: string, body: Plain): void
  /** One handler a kind. Its answer to a notice is dropped. */
  handle(kind: string, handler: (from: string, body: Plain) => Promise<Plain>): void
}
