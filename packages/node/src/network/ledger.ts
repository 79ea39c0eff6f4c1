/** The embedded ledger, replicated over the peer links, in the node's words. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Clock, fromHex, type Logger, type MemberId, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import {
  checkContracts,
  createGenesis,
  decodeGenesis,
  EmbeddedLedger,
  type Enrolment,
  encodeGenesis,
  enrolmentDigest,
  type LedgerClient,
  type LedgerTransport,
  ledgerClient,
  networkIdOf,
} from '@secureflow/ledger'
import { tokenLedger } from '../assets/on-ledger.ts'
import type { Identity } from '../identity/index.ts'
import type { Peers } from '../peers/index.ts'
import { ledgerOfRuns } from '../runs/on-ledger.ts'
import type { LedgerHost, LedgerMember, NetworkLedger, Newcomer } from './interface.ts'
import { factsOf } from './ledger-facts.ts'
import type { Members } from './members.ts'

export interface LedgerParts {
  home: string
  identity: Identity
  peers: Peers
  members: Members
  clock: Clock
  logger: Logger
}

export const certificateHash = (der: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(der).digest())

const enrolmentOf = ({ id, account, fingerprint, certificate, expiry }: Newcomer): Enrolment => ({
  name: id,
  account,
  certificate: certificateHash(certificate),
  peerKey: fromHex(fingerprint),
  expiry,
})

function transportOf(peers: Peers, members: Members): LedgerTransport {
  return {
    members: () => members.all().map((m) => m.id),
    request: (member, kind, body) => peers.request(member as MemberId, kind, body),
    // A replica that missed a notice asks for what it lacks.
    notify: (member, kind, body) => void peers.notify(member as MemberId, kind, body).catch(() => {}),
    handle: (kind, handler) => peers.handle(kind, handler),
  }
}

export function ledgerHost(parts: LedgerParts): LedgerHost {
  const { home, identity, peers, members, clock, logger } = parts
  return {
    async found(quorum) {
      const genesis = await createGenesis({
        nonce: new Uint8Array(randomBytes(32)),
        createdAt: Math.floor(clock.now() / 1000),
        quorum,
        founder: {
          name: identity.name,
          account: identity.account as Address,
          certificate: certificateHash(identity.certificate.der),
          peerKey: fromHex(identity.fingerprint),
        },
      })
      return encodeGenesis(genesis)
    },
    networkIdOf: (genesis) => networkIdOf(decodeGenesis(genesis)),
    consentDigest: (networkId, newcomer) => enrolmentDigest(networkId, enrolmentOf(newcomer)),
    async open(bytes, joining) {
      const genesis = decodeGenesis(bytes)
      if (joining) await checkContracts(genesis)
      const { signer } = identity
      const transport = transportOf(peers, members)
      // One folder for each network: what a failed joining left behind does not stand in the way of the next.
      const folder = join(home, 'ledger', toHex(networkIdOf(genesis)).slice(0, 16))
      const replica = await EmbeddedLedger.open({ folder, genesis, signer, transport, clock, logger })
      try {
        const client = await ledgerClient({ provider: replica.provider, signer, genesis })
        return networkLedger(client, replica, identity.account as Address, basename(folder))
      } catch (error) {
        await replica.close()
        throw error
      }
    },
  }
}

function networkLedger(client: LedgerClient, replica: EmbeddedLedger, self: Address, folder: string): NetworkLedger {
  const tokens = tokenLedger(client, replica, self)
  const everyone = async (): Promise<LedgerMember[]> =>
    (await client.members()).map(({ name, account, peerKey, certificate, roles, state, gateway }) => ({
      ...{ id: name, account, fingerprint: toHex(peerKey), certificateHash: toHex(certificate) },
      ...{ roles, state, gateway },
    }))
  return {
    ...ledgerOfRuns(client, replica, (id) => tokens.named(id)),
    get height() {
      return replica.height
    },
    members: async () => (await everyone()).filter((m) => m.state === 'active'),
    everyone,
    membership: { ...client, applicants: () => applicantsOf(client) },
    async addMember(newcomer, consent) {
      await client.addMember(enrolmentOf(newcomer), consent)
    },
    tokens,
    facts: () => factsOf(client, replica, self),
    copyTo: async (below) => {
      await mkdir(below, { recursive: true })
      await replica.copyTo(join(below, folder))
    },
    close: () => replica.close(),
  }
}

async function applicantsOf(client: LedgerClient): Promise<Address[]> {
  const events = await client.events(0, { kinds: ['CandidateApplied'] })
  const applied = events.flatMap((e) => (e.kind === 'CandidateApplied' ? [e.account] : []))
  return [...new Set(applied)]
}
