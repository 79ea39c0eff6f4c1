/** Requests and grants as people see them: derived from what is kept and from the ledger, nothing kept beside it. */
import type { GrantSummary, RequestDetail, RequestSummary, RequestWaiting } from '@secureflow/api'
import {
  type ComponentRegistry,
  type DenialReason,
  epsilonOf,
  type Plan,
  render,
  type Terms,
  type TermsRequest,
} from '@secureflow/flow'
import { decodeProposal, planOf } from '../runs/proposal.ts'
import { lines } from '../runs/views.ts'
import type { Tables } from '../storage/index.ts'
import type { GivenGrant } from './giving.ts'
import type { GrantOnLedger } from './ledger.ts'
import { lineDiff } from './line-diff.ts'
import type { Asked, JudgedTerms, Message, Received, Sent, StoredRequest } from './requests.ts'

const dayMs = 86_400_000
const last = (messages: Message[]): number => messages.at(-1)?.at ?? 0

/** Who has still to do what. */
export function waitingFor(request: StoredRequest, self = ''): RequestWaiting[] {
  if (request.status !== 'waiting') return []
  return request.direction === 'sent' ? sentWaitsFor(request) : receivedWaitsFor(request, self)
}

function sentWaitsFor({ initiator, state }: Sent): RequestWaiting[] {
  const waiting = state.asked.flatMap((a): RequestWaiting[] => {
    if (a.status === 'undelivered') return [{ member: a.member, for: 'delivery' }]
    if (a.status !== 'waiting') return []
    const asks = last(a.heard) > last(a.said)
    return [...(asks ? [{ member: initiator, for: 'answer' as const }] : []), ...askedWaitsFor(a, state.asked)]
  })
  return [...new Map(waiting.map((w) => [`${w.member} ${w.for}`, w])).values()]
}

function askedWaitsFor({ member, kind, terms }: Asked, all: Asked[]): RequestWaiting[] {
  if (kind === 'vouch') return [{ member, for: 'endorsement' }]
  const asks = terms.flatMap((t) => (t.ask === undefined ? [] : [t.ask]))
  if (asks.length === 0) return [{ member, for: 'grant' }]
  const vouchers = asks.flatMap((a) => a.endorsements?.of ?? [])
  // Nobody of those is a member here: only the owner can help.
  const helpless = vouchers.length > 0 && !all.some((a) => a.kind === 'vouch' && vouchers.includes(a.member))
  return [
    ...(asks.some((a) => a.approval) ? [{ member, for: 'approval' as const }] : []),
    ...(helpless ? [{ member, for: 'endorsement' as const }] : []),
  ]
}

function receivedWaitsFor({ initiator, state }: Received, self: string): RequestWaiting[] {
  const asks = state.terms.flatMap((t) => (t.ask === undefined ? [] : [t.ask]))
  const vouchers = new Set(asks.flatMap((a) => a.endorsements?.of ?? []))
  return [
    ...(state.kind === 'vouch' ? [{ member: self, for: 'endorsement' as const }] : []),
    ...(asks.some((a) => a.approval) ? [{ member: self, for: 'approval' as const }] : []),
    ...[...vouchers].map((member) => ({ member, for: 'endorsement' as const })),
    ...(last(state.said) > last(state.heard) ? [{ member: initiator, for: 'answer' as const }] : []),
  ]
}

export function requestSummaryOf(request: StoredRequest, self: string): RequestSummary {
  const { id, direction, initiator, flow, purpose, space, status, asked_at, decided_at, proposal } = request
  const { assets } = decodeProposal(proposal)
  const { run, code } = direction === 'sent' ? (request as Sent).state : {}
  return {
    id,
    direction,
    kind: direction === 'sent' ? 'use' : (request as Received).state.kind,
    initiator,
    owners: [...new Set(assets.map((a) => a.owner))].filter((owner) => owner !== initiator),
    flow,
    purpose,
    ...(space === null ? {} : { space }),
    // To people it waits, whether it is being asked for the first time or about to start.
    status: status === 'asking' || status === 'starting' ? 'waiting' : status,
    askedAt: asked_at,
    ...(decided_at === null ? {} : { decidedAt: decided_at }),
    waiting: waitingFor(request, self),
    ...(run === undefined ? {} : { run }),
    ...(code === undefined ? {} : { code }),
  }
}

