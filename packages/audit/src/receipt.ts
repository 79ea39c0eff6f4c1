/**
 * Receipts: what each party signs about one task before its outputs are used. Two receipts of one task match where the
 * digest of what one sent is the digest of what the other received.
 */
import { decodeCbor, encodeCbor, equalBytes, toHex } from '@secureflow/base'
import { type Address, type Signer, signerOf, typedDigest } from '@secureflow/crypto'
import { z } from 'zod'

const bytes32 = z.custom<Uint8Array>((b) => b instanceof Uint8Array && b.length === 32, 'expected 32 bytes')
const name = z.string().min(1).max(64)
const commitment = z.strictObject({ port: name, commitment: bytes32 })
const count = z.number().int().min(0)

/**
 * What the task took, as this party says. The sums of bytes follow from the channels and the datasets from the agreement,
 * and are checked; processor time and memory are the party's own word. Both are rounded up, so that partners learn no more
 * from them than from the times.
 */
const usageSchema = z.strictObject({
  /** User and system time of the task process, in steps of 10. */
  cpuMs: count,
  /** Most resident memory of the task process, in steps of 1 MiB. */
  peakMemoryBytes: count,
  sentBytes: count,
  receivedBytes: count,
  /** Datasets that this party read in this task, with the rows that were agreed on. */
  datasets: z.array(z.strictObject({ asset: z.string().regex(/^[0-9a-f]{64}$/), rows: count })).max(256),
})
export type ReceiptUsage = z.output<typeof usageSchema>

const receiptSchema = z.strictObject({
  network: bytes32,
  /** EIP-712 digest of the agreement. */
  run: bytes32,
  task: count.max(10_000),
  step: name,
  component: name,
  version: count,
  attempt: count.min(1).max(1000),
  /** hash(agreement, task, attempt, a nonce from each side) */
  session: bytes32,
  party: name,
  part: name,
  /** Salted; the same in every attempt of a run, and equal to the output of the step that made it. */
  inputs: z.array(commitment).max(64),
  outputs: z.array(commitment).max(64),
  /** SHA-256 over every message to and from each partner, in the order of the agreement. */
  channels: z
    .array(z.strictObject({ peer: name, sent: bytes32, received: bytes32, sentBytes: count, receivedBytes: count }))
    .max(64),
  /** Openings that this party made, by disclosure and receiver. */
  releases: z.array(z.strictObject({ disclosure: name, to: name, count })).max(1000),
  /** Milliseconds since the epoch, by this party's clock. */
  startedAt: count,
  endedAt: count,
  /** Absent in receipts of versions that did not measure. */
  usage: usageSchema.optional(),
})

export type Receipt = z.output<typeof receiptSchema>

export const encodeReceipt = (receipt: Receipt): Uint8Array => encodeCbor(receipt)

/** @throws {PeerError} MALFORMED; @returns undefined where it is CBOR of another shape */
export function decodeReceipt(bytes: Uint8Array): Receipt | undefined {
  const parsed = receiptSchema.safeParse(decodeCbor(bytes, 'receipt', { maxBytes: 256 * 1024, maxDepth: 6 }))
  return parsed.success ? parsed.data : undefined
}

/** EIP-712 `Receipt(bytes32 run,uint32 task,uint16 attempt,address party,bytes32 bodyHash)`. */
export function receiptDigest(
  sha256: (...parts: Uint8Array[]) => Uint8Array,
  receipt: Receipt,
  account: Address,
): Uint8Array {
  return typedDigest(receipt.network, {
    types: {
      Receipt: [
        { name: 'run', type: 'bytes32' },
        { name: 'task', type: 'uint32' },
        { name: 'attempt', type: 'uint16' },
        { name: 'party', type: 'address' },
        { name: 'bodyHash', type: 'bytes32' },
      ],
    },
    primaryType: 'Receipt',
    message: {
      run: hex(receipt.run),
      task: receipt.task,
      attempt: receipt.attempt,
      party: account,
      bodyHash: hex(sha256(encodeReceipt(receipt))),
    },
  })
}

export async function signReceipt(
  sha256: (...parts: Uint8Array[]) => Uint8Array,
  receipt: Receipt,
  signer: Signer,
): Promise<Uint8Array> {
  return signer.sign(receiptDigest(sha256, receipt, signer.address))
}

export async function isSignedBy(
  sha256: (...parts: Uint8Array[]) => Uint8Array,
  receipt: Receipt,
  signature: Uint8Array,
  account: Address,
): Promise<boolean> {
  const found = await signerOf(receiptDigest(sha256, receipt, account), signature)
  return found?.toLowerCase() === account.toLowerCase()
}

/** What contradicts itself in the figures of one receipt; undefined where nothing does, and where there are none. */
export function usageFaultOf({ usage, channels }: Receipt): string | undefined {
  if (usage === undefined) return undefined
  const sum = (of: 'sentBytes' | 'receivedBytes') => channels.reduce((total, c) => total + c[of], 0)
  if (usage.sentBytes !== sum('sentBytes')) return 'bytes sent'
  if (usage.receivedBytes !== sum('receivedBytes')) return 'bytes received'
  return undefined
}

/** What two receipts of one task disagree about; undefined where they match. */
export function differenceOf(a: Receipt, b: Receipt): string | undefined {
  if (!equalBytes(a.network, b.network)) return 'network'
  if (!equalBytes(a.run, b.run)) return 'run'
  if (a.task !== b.task || a.step !== b.step) return 'task'
  if (a.component !== b.component || a.version !== b.version) return 'component'
  if (a.attempt !== b.attempt) return 'attempt'
  if (!equalBytes(a.session, b.session)) return 'session'
  const ab = a.channels.find((c) => c.peer === b.party)
  const ba = b.channels.find((c) => c.peer === a.party)
  if (ab === undefined || ba === undefined) return 'channel'
  if (ab.sentBytes !== ba.receivedBytes || ba.sentBytes !== ab.receivedBytes) return 'bytes'
  if (!equalBytes(ab.sent, ba.received) || !equalBytes(ba.sent, ab.received)) return 'channel digest'
  return undefined
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`
