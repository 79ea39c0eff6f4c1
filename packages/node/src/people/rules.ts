/** What an admin has decided about signing in, kept in the database. */
import { decodeCbor, encodeCbor, type Plain } from '@secureflow/base'
import { type Database, readSetting, writeSetting } from '../storage/index.ts'

const settingKey = 'people.rules'

export interface SignInRules {
  /** Of everybody who signs in with a password. */
  requireSecondFactor: boolean
}

const standard: SignInRules = { requireSecondFactor: false }

export class Rules {
  readonly #db: Database
  #known: Promise<SignInRules> | undefined

  constructor(db: Database) {
    this.#db = db
  }

  current(): Promise<SignInRules> {
    this.#known ??= this.#read().catch((error: unknown) => {
      this.#known = undefined
      throw error
    })
    return this.#known
  }

  async change(part: Partial<SignInRules>): Promise<SignInRules> {
    const rules = { ...(await this.current()), ...part }
    await writeSetting(this.#db, settingKey, encodeCbor(rules as unknown as Plain))
    this.#known = Promise.resolve(rules)
    return rules
  }

  async #read(): Promise<SignInRules> {
    const stored = await readSetting(this.#db, settingKey)
    if (stored === undefined) return standard
    return { ...standard, ...(decodeCbor(stored, settingKey) as unknown as SignInRules) }
  }
}