export interface DetailParts {
  self: string
  components: ComponentRegistry
  /** All that are kept, for the earlier version of the same flow. */
  others: readonly StoredRequest[]
  grants: GrantSummary[]
  /** What the own terms say to an own asset, in full; undefined where it is not this node's. */
  ownVerdict(
    plan: Plan,
    asset: string,
  ): Promise<{ terms: Terms; reasons: DenialReason[]; request: TermsRequest } | undefined>
}

export async function requestDetailOf(request: StoredRequest, parts: DetailParts): Promise<RequestDetail> {
  const { self, components, others, grants } = parts
  const proposal = decodeProposal(request.proposal)
  const plan = compiled(request, components)
  const judged = judgedOf(request, self)
  const assets: RequestDetail['assets'] = []
  for (const asset of plan?.assets ?? []) {
    if (asset.owner === request.initiator) continue
    const own = await parts.ownVerdict(plan!, asset.id)
    const told = judged.find((t) => t.asset === asset.id)
    const tasks = plan!.tasks.filter((t) => t.assets.includes(asset.id))
    assets.push({
      ...(told ?? { asset: asset.id, name: asset.name, allow: false, reasons: [] }),
      owner: asset.owner,
      rows: asset.rows,
      columns: columnsOf(tasks, asset),
      disclosures: tasks.flatMap(({ step, disclosures }) =>
        disclosures
          .filter((d) => d.from.includes(asset.owner))
          .map(({ what, to, atMost }) => ({ step, what, to, atMost })),
      ),
      checks: own === undefined ? [] : checksOf(own.terms, own.reasons),
      ...(own?.terms.price === undefined ? {} : { price: own.terms.price }),
      ...(own?.request.offer === undefined ? {} : { offer: own.request.offer }),
      ...(own === undefined ? {} : { budget: budgetOf(own.terms, own.request) }),
    })
  }
  const earlier = earlierOf(request, others)
  const replaces = replacedBy(request, others)
  return {
    ...requestSummaryOf(request, self),
    flowHash: request.flow_hash,
    parameters: request.parameters,
    flowText: proposal.flow,
    statement:
      plan === undefined
        ? { en: [], zh: [] }
        : { en: lines(render(plan.statement, 'en')), zh: lines(render(plan.statement, 'zh')) },
    assets,
    endorsedBy:
      request.direction === 'received'
        ? request.state.endorsedBy
        : request.state.asked.flatMap((a) => (a.signature === undefined ? [] : [a.member])),
    ...(earlier === undefined ? {} : { earlier }),
    ...(replaces === undefined ? {} : { replaces }),
    messages: messagesOf(request, self),
    reasons: reasonsOf(request, self),
    grants,
  }
}

/** Of an earlier release, whose components are no more, only the text is left. */
function compiled({ proposal }: StoredRequest, components: ComponentRegistry): Plan | undefined {
  try {
    return planOf(decodeProposal(proposal), components)
  } catch {
    return undefined
  }
}

function judgedOf(request: StoredRequest, self: string): (JudgedTerms & { owner: string })[] {
  if (request.direction === 'received') return request.state.terms.map((t) => ({ ...t, owner: self }))
  return request.state.asked.flatMap((a) => a.terms.map((t) => ({ ...t, owner: a.member })))
}

function columnsOf(tasks: Plan['tasks'], { owner, schema }: Plan['assets'][number]) {
  const names = new Set(schema.columns.map((c) => c.name))
  const uses = new Map<string, Set<string>>()
  for (const { member, column, use } of tasks.flatMap((t) => t.uses))
    if (member === owner && names.has(column)) uses.set(column, (uses.get(column) ?? new Set()).add(use))
  return [...uses].map(([column, set]) => ({ column, uses: [...set] }))
}

const rules = [
  ...['members', 'roles', 'purposes', 'components', 'disclosures', 'columns', 'epsilon', 'minimumRows', 'from'],
  ...['expires', 'days', 'hours', 'uses', 'price', 'approval', 'endorsements'],
] as const

/** Every rule that the terms state, and whether a reason names it. */
function checksOf(terms: Terms, reasons: DenialReason[]): { rule: string; passed: boolean }[] {
  const fails = (rule: string) => reasons.some((r) => r.rule === rule || r.rule.startsWith(`${rule}.`))
  return rules.filter((rule) => rule in terms || fails(rule)).map((rule) => ({ rule, passed: !fails(rule) }))
}

