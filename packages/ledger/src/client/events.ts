/** Events as the interface tells them. With a filter a replica reads the blocks that tell of it, and no others. */
import { type Abi, decodeEventLog, type Hex, hexToNumber, padHex, toEventSelector } from 'viem'
import { type ContractName, contractNames } from '../genesis.ts'
import type { Demand, EventFilter, LedgerClient, LedgerEvent } from '../interface.ts'
import type { ContractCalls, RpcLog, Topics } from './calls.ts'
import { agreementFromChain, type ChainAgreement, failureCodeAt, hex, lower } from './words.ts'

export function eventClient(calls: ContractCalls): Pick<LedgerClient, 'events' | 'demand'> {
  return {
    async events(fromHeight, filter = {}) {
      const from = Math.max(1, fromHeight)
      const found = await Promise.all(questions(calls, filter).map((topics) => calls.logs(contractNames, topics, from)))
      return inOrder(found).map((log) => decodedEvent(calls, log))
    },
    async demand(asset) {
      const demand: Demand = { asked: 0, granted: 0, refused: 0, used: 0 }
      const counters = { UseAsked: 'asked', UseGranted: 'granted', UseRefused: 'refused', GrantUsed: 'used' } as const
      for (const log of await calls.logs(['Grants'], [null, hex(asset)], 1)) {
        const counter = counters[decodedLog(calls, log).eventName as keyof typeof counters]
        if (counter !== undefined) demand[counter]++
      }
      return demand
    },
  }
}

export function decodedEvent(calls: ContractCalls, log: RpcLog): LedgerEvent {
  return eventOf(decodedLog(calls, log), hexToNumber(log.blockNumber))
}

export function decodedLog(calls: ContractCalls, { address, topics, data }: RpcLog): Decoded {
  return decodeEventLog({ abi: calls.abi(calls.contractAt(address)), topics, data }) as unknown as Decoded
}

interface Decoded {
  eventName: string
  args: unknown
}

/** What is asked about may stand in any of three positions. */
function questions(calls: ContractCalls, { kinds, about }: EventFilter): Topics[] {
  const selectors = kinds?.flatMap((kind) => selectorsOf(calls, kind)) ?? null
  if (about === undefined) return [[selectors]]
  const topic = padHex(hex(about), { size: 32 }).toLowerCase() as Hex
  return [
    [selectors, topic],
    [selectors, null, topic],
    [selectors, null, null, topic],
  ]
}

function selectorsOf(calls: ContractCalls, kind: string): Hex[] {
  const items = (name: ContractName): Abi => calls.abi(name)
  return contractNames.flatMap((name) =>
    items(name).flatMap((item) => (item.type === 'event' && item.name === kind ? [toEventSelector(item)] : [])),
  )
}

/** One log may answer two questions. */
function inOrder(found: readonly RpcLog[][]): RpcLog[] {
  if (found.length === 1) return found[0]!
  const placeOf = (log: RpcLog): number => hexToNumber(log.blockNumber) * 2 ** 20 + hexToNumber(log.logIndex)
  const byPlace = new Map(found.flat().map((log) => [placeOf(log), log]))
  return [...byPlace].sort(([a], [b]) => a - b).map(([, log]) => log)
}

function eventOf({ eventName, args }: Decoded, height: number): LedgerEvent {
  const a = args as Record<string, Hex> & {
    agreement?: ChainAgreement
    code?: number
    proposal?: bigint
    left?: number
  }
  const id = (value: Hex | undefined): string => value!.slice(2)
  switch (eventName) {
    case 'AccountChanged':
      return { kind: eventName, height, account: lower(a.account!), from: lower(a.from!) }
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
      return { kind: eventName, height, runId: id(a.runId), parties: agreementFromChain(a.agreement!).parties }
    case 'Anchored':
      return { kind: eventName, height, runId: id(a.runId), party: lower(a.party!) }
    case 'RunCompleted':
      return { kind: eventName, height, runId: id(a.runId) }
    case 'RunFailed':
      return { kind: eventName, height, runId: id(a.runId), party: lower(a.party!), code: failureCodeAt(a.code!) }
    default:
      return { kind: eventName as 'MemberAdded', height, account: lower(a.account!) }
  }
}
