/** The desk where this node signs its own receipts and checks those of its partners. */
import {
  decodeReceipt,
  differenceOf,
  encodeReceipt,
  isSignedBy,
  type Receipt,
  signReceipt,
  usageFaultOf,
} from '@secureflow/audit'
import { equalBytes, fromHex } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import type { PlannedTask } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { CommitmentOf } from '../tasks/control.ts'
import type { TaskResult } from '../tasks/job.ts'
import { runErrors } from './errors.ts'
import type { SignedReceipt } from './meeting.ts'

export interface Occasion {
  startedAt: number
  endedAt: number
  inputs: CommitmentOf[]
  /** What this party read in the task, with the rows agreed on. */
  datasets: { asset: string; rows: number }[]
}

export class ReceiptDesk {
  readonly #network: Uint8Array
  readonly #run: Uint8Array
  readonly #self: string
  readonly #signer: Signer
  readonly #accounts: ReadonlyMap<string, Address>

  /** @param run hex of the agreement's digest @param accounts ledger account of each party */
  constructor(network: Uint8Array, run: string, self: string, signer: Signer, accounts: ReadonlyMap<string, Address>) {
    this.#network = network
    this.#run = fromHex(run)
    this.#self = self
    this.#signer = signer
    this.#accounts = accounts
  }

  async sign(
    task: PlannedTask,
    attempt: number,
    session: Uint8Array,
    result: TaskResult,
    releases: Receipt['releases'],
    { startedAt, endedAt, inputs, datasets }: Occasion,
  ): Promise<SignedReceipt> {
    const receipt: Receipt = {
      network: this.#network,
      run: this.#run,
      task: task.index,
      step: task.step,
      component: task.component,
      version: task.version,
      attempt,
      session,
      party: this.#self,
      part: task.parties.find((p) => p.id === this.#self)!.part,
      inputs: inputs.map(({ port, commitment }) => ({ port, commitment })),
      outputs: result.outputs.map(({ port, commitment }) => ({ port, commitment })),
      channels: result.channels.map(({ peer, sent, received, sentBytes, receivedBytes }) => ({
        peer,
        sent,
        received,
        sentBytes,
        receivedBytes,
      })),
      releases,
      startedAt,
      endedAt,
      usage: {
        cpuMs: upTo(result.usage.cpuMs, 10),
        peakMemoryBytes: upTo(result.usage.peakMemoryBytes, 2 ** 20),
        sentBytes: sumOf(result.channels, 'sentBytes'),
        receivedBytes: sumOf(result.channels, 'receivedBytes'),
        datasets,
      },
    }
    return { receipt: encodeReceipt(receipt), signature: await signReceipt(nodePlatform.sha256, receipt, this.#signer) }
  }

  /**
   * @param inputs what each party committed to when the task began
   * @throws RUN_RECEIPT_MISMATCH where a partner's receipt is not the counterpart of the own one
   */
  async check(
    task: PlannedTask,
    own: SignedReceipt,
    others: Map<string, SignedReceipt>,
    inputs: ReadonlyMap<string, CommitmentOf[]>,
  ): Promise<void> {
    const mine = decodeReceipt(own.receipt)!
    for (const [who, signed] of others) {
      const refuse = (what: string) => runErrors.RUN_RECEIPT_MISMATCH({ who, step: task.step, what }, { party: who })
      const theirs = decoded(signed.receipt)
      if (theirs === undefined) throw refuse('form')
      if (!(await isSignedBy(nodePlatform.sha256, theirs, signed.signature, this.#accounts.get(who)!)))
        throw refuse('signature')
      if (theirs.party !== who) throw refuse('party')
      if (theirs.part !== task.parties.find((p) => p.id === who)!.part) throw refuse('part')
      const difference = differenceOf(mine, theirs) ?? usageFaultOf(theirs)
      if (difference !== undefined) throw refuse(difference)
      if (!sameCommitments(theirs.inputs, inputs.get(who) ?? [])) throw refuse('inputs')
    }
  }
}

const upTo = (n: number, step: number): number => Math.ceil(n / step) * step

const sumOf = (channels: Receipt['channels'], of: 'sentBytes' | 'receivedBytes'): number =>
  channels.reduce((total, c) => total + c[of], 0)

function decoded(bytes: Uint8Array): Receipt | undefined {
  try {
    return decodeReceipt(bytes)
  } catch {
    return undefined // not even CBOR
  }
}

export const sameCommitments = (a: readonly CommitmentOf[], b: readonly CommitmentOf[]): boolean =>
  a.length === b.length &&
  a.every(({ port, commitment }, i) => port === b[i]!.port && equalBytes(commitment, b[i]!.commitment))
