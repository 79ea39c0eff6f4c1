/** Grants, assets and members on the ledger, as the runs of this node ask for them. Assets are named as this node names them. */
import { fromHex, SecureflowError, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { LedgerClient, LedgerEvent } from '@secureflow/ledger'

export interface GiveRequest {
  asset: string
  grantee: Address
  /** Hex. */
  flowHash: string
  /** Hex of `parametersDigest`. */
  parameters: string
  quota: number
  /** Unix seconds. */
  expiry: number
  /** 32 bytes: the same request with the same salt is the same grant. */
  salt: Uint8Array
}

export interface GrantOnLedger {
  left: number
  /** Unix seconds. */
  expiry: number
  revoked: boolean
  /** Its asset is active, everything in it granted, and no owner of it suspended. */
  usable: boolean
}

export interface MemberOnLedger {
  id: string
  account: Address
  roles: string[]
  active: boolean
}

export interface GrantLedger {
  /** Counts as demand. */
  ask(use: Pick<GiveRequest, 'asset' | 'flowHash' | 'parameters' | 'quota'>): Promise<void>
  /** Counts as demand. By the owner. */
  refuse(use: Pick<GiveRequest, 'asset' | 'flowHash' | 'parameters' | 'grantee'>): Promise<void>
  /** By the owner; giving the same again gives nothing more. @returns the grant's id, hex */
  give(grant: GiveRequest): Promise<string>
  /** By the owner; no error where it is revoked already. */
  revoke(id: string): Promise<void>
  /** @returns undefined where there is none */
  get(id: string): Promise<GrantOnLedger | undefined>
  /** Whether anything that somebody may have built on was taken back since this was asked last. */
  changed(): Promise<boolean>
  /** The same of an own asset. */
  usable(asset: string): Promise<boolean>
  members(): Promise<MemberOnLedger[]>
}

/** A run that stands on what is named here may have lost it. */
const takingBack: readonly LedgerEvent['kind'][] = [
  ...([
    'GrantRevoked',
    'AssetRetired',
    'AssetDeactivated',
    'AssetTransferred',
    'ChildRevoked',
    'TermsChanged',
  ] as const),
  ...(['MemberSuspended', 'MemberRemoved', 'AccountChanged', 'RolesChanged'] as const),
]

/** @param named the token that an asset's id was held against, hex */
export function grantsOnLedger(client: LedgerClient, named: (asset: string) => string | undefined): GrantLedger {
  /** Another member can register the same hash: what is not known by its description must be the only one. */
  const tokenOf = async (asset: string): Promise<Uint8Array> => {
    const known = named(asset)
    if (known !== undefined) return fromHex(known)
    const [found, other] = (await client.assets()).filter((a) => toHex(a.manifestHash) === asset)
    if (found === undefined || other !== undefined) throw new RangeError(`which asset ${asset} is, is not known`)
    return found.id
  }
  let seen = 0
  return {
    async changed() {
      const events = await client.events(seen + 1, { kinds: takingBack })
      seen = Math.max(seen, ...events.map((e) => e.height))
      return events.length > 0
    },
    async ask({ asset, flowHash, parameters, quota }) {
      await client.askUse(await tokenOf(asset), fromHex(flowHash), fromHex(parameters), quota)
    },
    async refuse({ asset, grantee, flowHash, parameters }) {
      await client.refuseUse(await tokenOf(asset), grantee, fromHex(flowHash), fromHex(parameters))
    },
    async give({ asset, flowHash, parameters, ...grant }) {
      const hashes = { flowHash: fromHex(flowHash), parametersHash: fromHex(parameters) }
      try {
        const { id } = await client.grantUse({ asset: await tokenOf(asset), ...hashes, ...grant })
        return toHex(id)
      } catch (error) {
        const given = fieldOf(error, 'LEDGER_GRANT_EXISTS')
        if (given === undefined) throw error
        return given
      }
    },
    async revoke(id) {
      await client.revokeGrant(fromHex(id)).catch((error: unknown) => {
        if (fieldOf(error, 'LEDGER_GRANT_WAS_REVOKED') === undefined) throw error
      })
    },
    async get(id) {
      try {
        const { left, expiry, revoked, asset } = await client.grantOf(fromHex(id))
        return { left, expiry, revoked, usable: await client.isUsable(asset) }
      } catch (error) {
        if (fieldOf(error, 'LEDGER_UNKNOWN_GRANT') === undefined) throw error
        return undefined
      }
    },
    usable: async (asset) => client.isUsable(await tokenOf(asset)),
    members: async () =>
      (await client.members()).map(({ name, account, roles, active }) => ({ id: name, account, roles, active })),
  }
}

/** The id that an error of this code names, hex without 0x. */
function fieldOf(error: unknown, code: string): string | undefined {
  if (!(error instanceof SecureflowError) || error.code !== code) return undefined
  return String(error.fields.id ?? '').replace(/^0x/, '')
}
