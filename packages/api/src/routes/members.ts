/** Who belongs to the network, and what its members decide about that. */
import { z } from 'zod'
import { errorBody } from '../errors.ts'
import { waitingForVotes } from '../peer/enrolment.ts'
import { type RouteTable, route } from '../route.ts'

const nothing = z.object({})

export const memberRoles = ['member', 'operator', 'auditor', 'endorser'] as const
const role = z.enum(memberRoles)

export const member = z.object({
  id: z.string(),
  account: z.string(),
  /** SHA-256 of the public key that is pinned, hexadecimal. */
  fingerprint: z.string(),
  address: z.string(),
  self: z.boolean(),
  founder: z.boolean(),
  /** Whether its node is linked to this one now. */
  connected: z.boolean(),
  /** As the ledger states it. */
  state: z.enum(['active', 'suspended', 'removed']),
  /** Who has `member` votes. */
  roles: z.array(role),
})
export type MemberView = z.infer<typeof member>

const memberDetail = member.extend({
  /** SHA-256 of the certificate that the ledger records, hexadecimal. */
  certificate: z.string(),
  /** What this node knows of that certificate; milliseconds since the epoch. */
  expiresAt: z.number().optional(),
  /** Why there is no link, where that is known. */
  problem: z.string().optional(),
  /** Release that its node runs, as it says. */
  version: z.string().optional(),
  /** Milliseconds, of the last sign of life that was answered. */
  roundTripMs: z.number().optional(),
})
export type MemberDetail = z.infer<typeof memberDetail>

/** What a check found, in the order in which it looked; what could not be looked at any more is left out. */
const memberCheck = z.object({
  member: z.string(),
  ok: z.boolean(),
  steps: z.array(
    z.discriminatedUnion('what', [
      z.object({ what: z.literal('answers'), ok: z.boolean(), roundTripMs: z.number().optional() }),
      z.object({ what: z.literal('same-network'), ok: z.boolean() }),
      z.object({ what: z.literal('same-release'), ok: z.boolean(), own: z.string(), theirs: z.string().optional() }),
      z.object({ what: z.literal('certificate'), ok: z.boolean(), expiresAt: z.number().optional() }),
      z.object({ what: z.literal('active'), ok: z.boolean(), state: z.enum(['active', 'suspended', 'removed']) }),
      z.object({ what: z.literal('speed'), ok: z.boolean(), bytesPerSecond: z.number().optional() }),
    ]),
  ),
  /** Why it does not answer. */
  error: errorBody.optional(),
})
export type MemberCheck = z.infer<typeof memberCheck>

const candidate = z.object({
  id: z.string(),
  account: z.string(),
  fingerprint: z.string(),
  certificate: z.string(),
  /** Milliseconds since the epoch: later nobody can admit it. */
  expiresAt: z.number(),
})
export type CandidateView = z.infer<typeof candidate>

export const proposalActions = ['admit', 'suspend', 'readmit', 'remove', 'set-roles', 'set-quorum'] as const
export type ProposalAction = (typeof proposalActions)[number]

const proposal = z.object({
  id: z.number().int(),
  action: z.enum(proposalActions),
  /** About whom: the name where it is known, otherwise the account; absent for the quorum. */
  member: z.string().optional(),
  /** Of an admission that is open: what the candidate applied with. */
  candidate: candidate.optional(),
  roles: z.array(role),
  /** Of `set-quorum`. */
  quorum: z.number().int().optional(),
  state: z.enum(['open', 'carried', 'expired']),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** Names of the members that agreed. */
  voted: z.array(z.string()),
  /** Votes of those that still vote. */
  votes: z.number().int(),
  /** Votes that carry it now. */
  needed: z.number().int(),
  /** Whether it waits for this member's vote. */
  awaitsOwnVote: z.boolean(),
})
export type ProposalView = z.infer<typeof proposal>

