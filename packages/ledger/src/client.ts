/** The contracts as typed methods, on any Ethereum JSON-RPC: the embedded chain of this node, or an external one. */
import { equalBytes, fromHex, toHex } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import { type Abi, decodeEventLog, decodeFunctionResult, encodeFunctionData, type Hex, hexToNumber } from 'viem'
import { LedgerAccount } from './account.ts'
import type { Agreement } from './agreement.ts'
import { loadContracts } from './contracts.ts'
import type { LedgerProvider } from './embedded/rpc.ts'
import { ledgerErrors } from './errors.ts'
import { type ContractName, contractAddresses, contractNames, type NetworkGenesis, networkIdOf } from './genesis.ts'
import {
  type Anchor,
  assetKinds,
  assetStates,
  type Demand,
  type Enrolment,
  type FailureCode,
  failureCodes,
  type Included,
  type LedgerAsset,
  type LedgerClient,
  type LedgerEvent,
  type LedgerGrant,
  type LedgerMember,
  type LedgerProposal,
  type MemberRole,
  memberRoles,
  memberStates,
  type NewAsset,
  type NewGrant,
  proposalActions,
  type RegisteredAgreement,
  type RunStatus,
} from './interface.ts'

export interface LedgerClientOptions {
  provider: LedgerProvider
  signer: Signer
  genesis: NetworkGenesis
  /** Where the contracts are, if not where the founder's first transactions put them. */
  addresses?: Record<ContractName, Address>
  /** How long to wait for the block of a transaction. Default 60 000. */
  timeoutMs?: number
}

const pageSize = 200n

