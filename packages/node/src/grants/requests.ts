/** Requests for the use of data as this node keeps them: what came in, and what it asked of others. */
import type { TermsResult } from '@secureflow/api'
import type { Clock } from '@secureflow/base'
import { sql } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { grantErrors } from './errors.ts'

export interface Message {
  at: number
  text: string
}

export type JudgedTerms = Omit<TermsResult, 'owner'>

/** Of a request that somebody else made. */
export interface ReceivedState {
  /** Asked of this node: the use of its own data, or to vouch. */
  kind: 'use' | 'vouch'
  /** What the owner's person decided: so many runs, until then (Unix seconds). */
  approved?: { uses: number; until: number; at: number }
  /** Hex: this member vouches. */
  signature?: string
  refused?: { reason?: string; at: number }
  /** Why this node's terms refused, or what they wait for; as told to the initiator. */
  terms: JudgedTerms[]
  /** Members that vouch, their signatures checked. */
  endorsedBy: string[]
  heard: Message[]
  said: Message[]
}

export interface Asked {
  /** An owner, or somebody who may vouch. */
  member: string
  kind: 'use' | 'vouch'
  /** `undelivered`: it has not been reached yet. */
  status: 'undelivered' | 'waiting' | 'granted' | 'endorsed' | 'refused' | 'spent' | 'differs' | 'withdrawn'
  terms: JudgedTerms[]
  grants: { asset: string; id: string; quota: number; expiry: number }[]
  reason?: string
  /** Hex. */
  signature?: string
  heard: Message[]
  said: Message[]
  /** The ledger was told of the demand. */
  counted: boolean
}

/** Of a request that this node made. */
export interface SentState {
  asked: Asked[]
  /** The proposal of the run, with its grants, hex: written before it is signed, so that a crash starts no second run. */
  final?: string
  run?: string
  /** Why it ended without a run. */
  code?: string
}

type Row = Tables['requests']
export type SentStatus = 'asking' | 'waiting' | 'starting' | 'started' | 'refused' | 'withdrawn' | 'failed'
export type ReceivedStatus = 'waiting' | 'granted' | 'endorsed' | 'refused' | 'withdrawn'
export interface Received extends Omit<Row, 'state' | 'direction' | 'status'> {
  direction: 'received'
  status: ReceivedStatus
  state: ReceivedState
}
export interface Sent extends Omit<Row, 'state' | 'direction' | 'status'> {
  direction: 'sent'
  status: SentStatus
  state: SentState
}
export type StoredRequest = Received | Sent

/**
 * Decided requests of each initiator: nobody pushes out what another asked, and nobody fills the disk. A proposal may have
 * megabytes, and all are read where they are listed.
 */
const kept = { requests: 1000, bytes: 16 << 20 }

export class RequestStore {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Newest first. */
  async list(): Promise<StoredRequest[]> {
    const rows = await this.#db.selectFrom('requests').selectAll().orderBy('asked_at', 'desc').execute()
    return rows.map(fromRow)
  }

  async get(id: string): Promise<StoredRequest | undefined> {
    const row = await this.#db.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : fromRow(row)
  }

  /** By the beginning of its id. @throws REQUEST_UNKNOWN */
  async find(id: string): Promise<StoredRequest> {
    const rows = /^[0-9a-f]{4,64}$/.test(id)
      ? await this.#db.selectFrom('requests').selectAll().where('id', 'like', `${id}%`).execute()
      : []
    if (rows.length !== 1) throw grantErrors.REQUEST_UNKNOWN({ id: id.slice(0, 64) })
    return fromRow(rows[0]!)
  }

  /** Durable when it resolves. */
  async put(request: StoredRequest): Promise<void> {
    const row: Row = { ...request, state: JSON.stringify(request.state) }
    const { status, state, decided_at } = row
    await this.#db
      .insertInto('requests')
      .values(row)
      .onConflict((c) => c.column('id').doUpdateSet({ status, state, decided_at }))
      .execute()
  }

  /** Open requests of one initiator, which must not grow without end. */
  async waitingOf(initiator: string): Promise<{ requests: number; bytes: number }> {
    const rows = await this.#db
      .selectFrom('requests')
      .select(sql<number>`length(proposal)`.as('bytes'))
      .where('direction', '=', 'received')
      .where('initiator', '=', initiator)
      .where('status', '=', 'waiting')
      .execute()
    return { requests: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0) }
  }

  /** Forgets the oldest of one initiator that are decided, beyond so many, and beyond so much. */
  async prune(direction: Row['direction'], initiator: string, limits = kept): Promise<void> {
    const decided = await this.#db
      .selectFrom('requests')
      .select(['id', sql<number>`length(proposal)`.as('bytes')])
      .where('direction', '=', direction)
      .where('initiator', '=', initiator)
      .where('decided_at', 'is not', null)
      .orderBy('decided_at', 'desc')
      .execute()
    let sum = 0
    const old = decided.filter(({ bytes }, i) => {
      sum += Number(bytes)
      return i >= limits.requests || sum > limits.bytes
    })
    for (const { id } of old) await this.#db.deleteFrom('requests').where('id', '=', id).execute()
  }

  now(): number {
    return this.#clock.now()
  }
}

const fromRow = ({ state, ...row }: Row): StoredRequest =>
  ({ ...row, state: JSON.parse(state) }) as unknown as StoredRequest