export const memberRoutes = {
  members: {
    application: route({
      method: 'GET',
      path: '/network/application',
      about: { en: 'How the own application to a network stands', zh: '本节点的入网申请进展' },
      input: nothing,
      output: z.object({
        state: z.enum(['none', 'waiting', 'lapsed', 'joined']),
        /** Of the founder that the application went to. */
        founder: z.string().optional(),
        waiting: waitingForVotes.optional(),
        /** Code of what keeps the founder from being asked, until it answers again. */
        problem: z.string().optional(),
      }),
      errors: [],
    }),
    list: route({
      method: 'GET',
      path: '/members',
      about: { en: 'Every member, the suspended and removed ones too', zh: '全部成员，包括已停用和已除名的' },
      input: nothing,
      output: z.object({ quorum: z.number().int(), needed: z.number().int(), members: z.array(memberDetail) }),
      errors: ['NETWORK_NONE'],
    }),
    show: route({
      method: 'GET',
      path: '/members/:member',
      about: { en: 'One member', zh: '单个成员' },
      input: z.object({ member: z.string() }),
      output: memberDetail,
      errors: ['NETWORK_NONE', 'MEMBER_UNKNOWN'],
    }),
    check: route({
      method: 'POST',
      path: '/members/:member/check',
      about: {
        en: 'Asks a member through the link, to the end and back: whether it answers, how fast, on which network and release',
        zh: '经由链路端到端询问某成员：是否应答、速度如何、所在网络与版本',
      },
      input: z.object({ member: z.string().min(1).max(64) }),
      output: memberCheck,
      errors: ['NETWORK_NONE', 'MEMBER_UNKNOWN'],
    }),
    candidates: route({
      method: 'GET',
      path: '/candidates',
      about: { en: 'Who has applied and is not yet admitted', zh: '已申请但尚未获准加入的候选者' },
      input: nothing,
      output: z.array(candidate),
      errors: ['NETWORK_NONE'],
    }),
    proposals: route({
      method: 'GET',
      path: '/proposals',
      about: { en: 'What the members decide or decided, newest first', zh: '成员正在表决或已表决的提案，最新的在前' },
      input: nothing,
      output: z.array(proposal),
      errors: ['NETWORK_NONE'],
    }),
    propose: route({
      method: 'POST',
      path: '/proposals',
      about: {
        en: 'Puts a question to the members; this member has thereby agreed',
        zh: '向成员提出提案；本成员即视为赞成',
      },
      input: z.object({
        action: z.enum(proposalActions),
        /** Name or account of the member or candidate. */
        member: z.string().min(1).max(64).optional(),
        roles: z.array(role).min(1).optional(),
        quorum: z.number().int().min(1).max(1000).optional(),
        days: z.number().min(0.00001).max(90).default(7),
      }),
      output: proposal,
      errors: ['NETWORK_NONE', 'MEMBER_UNKNOWN', 'PROPOSAL_INCOMPLETE', 'PROPOSAL_OPEN'],
    }),
    renew: route({
      method: 'POST',
      path: '/node/certificate',
      about: {
        en: 'Renews the own certificate, with `rotate` under a new key; in force once the ledger names it',
        zh: '更新本成员的证书；rotate 表示同时更换密钥；账本登记后生效',
      },
      input: z.object({
        rotate: z.boolean().default(false),
        days: z.number().int().min(1).max(3650).optional(),
      }),
      output: z.object({ validTo: z.number(), fingerprint: z.string() }),
      errors: ['NETWORK_NONE'],
    }),
    setAddress: route({
      method: 'POST',
      path: '/node/address',
      about: {
        en: 'Where partners reach this node; empty: where it listens',
        zh: '合作方连接本节点的地址；留空则用监听地址',
      },
      input: z.object({ address: z.string().max(255) }),
      output: z.object({}),
      errors: ['NETWORK_NONE', 'MEMBER_ADDRESS'],
    }),
    changeAccount: route({
      method: 'POST',
      path: '/node/account',
      about: {
        en: 'Moves to a new ledger account; the node must then be started again',
        zh: '更换账本账户；之后须重新启动节点',
      },
      input: nothing,
      output: z.object({ account: z.string() }),
      errors: ['NETWORK_NONE', 'MEMBER_RUNS_ACTIVE', 'LEDGER_FOUNDER_ACCOUNT_FIXED'],
    }),
    vote: route({
      method: 'POST',
      path: '/proposals/:proposal/votes',
      about: { en: 'Agrees to a proposal', zh: '对提案投赞成票' },
      input: z.object({ proposal: z.coerce.number().int().min(0) }),
      output: proposal,
      errors: ['NETWORK_NONE', 'LEDGER_ALREADY_VOTED', 'LEDGER_PROPOSAL_EXPIRED', 'LEDGER_PROPOSAL_EXECUTED'],
    }),
  },
} as const satisfies RouteTable
