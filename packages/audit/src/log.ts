/**
 * The signed log of one member: entries in one chain, each signed by the member's account, and a Merkle tree over their
 * hashes (RFC 6962: 0x00 before a leaf, 0x01 before a node) whose root is anchored on the ledger.
 */
import { decodeCbor, encodeCbor, type Plain, toHex } from '@secureflow/base'
import { type Signer, typedDigest } from '@secureflow/crypto'
import { z } from 'zod'
import { MerkleTree, type Sha256 } from './merkle.ts'

export interface Entry {
  /** From 0, without gaps. */
  seq: number
  /** Milliseconds since the epoch, by the member's clock. */
  at: number
  kind: string
  /** The run that it is about, or ''. */
  subject: string
  body: Plain
  /** Hash of the entry before, 32 zero bytes at the first. */
  prev: Uint8Array
}

const signedEntrySchema = z.strictObject({
  entry: z.strictObject({
    seq: z.number().int().min(0),
    at: z.number().int().min(0),
    kind: z.string().min(1).max(64),
    subject: z.string().max(80),
    body: z.unknown(),
    prev: z.instanceof(Uint8Array).refine((b) => b.length === 32),
  }),
  signature: z.instanceof(Uint8Array).refine((b) => b.length === 65),
})

export interface SignedEntry {
  entry: Entry
  signature: Uint8Array
}

const limits = { maxBytes: 64 << 20, maxDepth: 40 }

/** @returns undefined where the bytes are not one entry in canonical form */
export function decodeEntry(bytes: Uint8Array): SignedEntry | undefined {
  try {
    const parsed = signedEntrySchema.safeParse(decodeCbor(bytes, 'log entry', limits))
    return parsed.success ? (parsed.data as SignedEntry) : undefined
  } catch {
    return undefined // told apart by the caller's finding: this entry is damaged
  }
}

/** EIP-712 `LogEntry(uint64 seq,bytes32 entryHash)`: the hash binds everything else. */
export function entryDigest(networkId: Uint8Array, entry: Entry, sha256: Sha256): Uint8Array {
  return typedDigest(networkId, {
    types: {
      LogEntry: [
        { name: 'seq', type: 'uint64' },
        { name: 'entryHash', type: 'bytes32' },
      ],
    },
    primaryType: 'LogEntry',
    message: { seq: BigInt(entry.seq), entryHash: `0x${toHex(sha256(encodeCbor(entry)))}` },
  })
}

/** What the chain and the tree commit to: the stored bytes, signature included, so that a re-signed entry differs. */
export const entryHash = (bytes: Uint8Array, sha256: Sha256): Uint8Array => sha256(Uint8Array.of(0), bytes)

/** Where the next entry goes, and the tree so far; kept in memory, rebuilt from the stored entries at the start. */
export class LogWriter {
  readonly #networkId: Uint8Array
  readonly #signer: Signer
  readonly #sha256: Sha256
  readonly #tree: MerkleTree
  #prev = new Uint8Array(32)

  constructor(networkId: Uint8Array, signer: Signer, sha256: Sha256, stored: Iterable<Uint8Array>) {
    this.#networkId = networkId
    this.#signer = signer
    this.#sha256 = sha256
    this.#tree = new MerkleTree(sha256)
    for (const bytes of stored) this.#keep(bytes)
  }

  get size(): number {
    return this.#tree.size
  }

  get root(): Uint8Array {
    return this.#tree.root()
  }

  /** The next entry, signed, as bytes to store. Calls must not overlap; `store` makes it durable, and only then it counts. */
  async append(
    fields: { at: number; kind: string; subject: string; body: Plain },
    store: (seq: number, bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const entry: Entry = { seq: this.size, prev: this.#prev, ...fields }
    const signature = await this.#signer.sign(entryDigest(this.#networkId, entry, this.#sha256))
    const bytes = encodeCbor({ entry, signature })
    await store(entry.seq, bytes)
    this.#keep(bytes)
  }

  #keep(bytes: Uint8Array): void {
    const hash = entryHash(bytes, this.#sha256)
    this.#tree.push(hash)
    this.#prev = hash as Uint8Array<ArrayBuffer>
  }
}