function budgetOf(terms: Terms, request: TermsRequest): NonNullable<RequestDetail['assets'][number]['budget']> {
  const { uses, epsilon } = terms
  const before = (request.spent ?? []).filter(
    (s) => typeof epsilon !== 'object' || s.at > request.now - epsilon.days * dayMs,
  )
  const spent = before.reduce((sum, s) => sum + s.epsilon, 0)
  return {
    usesBefore: request.usesBefore,
    ...(uses === undefined ? {} : { uses }),
    epsilon: epsilonOf(request),
    ...(typeof epsilon === 'object' ? { epsilonLeft: Math.max(0, epsilon.atMost - spent) } : {}),
  }
}

const isGranted = ({ status }: StoredRequest): boolean => status === 'granted' || status === 'started'

/** The last one that asked for a flow of this name before, as far as it is kept. */
function lastBefore(request: StoredRequest, others: readonly StoredRequest[]): StoredRequest[] {
  return others
    .filter((r) => r.id !== request.id && r.initiator === request.initiator && r.flow === request.flow)
    .filter((r) => r.asked_at < request.asked_at)
    .sort((a, b) => b.asked_at - a.asked_at)
}

function changesSince(earlier: StoredRequest, request: StoredRequest) {
  const sameFlow = earlier.flow_hash === request.flow_hash
  const changes = lineDiff(decodeProposal(earlier.proposal).flow, decodeProposal(request.proposal).flow)
  return { request: earlier.id, sameFlow, changes: sameFlow ? [] : changes }
}

function earlierOf(request: StoredRequest, others: readonly StoredRequest[]): RequestDetail['earlier'] {
  const earlier = lastBefore(request, others).find(isGranted)
  return earlier === undefined ? undefined : { ...changesSince(earlier, request), flowHash: earlier.flow_hash }
}

function replacedBy(request: StoredRequest, others: readonly StoredRequest[]): RequestDetail['replaces'] {
  const [last] = lastBefore(request, others)
  return last === undefined || isGranted(last) ? undefined : changesSince(last, request)
}

function messagesOf(request: StoredRequest, self: string): RequestDetail['messages'] {
  const { initiator } = request
  const talks =
    request.direction === 'received'
      ? [{ member: self, heard: request.state.said, said: request.state.heard }]
      : request.state.asked
  const both = talks.flatMap(({ member, heard, said }) => [
    ...heard.map((m) => ({ from: member, to: initiator, ...m })),
    ...said.map((m) => ({ from: initiator, to: member, ...m })),
  ])
  return both.sort((a, b) => a.at - b.at)
}

function reasonsOf(request: StoredRequest, self: string): RequestDetail['reasons'] {
  if (request.direction === 'received') {
    const reason = request.state.refused?.reason
    return reason === undefined ? [] : [{ from: self, text: reason }]
  }
  return request.state.asked.flatMap(({ member, reason }) =>
    reason === undefined ? [] : [{ from: member, text: reason }],
  )
}

export function grantSummaryOf(
  grant: GivenGrant | Tables['received_grants'],
  onLedger: GrantOnLedger | undefined,
  { self, now, runs }: { self: string; now: number; runs: string[] },
): GrantSummary {
  const given = 'salt' in grant
  const left = onLedger?.left ?? (given ? Math.max(0, grant.quota - runs.length) : 0)
  const revoked = onLedger?.revoked === true || (given && grant.revoked_at !== null)
  const status = revoked
    ? 'revoked'
    : grant.id === null
      ? 'pending'
      : grant.expiry * 1000 <= now
        ? 'expired'
        : left === 0
          ? 'spent'
          : 'standing'
  return {
    id: grant.id ?? (given ? grant.salt : ''),
    direction: given ? 'given' : 'received',
    asset: grant.asset,
    name: grant.asset_name,
    owner: given ? self : grant.owner,
    grantee: given ? grant.grantee : self,
    flow: grant.flow,
    flowHash: grant.flow_hash,
    parameters: grant.parameters,
    quota: grant.quota,
    left,
    at: given ? grant.given_at : grant.received_at,
    expiresAt: grant.expiry * 1000,
    status,
    ...(given ? { by: grant.given_by } : {}),
    endorsedBy: given ? JSON.parse(grant.endorsed_by) : [],
    request: grant.request,
    runs,
  }
}