/** @throws LEDGER_NOT_BUILT */
export async function ledgerClient(options: LedgerClientOptions): Promise<LedgerClient> {
  const { provider, signer, genesis, addresses = contractAddresses(genesis), timeoutMs = 60_000 } = options
  const contracts = await loadContracts()
  const account = new LedgerAccount({ provider, signer, timeoutMs })
  const networkId = networkIdOf(genesis)
  // Errors of one contract come through another that calls it.
  const errors = contractNames.flatMap((name) => (contracts[name].abi as Abi).filter((item) => item.type === 'error'))

  const encode = (name: ContractName, functionName: string, args: readonly unknown[]): Hex =>
    encodeFunctionData({ abi: contracts[name].abi as Abi, functionName, args })
  const send = (name: ContractName, functionName: string, ...args: unknown[]): Promise<Included> =>
    account.send(addresses[name], encode(name, functionName, args), errors)
  /** The types below are the contracts': the tests read every field back. */
  const read = async <T>(name: ContractName, functionName: string, ...args: unknown[]): Promise<T> => {
    const data = await account.call(addresses[name], encode(name, functionName, args), errors)
    return decodeFunctionResult({ abi: contracts[name].abi as Abi, functionName, data }) as T
  }
  const logs = async (
    names: readonly ContractName[],
    blocks: { from: number; to?: number },
    topics: (Hex | null)[],
  ) => {
    const toBlock = blocks.to === undefined ? 'latest' : `0x${blocks.to.toString(16)}`
    const address = names.map((name) => addresses[name])
    const filter = { address, topics, fromBlock: `0x${blocks.from.toString(16)}`, toBlock }
    return (await provider.request({ method: 'eth_getLogs', params: [filter] })) as RpcLog[]
  }

  /** Present account of each member, in the order of their numbers from 1. */
  const memberAccounts = async (): Promise<Address[]> =>
    (await read<ChainMember[]>('Members', 'members')).map(({ account }) => lower(account))

  async function runStatus(run: string): Promise<RunStatus> {
    const runId = hex(run)
    const height = await read<bigint>('Agreements', 'heightOf', runId)
    if (height === 0n) return { state: 'unknown', anchors: [] }
    const [{ parties, deadline }, [anchored, failed]] = await Promise.all([
      read<{ parties: Address[]; deadline: bigint }>('Agreements', 'run', runId),
      read<[ChainAnchor[], { party: Address; code: number; height: bigint }]>('Receipts', 'status', runId),
    ])
    const anchors = anchored.map(({ party, root, size, count, height }) => ({
      ...{ party: lower(party), root: fromHex(root), size: Number(size), count, height: Number(height) },
    }))
    if (anchors.length === parties.length) return { state: 'complete', anchors }
    if (failed.height !== 0n) {
      const failure = { party: lower(failed.party), code: codeOf(failed.code), height: Number(failed.height) }
      return { state: 'failed', anchors, failure }
    }
    return { state: Date.now() / 1000 > Number(deadline) ? 'expired' : 'open', anchors }
  }

  return {
    networkId,

    addMember(enrolment, consent, { operator = false, roles = [] } = {}) {
      const all = operator ? [...roles, 'operator' as const] : roles
      return send('Members', 'addMember', enrolmentToChain(enrolment), bitsOf(all), hex(consent))
    },
    suspendMember: (member) => send('Members', 'suspendMember', member),
    reinstateMember: (member) => send('Members', 'reinstateMember', member),
    renewMember: (certificate, peerKey) => send('Members', 'renewMember', hex(certificate), hex(peerKey)),
    setGateway: (gateway) => send('Members', 'setGateway', gateway),
    changeAccount: (to, expiry, consent) => send('Members', 'changeAccount', to, BigInt(expiry), hex(consent)),

    async members(): Promise<LedgerMember[]> {
      return (await read<ChainMember[]>('Members', 'members')).map((member) => {
        const { name, account, certificate, peerKey, status, gateway } = member
        const roles = memberRoles.filter((_, i) => member.roles & (1 << i))
        return {
          name,
          account: lower(account),
          certificate: fromHex(certificate),
          peerKey: fromHex(peerKey),
          roles,
          operator: roles.includes('operator'),
          state: memberStates[status - 1]!,
          active: status === 1,
          gateway,
        }
      })
    },

    applyForMembership: (enrolment, consent) =>
      send('Members', 'applyForMembership', enrolmentToChain(enrolment), hex(consent)),
    async candidate(account): Promise<Enrolment> {
      const found = await read<ReturnType<typeof enrolmentToChain>>('Members', 'candidate', account)
      const [certificate, peerKey] = [fromHex(found.certificate), fromHex(found.peerKey)]
      return { name: found.name, account: lower(found.account), certificate, peerKey, expiry: Number(found.expiry) }
    },
    async propose(proposal) {
      const account = 'account' in proposal ? proposal.account : zeroAddress
      const value = 'roles' in proposal ? bitsOf(proposal.roles) : 'quorum' in proposal ? proposal.quorum : 0
      const action = proposalActions.indexOf(proposal.action)
      const included = await send('Members', 'propose', action, account, value, BigInt(proposal.expiry))
      for (const log of await logs(['Members'], { from: included.height, to: included.height }, [])) {
        if (log.transactionHash !== `0x${included.transaction}`) continue
        const event = eventOf(decode(contracts.Members.abi as Abi, log), included.height)
        if (event.kind === 'ProposalMade') return { ...included, id: event.proposal }
      }
      throw ledgerErrors.LEDGER_REVERTED({})
    },
    vote: (id) => send('Members', 'vote', BigInt(id)),
    async proposals(): Promise<LedgerProposal[]> {
      const [count, accounts] = await Promise.all([read<bigint>('Members', 'proposalCount'), memberAccounts()])
      const ids = Array.from({ length: Number(count) }, (_, id) => id)
      const found = await Promise.all(ids.map((id) => read<ChainProposal>('Members', 'proposalAt', BigInt(id))))
      return found.map(({ action, account, value, expiry, executed, voters }, id) => ({
        id,
        action: proposalActions[action]!,
        account: lower(account),
        roles: proposalActions[action] === 'setQuorum' ? [] : memberRoles.filter((_, i) => value & (1 << i)),
        quorum: proposalActions[action] === 'setQuorum' ? value : 0,
        expiry: Number(expiry),
        executed,
        voters: voters.map((number) => accounts[number - 1]!),
      }))
    },
    async quorum() {
      const [quorum, needed] = [read<number>('Members', 'quorum'), read<number>('Members', 'votesNeeded')]
      return { quorum: await quorum, needed: await needed }
    },

    async registerAsset(asset) {
      const content = assetToChain(asset)
      const id = await read<Hex>('Assets', 'tokenId', signer.address, content)
      return { ...(await send('Assets', 'registerAsset', content)), id: fromHex(id) }
    },
    setTerms: (id, termsHash) => send('Assets', 'setTerms', hex(id), hex(termsHash)),
    retireAsset: (id) => send('Assets', 'retireAsset', hex(id)),
    grantChild: (composite, child) => send('Assets', 'grantChild', hex(composite), hex(child)),
    revokeChild: (composite, child) => send('Assets', 'revokeChild', hex(composite), hex(child)),
    offerAsset: (id, to) => send('Assets', 'offerAsset', hex(id), to ?? zeroAddress),
    acceptAsset: (id) => send('Assets', 'acceptAsset', hex(id)),
    isUsable: (id) => read<boolean>('Assets', 'isUsable', hex(id)),

    async assets(): Promise<LedgerAsset[]> {
      const accounts = await memberAccounts()
      const out: LedgerAsset[] = []
      for (let from = 0n; ; from += pageSize) {
        const page = await read<ChainAsset[]>('Assets', 'page', from, pageSize)
        for (const { id, owner, offeredTo, version, missing, status, content } of page)
          out.push({
            id: fromHex(id),
            owner: accounts[owner - 1]!,
            ...(offeredTo === 0 ? {} : { offeredTo: accounts[offeredTo - 1]! }),
            kind: assetKinds[content.kind]!,
            manifestHash: fromHex(content.manifestHash),
            termsHash: fromHex(content.termsHash),
            storageRef: fromHex(content.storageRef),
            proof: fromHex(content.proof),
            previous: fromHex(content.previous),
            children: content.children.map((child) => fromHex(child)),
            version,
            missing,
            state: assetStates[status - 1]!,
          })
        if (page.length < pageSize) return out
      }
    },

    askUse: (asset, flowHash, parametersHash, quota) =>
      send('Grants', 'askUse', hex(asset), hex(flowHash), hex(parametersHash), quota),
    refuseUse: (asset, account, flowHash, parametersHash) =>
      send('Grants', 'refuseUse', hex(asset), account, hex(flowHash), hex(parametersHash)),
    async grantUse(grant) {
      const struct = grantToChain(grant)
      const id = await read<Hex>('Grants', 'grantId', struct)
      return { ...(await send('Grants', 'grantUse', struct)), id: fromHex(id) }
    },
    revokeGrant: (id) => send('Grants', 'revokeGrant', hex(id)),
    async grantOf(id): Promise<LedgerGrant> {
      const [grant, accounts] = await Promise.all([read<ChainGrant>('Grants', 'grantOf', hex(id)), memberAccounts()])
      return {
        asset: fromHex(grant.asset),
        grantee: accounts[grant.grantee - 1]!,
        flowHash: fromHex(grant.flowHash),
        parametersHash: fromHex(grant.parametersHash),
        left: grant.left,
        expiry: Number(grant.expiry),
        revoked: grant.revoked,
      }
    },
    stands: (id) => read<boolean>('Grants', 'stands', hex(id)),
    async demand(asset): Promise<Demand> {
      const demand: Demand = { asked: 0, granted: 0, refused: 0, used: 0 }
      const counters = { UseAsked: 'asked', UseGranted: 'granted', UseRefused: 'refused', GrantUsed: 'used' } as const
      for (const log of await logs(['Grants'], { from: 1 }, [null, hex(asset)])) {
        const { eventName } = decode(contracts.Grants.abi as Abi, log)
        const counter = counters[eventName as keyof typeof counters]
        if (counter !== undefined) demand[counter]++
      }
      return demand
    },

    async registerAgreement(agreement, signatures) {
      const runId = await read<Hex>('Agreements', 'digestOf', toChain(agreement))
      const signed = signatures.map((s) => hex(s))
      const included = await send('Agreements', 'register', hex(networkId), toChain(agreement), signed)
      return { ...included, runId: runId.slice(2) }
    },

    async agreement(run): Promise<RegisteredAgreement | undefined> {
      const height = Number(await read<bigint>('Agreements', 'heightOf', hex(run)))
      if (height === 0) return undefined
      for (const log of await logs(['Agreements'], { from: height, to: height }, [null, hex(run)])) {
        const { args } = decode(contracts.Agreements.abi as Abi, log)
        const { agreement, signatures } = args as { agreement: ChainAgreement; signatures: Hex[] }
        const runId = hex(run).slice(2)
        return { runId, agreement: fromChain(agreement), signatures: signatures.map((s) => fromHex(s)), height }
      }
      return undefined
    },

    async anchor(run, anchor) {
      const own = (await runStatus(run)).anchors.find((a) => a.party === lower(signer.address))
      if (own !== undefined && isSame(own, anchor)) return
      await send('Receipts', 'anchor', hex(run), hex(anchor.root), BigInt(anchor.size), anchor.count)
    },
    async fail(run, code) {
      const { state } = await runStatus(run)
      if (state === 'failed' || state === 'expired') return
      await send('Receipts', 'fail', hex(run), failureCodes.indexOf(code) + 1)
    },
    runStatus,

    async events(fromHeight) {
      const out: LedgerEvent[] = []
      for (const log of await logs(contractNames, { from: Math.max(1, fromHeight) }, [])) {
        const name = contractNames.find((n) => addresses[n] === log.address.toLowerCase())!
        const event = decode(contracts[name].abi as Abi, log)
        out.push(eventOf(event, hexToNumber(log.blockNumber)))
      }
      return out
    },
  }
}

