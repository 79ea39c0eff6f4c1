/** Grants in memory, by the rules of the contract: what an agreement uses up, and who may do what. */
import { toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Agreement } from '@secureflow/ledger'
import { contractError } from '@secureflow/ledger/contract-errors'
import { nodePlatform } from '@secureflow/platform'
import type { GiveRequest, GrantLedger } from '../../grants/ledger.ts'

interface Given extends GiveRequest {
  id: string
  by: Address
  left: number
  revoked: boolean
}

interface Place {
  members: { id: string; account: Address }[]
  /** Throws where the ledger is away. */
  changed(): void
}

const refuse = (name: string, fields: Record<string, string>): Error => contractError(name, fields) ?? new Error(name)

export class MemoryGrants {
  readonly given = new Map<string, Given>()
  /** Transactions that gave something. */
  gifts = 0
  /** Called when a grant stands, before who gave it knows. */
  onGiven: () => void = () => {}
  readonly demand = { asked: 0, refused: 0 }
  readonly suspended = new Set<string>()
  readonly retired = new Set<string>()

  of(account: Address, { members, changed }: Place): GrantLedger {
    return {
      ask: async () => {
        changed()
        this.demand.asked++
      },
      refuse: async () => {
        changed()
        this.demand.refused++
      },
      give: async (grant) => {
        changed()
        const fields = JSON.stringify({ ...grant, salt: toHex(grant.salt), by: account })
        const id = toHex(nodePlatform.sha256(new TextEncoder().encode(fields)))
        if (this.given.has(id)) return id
        if (grant.expiry * 1000 <= Date.now()) throw refuse('GrantExpiryInvalid', { expiry: String(grant.expiry) })
        this.given.set(id, { ...grant, id, by: account, left: grant.quota, revoked: false })
        this.gifts++
        this.onGiven()
        return id
      },
      revoke: async (id) => {
        changed()
        const grant = this.given.get(id)
        if (grant?.by !== account) throw refuse('NotOwner', { id, caller: account })
        grant.revoked = true
      },
      get: async (id) => {
        const grant = this.given.get(id)
        return grant && { ...grant, usable: !this.retired.has(grant.asset) }
      },
      changed: async () => true,
      usable: async (asset) => !this.retired.has(asset),
      members: async () => members.map((m) => ({ ...m, roles: ['member'], active: !this.suspended.has(m.id) })),
    }
  }

  useUp({ grants, flowHash, parametersHash, parties }: Agreement): void {
    const found = grants.map((bytes) => {
      const id = toHex(bytes)
      const grant = this.given.get(id)
      if (grant === undefined) throw refuse('UnknownGrant', { id: `0x${id}` })
      if (grant.revoked) throw refuse('GrantWasRevoked', { id: `0x${id}` })
      if (grant.expiry * 1000 < Date.now())
        throw refuse('GrantExpired', { id: `0x${id}`, expiry: String(grant.expiry) })
      if (grant.left === 0) throw refuse('QuotaSpent', { id: `0x${id}` })
      if (grant.flowHash !== toHex(flowHash) || grant.parameters !== toHex(parametersHash))
        throw refuse('GrantMismatch', { id: `0x${id}` })
      if (!parties.includes(grant.grantee)) throw refuse('GranteeNotParty', { id: `0x${id}` })
      return grant
    })
    for (const grant of found) grant.left--
  }
}
