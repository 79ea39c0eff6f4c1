/** Spaces as people see them: derived from the records, nothing kept beside them. */
import {
  errorToBody,
  type GrantSummary,
  type RequestSummary,
  type RunSummary,
  type SpaceDetail,
  type SpaceSummary,
} from '@secureflow/api'
import type { ComponentRegistry } from '@secureflow/flow'
import { charterFlows } from './charters.ts'
import type { SpaceState } from './fold.ts'

interface Around {
  self: string
  now: number
}

const newestFirst = (s: SpaceState) => s.inForce ?? s.open[0] ?? s.charters[0]!

function statusOf(state: SpaceState, { self, now }: Around): SpaceSummary['status'] {
  if (state.left.includes(self)) return 'left'
  if (state.closed) return 'closed'
  if (state.inForce !== undefined) {
    // A change by which this member went out came into force.
    if (!state.inForce.charter.members.some((m) => m.id === self)) return 'left'
    return now < state.inForce.charter.terms.until ? 'active' : 'ended'
  }
  const [open] = state.open
  if (open !== undefined) return awaits(state, self) ? 'invited' : 'waiting'
  return state.charters[0]!.state === 'withdrawn' ? 'withdrawn' : 'refused'
}

const awaits = ({ open, left, closed }: SpaceState, self: string): boolean =>
  !closed &&
  !left.includes(self) &&
  open.some((c) => c.standing.some((s) => s.member === self && s.word !== 'accept' && s.word !== 'refuse'))

export function summaryOf(state: SpaceState, around: Around, runs: readonly RunSummary[]): SpaceSummary {
  const { charter } = newestFirst(state)
  const { title, goal, purpose, terms } = charter
  return {
    id: state.id,
    title,
    goal,
    purpose,
    founder: state.founder,
    members: charter.members.map((m) => m.id).filter((m) => !state.left.includes(m)),
    status: statusOf(state, around),
    revision: state.inForce?.charter.revision ?? 0,
    awaitsOwn: awaits(state, around.self),
    from: terms.from,
    until: terms.until,
    runs: terms.runs,
    runsUsed: runs.filter((r) => r.space === state.id && !(r.status === 'failed' && r.code === 'RUN_EXPIRED')).length,
    at: state.charters.at(-1)!.charter.at,
  }
}

interface DetailParts {
  components: ComponentRegistry
  delivery: SpaceDetail['delivery']
  runs: readonly RunSummary[]
  requests: readonly RequestSummary[]
  grants: readonly GrantSummary[]
}

export function detailOf(state: SpaceState, around: Around, parts: DetailParts): SpaceDetail {
  const requests = parts.requests.filter((r) => r.space === state.id)
  const ids = new Set(requests.map((r) => r.id))
  const revisions = new Map(state.charters.map((c) => [c.hash, c.charter.revision]))
  return {
    ...summaryOf(state, around, parts.runs),
    charters: state.charters.map(({ hash, charter, state: standing, standing: words }) => ({
      hash,
      charter,
      state: standing,
      standing: words,
      flows: charterFlows(charter, around.self, parts.components).map(({ problems, ...flow }) => ({
        ...flow,
        problems: problems.map(errorToBody),
      })),
    })),
    words: [...state.words].reverse().map(({ member, word, text, at, charter }) => ({
      member,
      word,
      text,
      at,
      revision: revisions.get(charter) ?? 0,
    })),
    left: state.left,
    delivery: parts.delivery,
    runsIn: parts.runs.filter((r) => r.space === state.id),
    requests,
    grants: parts.grants.filter((g) => ids.has(g.request)),
  }
}
