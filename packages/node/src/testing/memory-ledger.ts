/** One ledger in memory for several nodes of one process: what the contracts decide about members, without blocks. */
import { createHash, randomBytes } from 'node:crypto'
import { toHex } from '@secureflow/base'
import { type Address, signerOf, typedDigest } from '@secureflow/crypto'
import type { Identity } from '../identity/index.ts'
import type { LedgerHost, LedgerMember, NetworkLedger, Newcomer } from '../network/interface.ts'

interface State {
  members: LedgerMember[]
  height: number
  listeners: Set<() => void>
}

const fresh: Pick<LedgerMember, 'roles' | 'state' | 'gateway'> = { roles: ['member'], state: 'active', gateway: '' }

export class MemoryLedgers {
  readonly #states = new Map<string, State>()

  hostFor(identity: Identity): LedgerHost {
    const self: LedgerMember = {
      id: identity.name,
      account: identity.account as Address,
      fingerprint: identity.fingerprint,
      certificateHash: toHex(createHash('sha256').update(identity.certificate.der).digest()),
      ...fresh,
    }
    const networkIdOf = (genesis: Uint8Array) => new Uint8Array(createHash('sha256').update(genesis).digest())
    return {
      found: async () => {
        const genesis = new Uint8Array(randomBytes(100))
        const state: State = { members: [self], height: 1, listeners: new Set() }
        this.#states.set(toHex(networkIdOf(genesis)), state)
        return genesis
      },
      networkIdOf,
      consentDigest,
      open: async (genesis) => this.#open(networkIdOf(genesis)),
    }
  }

  #open(networkId: Uint8Array): NetworkLedger {
    const state = this.#states.get(toHex(networkId))
    if (state === undefined) throw new RangeError('no such ledger')
    const mine = new Set<() => void>()
    const changed = () => {
      state.height++
      for (const listener of state.listeners) listener()
    }
    const notNeeded = async (): Promise<never> => {
      throw new RangeError('this ledger holds members only')
    }
    return {
      networkId,
      get height() {
        return state.height
      },
      members: async () => [...state.members],
      everyone: async () => [...state.members],
      membership: {
        quorum: async () => ({ quorum: 1, needed: 1 }),
        proposals: async () => [],
        applicants: async () => [],
        applyForMembership: notNeeded,
        candidate: notNeeded,
        propose: notNeeded,
        vote: notNeeded,
        renewMember: notNeeded,
        setGateway: notNeeded,
        changeAccount: notNeeded,
      },
      async addMember(newcomer, consent) {
        const signed = await signerOf(consentDigest(networkId, newcomer), consent)
        if (signed?.toLowerCase() !== newcomer.account) throw new RangeError('consent')
        const { id, account, fingerprint, certificate } = newcomer
        const certificateHash = toHex(createHash('sha256').update(certificate).digest())
        state.members.push({ id, account, fingerprint, certificateHash, ...fresh })
        changed()
      },
      tokens: noTokens(networkId),
      register: notNeeded,
      registered: async () => undefined,
      coSigned: notNeeded,
      anchor: notNeeded,
      complete: async () => false,
      fail: notNeeded,
      facts: notNeeded,
      grants: {
        ask: notNeeded,
        refuse: notNeeded,
        give: notNeeded,
        revoke: notNeeded,
        get: notNeeded,
        changed: async () => false,
        usable: notNeeded,
        members: notNeeded,
      },
      onBlock(listener) {
        mine.add(listener)
        state.listeners.add(listener)
      },
      async copyTo() {},
      async close() {
        for (const listener of mine) state.listeners.delete(listener)
      },
    }
  }
}

function consentDigest(networkId: Uint8Array, { id, fingerprint, certificate, expiry }: Newcomer): Uint8Array {
  return typedDigest(networkId, {
    types: {
      Join: [
        { name: 'name', type: 'string' },
        { name: 'key', type: 'bytes32' },
        { name: 'certificate', type: 'bytes' },
        { name: 'expiry', type: 'uint64' },
      ],
    },
    primaryType: 'Join',
    message: { name: id, key: `0x${fingerprint}`, certificate: `0x${toHex(certificate)}`, expiry: BigInt(expiry) },
  })
}

/** Assets want the contracts: tests of them run on the real ledger. */
function noTokens(networkId: Uint8Array): NetworkLedger['tokens'] {
  const refuse = async (): Promise<never> => {
    throw new RangeError('this ledger holds members only')
  }
  return {
    networkId,
    height: () => 0,
    register: refuse,
    setTerms: refuse,
    retire: refuse,
    offer: refuse,
    accept: refuse,
    grantChild: refuse,
    revokeChild: refuse,
    isGranted: refuse,
    all: async () => [],
    get: async () => undefined,
    events: async () => [],
    onBlock: () => {},
    remember: () => {},
    named: () => undefined,
  }
}
