/** What this node knows of assets, in memory: its own, and those that other members showed, kept for when they are away. */
import { canonicalJson, type Ddo } from '@secureflow/api'
import { fromUtf8 } from '@secureflow/base'
import type { Terms } from '@secureflow/flow'
import type { Database } from '../storage/index.ts'
import type { Shown } from './exchange.ts'
import { describedIn, type OwnHead, type OwnStore } from './store.ts'

export interface Seen {
  description: Ddo
  terms?: Terms
  contentKey?: Uint8Array
  seenAt: number
  /** What is searched, in lower case. */
  text: string
}

export interface Owned {
  row: OwnHead
  description: Ddo
  text: string
}

export class Known {
  readonly #db: Database
  readonly #store: OwnStore
  readonly #seen = new Map<string, Seen>()
  /** Descriptions never change: decoded once, by id. */
  readonly #own = new Map<string, { description: Ddo; text: string }>()
  #loading: Promise<void> | undefined

  constructor(db: Database, store: OwnStore) {
    this.#db = db
    this.#store = store
  }

  /** What was seen before this start. */
  load(): Promise<void> {
    this.#loading ??= this.#load()
    return this.#loading
  }

  tokens(): IterableIterator<[string, Seen]> {
    return this.#seen.entries()
  }

  seen(token: string): Seen | undefined {
    return this.#seen.get(token)
  }

  /** Own assets of every version, oldest first. */
  async own(): Promise<Owned[]> {
    const heads = await this.#store.heads()
    const out: Owned[] = []
    for (const row of heads) {
      let known = this.#own.get(row.id)
      if (known === undefined) {
        const description = await this.#descriptionOf(row.id)
        if (description === undefined) continue
        known = { description, text: textOf(description) }
        this.#own.set(row.id, known)
      }
      out.push({ row, ...known })
    }
    return out
  }

  /** All at once: a disk that confirms each by itself is what makes many slow. */
  async keep(shown: ReadonlyMap<string, Shown>, now: number): Promise<void> {
    if (shown.size === 0) return
    await this.#db.transaction().execute(async (t) => {
      for (const [token, { bytes, terms, contentKey }] of shown) {
        const row = {
          description: bytes,
          terms: terms === undefined ? null : JSON.stringify(terms),
          content_key: contentKey ?? null,
          seen_at: now,
        }
        await t
          .insertInto('seen_assets')
          .values({ token, ...row })
          .onConflict((c) => c.column('token').doUpdateSet(row))
          .execute()
      }
    })
    for (const [token, { description, terms, contentKey }] of shown)
      this.#remember(token, description, terms, contentKey, now)
  }

  /** Its owner no longer shows it. */
  async forget(token: string): Promise<void> {
    if (!this.#seen.delete(token)) return
    await this.#db.deleteFrom('seen_assets').where('token', '=', token).execute()
  }

  async #descriptionOf(id: string): Promise<Ddo | undefined> {
    const row = await this.#store.anyById(id)
    return row && describedIn(row)
  }

  async #load(): Promise<void> {
    for (const row of await this.#db.selectFrom('seen_assets').selectAll().execute()) {
      // Checked before it was written.
      const description = JSON.parse(fromUtf8(row.description)) as Ddo
      const terms = row.terms === null ? undefined : (JSON.parse(row.terms) as Terms)
      this.#remember(row.token, description, terms, row.content_key ?? undefined, row.seen_at)
    }
  }

  #remember(
    token: string,
    description: Ddo,
    terms: Terms | undefined,
    contentKey: Uint8Array | undefined,
    seenAt: number,
  ): void {
    this.#seen.set(token, {
      description,
      seenAt,
      text: textOf(description),
      ...(terms === undefined ? {} : { terms }),
      ...(contentKey === undefined ? {} : { contentKey }),
    })
  }
}

/** Name, words, tags, licence, parameters and column names: what a person would look for. */
function textOf({ name, metadata, content, parameters }: Ddo): string {
  const { title, description, tags, licence } = metadata
  const columns = content.form === 'dataset' ? content.schema.columns.map((c) => c.name) : []
  const steps = content.form === 'flow' ? content.steps.map((s) => s.component) : []
  const words = [name, title, description, licence, ...tags, ...columns, ...steps, canonicalJson(parameters)]
  return words.join('\n').toLowerCase()
}