interface RpcLog {
  address: Address
  topics: [Hex, ...Hex[]]
  data: Hex
  blockNumber: Hex
  transactionHash: Hex
}

type ChainAgreement = ReturnType<typeof toChain>
type ChainMember = {
  name: string
  account: Address
  certificate: Hex
  peerKey: Hex
  roles: number
  status: number
  gateway: string
}
type ChainProposal = {
  action: number
  account: Address
  value: number
  expiry: bigint
  executed: boolean
  voters: readonly number[]
}
type ChainGrant = {
  asset: Hex
  flowHash: Hex
  parametersHash: Hex
  grantee: number
  left: number
  expiry: bigint
  revoked: boolean
}
type ChainAnchor = { party: Address; root: Hex; size: bigint; count: number; height: bigint }
type ChainAsset = {
  id: Hex
  owner: number
  offeredTo: number
  version: number
  missing: number
  status: number
  content: ReturnType<typeof assetToChain>
}

const decode = (abi: Abi, { topics, data }: RpcLog) =>
  decodeEventLog({ abi, topics, data }) as unknown as { eventName: string; args: unknown }

const toChain = (agreement: Agreement) => ({
  ...agreement,
  nonce: hex(agreement.nonce),
  expiry: BigInt(agreement.expiry),
  deadline: BigInt(agreement.deadline),
  bodyHash: hex(agreement.bodyHash),
  flowHash: hex(agreement.flowHash),
  parametersHash: hex(agreement.parametersHash),
  grants: agreement.grants.map(hex),
})

