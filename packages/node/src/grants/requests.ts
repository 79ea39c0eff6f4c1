/** Requests for the use of data as this node keeps them: what came in, and what it asked of others. */
import type { TermsResult } from '@secureflow/api'
import type { Clock } from '@secureflow/base'
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

/** Decided requests that are kept of each direction. */
const keep = 1000

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
  async waitingOf(initiator: string): Promise<number> {
    const rows = await this.#db
      .selectFrom('requests')
      .select('id')
      .where('direction', '=', 'received')
      .where('initiator', '=', initiator)
      .where('status', '=', 'waiting')
      .execute()
    return rows.length
  }

  /** Forgets the oldest that are decided, beyond so many. */
  async prune(direction: Row['direction'], atMost = keep): Promise<void> {
    const old = await this.#db
      .selectFrom('requests')
      .select('id')
      .where('direction', '=', direction)
      .where('decided_at', 'is not', null)
      .orderBy('decided_at', 'desc')
      .offset(atMost)
      .limit(100)
      .execute()
    if (old.length === 0) return
    const ids = old.map((r) => r.id)
    await this.#db.deleteFrom('requests').where('id', 'in', ids).execute()
  }

  now(): number {
    return this.#clock.now()
  }
}

const fromRow = ({ state, ...row }: Row): StoredRequest =>
  ({ ...row, state: JSON.parse(state) }) as unknown as StoredRequest
