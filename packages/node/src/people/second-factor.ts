/** Codes of an authenticator, and recovery codes for the day when it is lost. Neither holds twice. */
import { type Clock, type Rng, randomBytes } from '@secureflow/base'
import type { Selectable, Transaction } from 'kysely'
import type { Database, Tables } from '../storage/index.ts'
import { peopleErrors } from './errors.ts'
import type { Sealing } from './sealing.ts'
import { digest } from './secrets.ts'
import type { PeopleTables } from './tables.ts'
import { base32, keyUri, stepOf } from './totp.ts'

const secretBytes = 20
const recoveryCodeCount = 10
/** 80 bits: a digest of it is as good as lost to whoever finds it. */
const recoveryCodeBytes = 10

type Row = Selectable<PeopleTables['people']>

export class SecondFactor {
  readonly #db: Database
  readonly #clock: Clock
  readonly #rng: Rng
  readonly #sealing: Sealing

  constructor(db: Database, clock: Clock, rng: Rng, sealing: Sealing) {
    this.#db = db
    this.#clock = clock
    this.#rng = rng
    this.#sealing = sealing
  }

  /** @throws PEOPLE_SECOND_FACTOR_SET */
  async begin(person: string, issuer: string): Promise<{ secret: string; uri: string }> {
    const bytes = randomBytes(this.#rng, secretBytes)
    const totp_pending = this.#sealing.seal(purposeOf(person), Buffer.from(bytes).toString('base64url'))
    const row = await this.#db
      .updateTable('people')
      .set({ totp_pending, totp_step: 0 })
      .where('id', '=', person)
      .where('totp_secret', 'is', null)
      .returning('name')
      .executeTakeFirst()
    if (row === undefined) throw peopleErrors.PEOPLE_SECOND_FACTOR_SET({})
    const secret = base32(bytes)
    return { secret, uri: keyUri(issuer, row.name, secret) }
  }

  /** @returns recovery codes @throws PEOPLE_WRONG_CODE */
  async confirm(person: string, code: string): Promise<string[]> {
    return this.#db.transaction().execute(async (t) => {
      const row = await t.selectFrom('people').selectAll().where('id', '=', person).executeTakeFirst()
      const step = row === undefined ? undefined : this.#stepOf(row, row.totp_pending, code)
      if (row === undefined || step === undefined) throw peopleErrors.PEOPLE_WRONG_CODE({})
      const inForce = { totp_secret: row.totp_pending, totp_pending: null, totp_step: step }
      await t.updateTable('people').set(inForce).where('id', '=', person).execute()
      return this.#drawRecoveryCodes(t, person)
    })
  }

  /** In the transaction that signs in: what is used up stays used up. @throws PEOPLE_WRONG_CODE */
  async use(row: Row, code: string, t: Transaction<Tables>): Promise<void> {
    const step = this.#stepOf(row, row.totp_secret, code)
    const used =
      step === undefined
        ? (await this.#recoveryCode(row.id, code, t)).numDeletedRows
        : (
            await t
              .updateTable('people')
              .set({ totp_step: step })
              .where('id', '=', row.id)
              .where('totp_secret', '=', row.totp_secret)
              .where('totp_step', '<', step)
              .executeTakeFirst()
          ).numUpdatedRows
    if (used !== 1n) throw peopleErrors.PEOPLE_WRONG_CODE({})
  }

  renewRecoveryCodes(person: string, t: Transaction<Tables>): Promise<string[]> {
    return this.#drawRecoveryCodes(t, person)
  }

  async end(person: string, t: Transaction<Tables>): Promise<void> {
    await t.updateTable('people').set({ totp_secret: null, totp_pending: null }).where('id', '=', person).execute()
    await t.deleteFrom('recovery_codes').where('person', '=', person).execute()
  }

  async recoveryCodesLeft(person: string): Promise<number> {
    const { n } = await this.#db
      .selectFrom('recovery_codes')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('person', '=', person)
      .executeTakeFirstOrThrow()
    return Number(n)
  }

  #stepOf({ id, totp_step }: Row, sealed: string | null, code: string): number | undefined {
    const opened = sealed === null ? undefined : this.#sealing.open(purposeOf(id), sealed)
    if (opened === undefined) return undefined
    return stepOf(Buffer.from(opened, 'base64url'), code.replaceAll(/\s/g, ''), this.#clock.now(), totp_step)
  }

  #recoveryCode(person: string, code: string, t: Transaction<Tables>) {
    return t
      .deleteFrom('recovery_codes')
      .where('person', '=', person)
      .where('code_hash', '=', digest(plain(code)))
      .executeTakeFirst()
  }

  async #drawRecoveryCodes(t: Transaction<Tables>, person: string): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodeCount }, () => base32(randomBytes(this.#rng, recoveryCodeBytes)))
    await t.deleteFrom('recovery_codes').where('person', '=', person).execute()
    await t
      .insertInto('recovery_codes')
      .values(codes.map((code) => ({ code_hash: digest(code), person })))
      .execute()
    return codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'))
  }
}

const purposeOf = (person: string): string => `totp ${person}`
/** As it is kept: however a person writes it. */
const plain = (code: string): string => code.replaceAll(/[\s-]/g, '').toUpperCase()
