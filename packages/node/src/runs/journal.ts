/**
 * The signed log of this node, as the runs use it: each record becomes an entry that is signed, chained to the one before,
 * and durable before `append` resolves.
 */
import { decodeEntry, LogWriter } from '@secureflow/audit'
import type { Clock, Plain } from '@secureflow/base'
import type { Signer } from '@secureflow/crypto'
import { nodePlatform } from '@secureflow/platform'
import type { Transaction } from 'kysely'
import { type Database, storageErrors, type Tables } from '../storage/index.ts'
import type { RunRecord } from './state.ts'

export type Within = (db: Transaction<Tables>) => Promise<void>

export interface Journal {
  /** @param within  writes what belongs to the record in the same transaction; where it throws, nothing is written */
  append(run: string, record: RunRecord, within?: Within): Promise<void>
  /** What was written about one run, in order. */
  read(run: string): Promise<RunRecord[]>
  /** All runs that this node ever signed, oldest first. */
  runs(): Promise<string[]>
  /** Merkle root and number of entries of the whole log, as of now. */
  head(): Promise<{ root: Uint8Array; size: number }>
}

export class LogJournal implements Journal {
  readonly #db: Database
  readonly #writer: LogWriter
  readonly #clock: Clock
  /** Appends wait for each other: an entry names the one before. */
  #last: Promise<unknown> = Promise.resolve()

  private constructor(db: Database, writer: LogWriter, clock: Clock) {
    this.#db = db
    this.#writer = writer
    this.#clock = clock
  }

  static async open(db: Database, networkId: Uint8Array, signer: Signer, clock: Clock): Promise<LogJournal> {
    const stored = await db.selectFrom('log_entries').select('bytes').orderBy('seq').execute()
    const writer = new LogWriter(
      networkId,
      signer,
      nodePlatform.sha256,
      stored.map((row) => row.bytes),
    )
    return new LogJournal(db, writer, clock)
  }

  append(run: string, { kind, ...body }: RunRecord, within?: Within): Promise<void> {
    const appended = this.#last.then(() =>
      this.#writer.append(
        { at: this.#clock.now(), kind, subject: run, body: body as unknown as Plain },
        async (seq, bytes) => {
          const entry = { seq, subject: run, bytes }
          if (within === undefined) await this.#db.insertInto('log_entries').values(entry).execute()
          else
            await this.#db.transaction().execute(async (db) => {
              await within(db)
              await db.insertInto('log_entries').values(entry).execute()
            })
        },
      ),
    )
    this.#last = appended.catch(() => {})
    return appended
  }

  async read(run: string): Promise<RunRecord[]> {
    const rows = await this.#db
      .selectFrom('log_entries')
      .select('bytes')
      .where('subject', '=', run)
      .orderBy('seq')
      .execute()
    return rows.map(({ bytes }) => {
      const signed = decodeEntry(bytes)
      if (signed === undefined) throw storageErrors.STORAGE_DAMAGED({})
      return { kind: signed.entry.kind, ...(signed.entry.body as object) } as RunRecord
    })
  }

  async runs(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('log_entries')
      .select('subject')
      .where('subject', '!=', '')
      .groupBy('subject')
      .orderBy((eb) => eb.fn.min('seq'))
      .execute()
    return rows.map((r) => r.subject)
  }

  async head(): Promise<{ root: Uint8Array; size: number }> {
    await this.#last
    return { root: this.#writer.root, size: this.#writer.size }
  }
}
