/** The part of the client that speaks with Members. */
import { fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { ledgerErrors } from '../errors.ts'
import { type LedgerClient, memberStates, proposalActions } from '../interface.ts'
import type { ContractCalls } from './calls.ts'
import { decodedEvent } from './events.ts'
import { bitsOf, type ChainEnrolment, enrolmentToChain, hex, lower, rolesOf, zeroAddress } from './words.ts'

interface ChainMember {
  name: string
  account: Address
  certificate: Hex
  peerKey: Hex
  roles: number
  status: number
  gateway: string
}
interface ChainProposal {
  action: number
  account: Address
  value: number
  expiry: bigint
  executed: boolean
  voters: readonly number[]
}

type Part = Pick<
  LedgerClient,
  | 'addMember'
  | 'suspendMember'
  | 'reinstateMember'
  | 'renewMember'
  | 'setGateway'
  | 'changeAccount'
  | 'members'
  | 'applyForMembership'
  | 'candidate'
  | 'propose'
  | 'vote'
  | 'proposals'
  | 'quorum'
>

export function memberClient(calls: ContractCalls): Part {
  return {
    addMember(enrolment, consent, { operator = false, roles = [] } = {}) {
      const all = operator ? [...roles, 'operator' as const] : roles
      return calls.send('Members', 'addMember', enrolmentToChain(enrolment), bitsOf(all), hex(consent))
    },
    suspendMember: (member) => calls.send('Members', 'suspendMember', member),
    reinstateMember: (member) => calls.send('Members', 'reinstateMember', member),
    renewMember: (certificate, peerKey) => calls.send('Members', 'renewMember', hex(certificate), hex(peerKey)),
    setGateway: (gateway) => calls.send('Members', 'setGateway', gateway),
    changeAccount: (to, expiry, consent) => calls.send('Members', 'changeAccount', to, BigInt(expiry), hex(consent)),

    async members() {
      return (await calls.read<ChainMember[]>('Members', 'members')).map((member) => {
        const { name, account, certificate, peerKey, status, gateway } = member
        const roles = rolesOf(member.roles)
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
      calls.send('Members', 'applyForMembership', enrolmentToChain(enrolment), hex(consent)),
    async candidate(account) {
      const found = await calls.read<ChainEnrolment>('Members', 'candidate', account)
      const [certificate, peerKey] = [fromHex(found.certificate), fromHex(found.peerKey)]
      return { name: found.name, account: lower(found.account), certificate, peerKey, expiry: Number(found.expiry) }
    },

    async propose(proposal) {
      const account = 'account' in proposal ? proposal.account : zeroAddress
      const value = 'roles' in proposal ? bitsOf(proposal.roles) : 'quorum' in proposal ? proposal.quorum : 0
      const action = proposalActions.indexOf(proposal.action)
      const included = await calls.send('Members', 'propose', action, account, value, BigInt(proposal.expiry))
      for (const log of await calls.logs(['Members'], [], included.height, included.height)) {
        if (log.transactionHash !== `0x${included.transaction}`) continue
        const event = decodedEvent(calls, log)
        if (event.kind === 'ProposalMade') return { ...included, id: event.proposal }
      }
      throw ledgerErrors.LEDGER_REVERTED({})
    },
    vote: (id) => calls.send('Members', 'vote', BigInt(id)),
    async proposals() {
      const [count, accounts] = await Promise.all([
        calls.read<bigint>('Members', 'proposalCount'),
        memberAccounts(calls),
      ])
      const ids = Array.from({ length: Number(count) }, (_, id) => id)
      const found = await Promise.all(ids.map((id) => calls.read<ChainProposal>('Members', 'proposalAt', BigInt(id))))
      return found.map(({ action, account, value, expiry, executed, voters }, id) => ({
        id,
        action: proposalActions[action]!,
        account: lower(account),
        roles: proposalActions[action] === 'setQuorum' ? [] : rolesOf(value),
        quorum: proposalActions[action] === 'setQuorum' ? value : 0,
        expiry: Number(expiry),
        executed,
        voters: voters.map((number) => accounts[number - 1]!),
      }))
    },
    async quorum() {
      const [quorum, needed] = [
        calls.read<number>('Members', 'quorum'),
        calls.read<number>('Members', 'votesNeeded'),
      ] as const
      return { quorum: await quorum, needed: await needed }
    },
  }
}

/** Present account of each member, in the order of their numbers from 1. */
export async function memberAccounts(calls: ContractCalls): Promise<Address[]> {
  return (await calls.read<ChainMember[]>('Members', 'members')).map(({ account }) => lower(account))
}
