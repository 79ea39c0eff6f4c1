import { charterHash, type SpaceCharter, type SpaceWord } from '@secureflow/flow'
import type { Database } from '../storage/index.ts'
import { spaceErrors } from './errors.ts'
import { foldSpace, idOf, type SpaceState } from './fold.ts'
import type { SignedWord } from './word.ts'

export interface Records {
  charters: SpaceCharter[]
  words: SignedWord[]
}

export class SpaceStore {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async ids(): Promise<string[]> {
    const rows = await this.#db.selectFrom('space_charters').select('space').distinct().execute()
    return rows.map((r) => r.space)
  }

  async records(space: string): Promise<Records> {
    const charters = await this.#db.selectFrom('space_charters').selectAll().where('space', '=', space).execute()
    const words = await this.#db.selectFrom('space_words').selectAll().where('space', '=', space).execute()
    return {
      charters: charters.map((c) => JSON.parse(c.body) as SpaceCharter),
      words: words.map((w) => ({ ...w, word: w.word as SpaceWord })),
    }
  }

  async state(space: string): Promise<SpaceState | undefined> {
    const { charters, words } = await this.records(space)
    return charters.length === 0 ? undefined : foldSpace(space, charters, words)
  }

  /** By the beginning of its id. @throws SPACE_UNKNOWN */
  async find(id: string): Promise<SpaceState> {
    const found = /^[0-9a-f]{4,64}$/.test(id) ? (await this.ids()).filter((space) => space.startsWith(id)) : []
    const state = found.length === 1 ? await this.state(found[0]!) : undefined
    if (state === undefined) throw spaceErrors.SPACE_UNKNOWN({ id: id.slice(0, 64) })
    return state
  }

  /** All or nothing, durable when it resolves. What is there already stays as it is. */
  async add({ charters, words }: Records): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      for (const charter of charters)
        await db
          .insertInto('space_charters')
          .values({
            hash: charterHash(charter),
            space: idOf(charter),
            revision: charter.revision,
            body: JSON.stringify(charter),
          })
          .onConflict((c) => c.column('hash').doNothing())
          .execute()
      for (const { id, space, charter, member, word, text, at, signature } of words)
        await db
          .insertInto('space_words')
          .values({ id, space, charter, member, word, text, at, signature })
          .onConflict((c) => c.column('id').doNothing())
          .execute()
    })
  }

  async delivered(space: string): Promise<Map<string, { digest: string; at: number }>> {
    const rows = await this.#db.selectFrom('space_delivery').selectAll().where('space', '=', space).execute()
    return new Map(rows.map(({ member, digest, at }) => [member, { digest, at }]))
  }

  async setDelivered(space: string, member: string, digest: string, at: number): Promise<void> {
    await this.#db
      .insertInto('space_delivery')
      .values({ space, member, digest, at })
      .onConflict((c) => c.columns(['space', 'member']).doUpdateSet({ digest, at }))
      .execute()
  }
}
