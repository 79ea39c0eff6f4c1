/** How often other members ask for an own dataset, and what they are told: by day, so that nobody can fill the disk by asking. */
import { sql } from 'kysely'
import type { Database } from '../storage/index.ts'

/** `waits`: for a person, or for endorsements. */
export type DemandAnswer = 'allowed' | 'waits' | 'refused'

export interface DemandFigures {
  allowed: number
  waits: number
  refused: number
  /** Credits that the terms asked for at that time, with how often they were asked for. */
  prices: { price: number; asked: number }[]
}

const dayMs = 86_400_000

export class Demand {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async count(asset: string, member: string, answer: DemandAnswer, price: number, at: number): Promise<void> {
    const day = Math.floor(at / dayMs)
    await this.#db
      .insertInto('asset_demand')
      .values({ asset, member, day, answer, price, times: 1 })
      .onConflict((c) =>
        c
          .columns(['asset', 'member', 'day', 'answer', 'price'])
          .doUpdateSet({ times: sql`${sql.ref('asset_demand.times')} + 1` }),
      )
      .execute()
  }

  /** By asset. @param since milliseconds since the epoch, from the beginning of that day */
  async since(since: number): Promise<Map<string, DemandFigures>> {
    const rows = await this.#db
      .selectFrom('asset_demand')
      .select(['asset', 'answer', 'price', (eb) => eb.fn.sum<number>('times').as('times')])
      .where('day', '>=', Math.floor(since / dayMs))
      .groupBy(['asset', 'answer', 'price'])
      .orderBy('price')
      .execute()
    const found = new Map<string, DemandFigures>()
    for (const { asset, answer, price, times } of rows) {
      const figures = found.get(asset) ?? { allowed: 0, waits: 0, refused: 0, prices: [] }
      figures[answer] += Number(times)
      const known = figures.prices.find((p) => p.price === price)
      if (known === undefined) figures.prices.push({ price, asked: Number(times) })
      else known.asked += Number(times)
      found.set(asset, figures)
    }
    return found
  }
}
