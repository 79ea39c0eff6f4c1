/** What an admin has decided about signing in, kept in the database; the provider's secret sealed. */
import type { Provider } from '@secureflow/api'
import { decodeCbor, encodeCbor, type Plain } from '@secureflow/base'
import { type Database, readSetting, writeSetting } from '../storage/index.ts'
import type { ProviderAccess } from './provider.ts'
import type { Sealing } from './sealing.ts'

const settingKey = 'people.rules'
const purpose = 'provider secret'

interface Stored {
  /** Of everybody who signs in with a password. */
  requireSecondFactor: boolean
  provider?: Provider & { sealedSecret: string }
}

interface RulesView {
  requireSecondFactor: boolean
  provider?: Provider
}

export interface RulesChange {
  requireSecondFactor?: boolean | undefined
  provider?: (Provider & { clientSecret?: string | undefined }) | null | undefined
}

export class Rules {
  readonly #db: Database
  readonly #sealing: Sealing
  #known: Promise<Stored> | undefined

  constructor(db: Database, sealing: Sealing) {
    this.#db = db
    this.#sealing = sealing
  }

  async current(): Promise<RulesView> {
    return viewOf(await this.#stored())
  }

  /** With the secret: for the sign-in alone. */
  async provider(): Promise<ProviderAccess | undefined> {
    const { provider } = await this.#stored()
    if (provider === undefined) return undefined
    const { sealedSecret, ...settings } = provider
    return { settings, clientSecret: this.#sealing.open(purpose, sealedSecret) ?? '' }
  }

  async change({ requireSecondFactor, provider }: RulesChange): Promise<RulesView> {
    const before = await this.#stored()
    const rules: Stored = {
      requireSecondFactor: requireSecondFactor ?? before.requireSecondFactor,
      ...(provider === null ? {} : provider === undefined ? providerOf(before) : this.#withSecret(provider, before)),
    }
    await writeSetting(this.#db, settingKey, encodeCbor(rules as unknown as Plain))
    this.#known = Promise.resolve(rules)
    return viewOf(rules)
  }

  #withSecret({ clientSecret, ...settings }: NonNullable<RulesChange['provider']>, before: Stored): Partial<Stored> {
    // A secret goes with its issuer: whoever changes where it is sent has to know it.
    const kept = before.provider?.issuer === settings.issuer ? before.provider.sealedSecret : undefined
    const sealedSecret =
      clientSecret === undefined && kept !== undefined ? kept : this.#sealing.seal(purpose, clientSecret ?? '')
    return { provider: { ...defined(settings), sealedSecret } }
  }

  #stored(): Promise<Stored> {
    this.#known ??= this.#read().catch((error: unknown) => {
      this.#known = undefined
      throw error
    })
    return this.#known
  }

  async #read(): Promise<Stored> {
    const stored = await readSetting(this.#db, settingKey)
    return stored === undefined ? { requireSecondFactor: false } : (decodeCbor(stored, settingKey) as unknown as Stored)
  }
}

const providerOf = ({ provider }: Stored): Partial<Stored> => (provider === undefined ? {} : { provider })

/** Without what is undefined, which is no value of the stored form. */
const defined = (settings: Provider): Provider =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Provider

function viewOf({ requireSecondFactor, provider }: Stored): RulesView {
  if (provider === undefined) return { requireSecondFactor }
  const { sealedSecret: _, ...settings } = provider
  return { requireSecondFactor, provider: settings }
}