const fromChain = (agreement: ChainAgreement): Agreement => ({
  ...agreement,
  nonce: fromHex(agreement.nonce),
  expiry: Number(agreement.expiry),
  deadline: Number(agreement.deadline),
  bodyHash: fromHex(agreement.bodyHash),
  parties: agreement.parties.map(lower),
  dealer: lower(agreement.dealer),
  flowHash: fromHex(agreement.flowHash),
  parametersHash: fromHex(agreement.parametersHash),
  grants: agreement.grants.map((id) => fromHex(id)),
})

const enrolmentToChain = ({ name, account, certificate, peerKey, expiry }: Enrolment) => ({
  ...{ name, account, certificate: hex(certificate), peerKey: hex(peerKey), expiry: BigInt(expiry) },
})

/** Children in the order in which the contract wants them. */
export const assetToChain = (asset: NewAsset) => ({
  kind: assetKinds.indexOf(asset.kind),
  manifestHash: hex(asset.manifestHash),
  storageRef: hex(asset.storageRef ?? zero32),
  proof: hex(asset.proof ?? zero32),
  termsHash: hex(asset.termsHash),
  previous: hex(asset.previous ?? zero32),
  children: (asset.children ?? []).map(hex).sort(),
})

const grantToChain = ({ asset, grantee, flowHash, parametersHash, quota, expiry, salt }: NewGrant) => ({
  ...{ asset: hex(asset), grantee, flowHash: hex(flowHash), parametersHash: hex(parametersHash), quota },
  ...{ expiry: BigInt(expiry), salt: hex(salt) },
})

const bitsOf = (roles: readonly MemberRole[]): number =>
  roles.reduce((bits, role) => bits | (1 << memberRoles.indexOf(role)), 0)

function eventOf({ eventName, args }: ReturnType<typeof decode>, height: number): LedgerEvent {
  const a = args as Record<string, Hex> & {
    agreement?: ChainAgreement
    code?: number
    proposal?: bigint
    left?: number
  }
  const id = (value: Hex | undefined): string => value!.slice(2)
  switch (eventName) {
    case 'QuorumChanged':
      return { kind: eventName, height, quorum: Number(a.quorum) }
    case 'ProposalMade':
    case 'ProposalCarried':
      return { kind: eventName, height, proposal: Number(a.proposal) }
    case 'Voted':
      return { kind: eventName, height, proposal: Number(a.proposal), account: lower(a.account!) }
    case 'AssetActivated':
    case 'AssetDeactivated':
      return { kind: eventName, height, asset: id(a.id) }
    case 'AssetRegistered':
    case 'TermsChanged':
    case 'AssetRetired':
    case 'AssetOffered':
    case 'AssetTransferred':
      return { kind: eventName, height, asset: id(a.id), owner: lower(a.owner!) }
    case 'ChildGranted':
    case 'ChildRevoked':
      return { kind: eventName, height, asset: id(a.id), child: id(a.child), owner: lower(a.owner!) }
    case 'UseAsked':
    case 'UseRefused': {
      const hashes = { flowHash: id(a.flowHash), parametersHash: id(a.parametersHash) }
      return { kind: eventName, height, asset: id(a.asset), account: lower((a.caller ?? a.account)!), ...hashes }
    }
    case 'UseGranted':
      return { kind: eventName, height, asset: id(a.asset), grant: id(a.id), account: lower(a.account!) }
    case 'GrantRevoked':
      return { kind: eventName, height, asset: id(a.asset), grant: id(a.id) }
    case 'GrantUsed': {
      const use = { runId: id(a.runId), left: a.left! }
      return { kind: eventName, height, asset: id(a.asset), grant: id(a.id), ...use }
    }
    case 'AgreementRegistered':
      return { kind: eventName, height, runId: id(a.runId), parties: fromChain(a.agreement!).parties }
    case 'Anchored':
      return { kind: eventName, height, runId: id(a.runId), party: lower(a.party!) }
    case 'RunCompleted':
      return { kind: eventName, height, runId: id(a.runId) }
    case 'RunFailed':
      return { kind: eventName, height, runId: id(a.runId), party: lower(a.party!), code: codeOf(a.code!) }
    default:
      return { kind: eventName as 'MemberAdded', height, account: lower(a.account!) }
  }
}

const zeroAddress: Address = `0x${'0'.repeat(40)}`
const zero32 = new Uint8Array(32)
const codeOf = (code: number): FailureCode => failureCodes[code - 1] ?? 'OTHER'
const lower = (address: string): Address => address.toLowerCase() as Address
const hex = (value: Uint8Array | string): Hex =>
  typeof value === 'string' ? `0x${value.replace(/^0x/, '')}` : `0x${toHex(value)}`
const isSame = (a: Anchor, b: Anchor): boolean => equalBytes(a.root, b.root) && a.size === b.size && a.count === b.count
