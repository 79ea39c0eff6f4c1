/** Spaces as lists and pages show them. */
import { spaceCharter, spaceGoals, spaceWords } from '@secureflow/flow/space'
import { z } from 'zod'
import { errorBody } from './errors.ts'
import { grantSummary, requestSummary } from './request.ts'
import { runSummary } from './run.ts'

const spaceStatus = z.enum([
  /** This member has not answered yet. */
  'invited',
  /** Others have not signed yet. */
  'waiting',
  'active',
  'refused',
  'withdrawn',
  /** By this member. */
  'left',
  'closed',
  /** Its period is over. */
  'ended',
])

export const spaceSummary = z.object({
  id: z.string(),
  title: z.string(),
  goal: z.enum(spaceGoals),
  purpose: z.string(),
  founder: z.string(),
  members: z.array(z.string()),
  status: spaceStatus,
  /** Of the charter in force; 0 while there is none. */
  revision: z.number().int(),
  /** A charter waits for this member's word. */
  awaitsOwn: z.boolean(),
  from: z.number(),
  until: z.number(),
  /** Runs that the charter allows, and those that this member has signed. */
  runs: z.number().int(),
  runsUsed: z.number().int(),
  at: z.number(),
})

const memberStanding = z.object({
  member: z.string(),
  word: z.enum(['waiting', 'accept', 'refuse', 'change']),
  text: z.string(),
  at: z.number().optional(),
})

const houseLine = z.object({ to: z.string(), en: z.string(), zh: z.string(), follows: z.boolean() })

const charterView = z.object({
  hash: z.string(),
  charter: spaceCharter,
  state: z.enum(['open', 'force', 'refused', 'withdrawn', 'replaced']),
  standing: z.array(memberStanding),
  /** By flow, from the point of view of this member. */
  flows: z.array(
    z.object({
      name: z.string(),
      leaves: z.array(houseLine),
      learns: z.array(houseLine),
      /** Why it could not run as the charter stands. */
      problems: z.array(errorBody),
    }),
  ),
})

export const spaceDetail = spaceSummary.extend({
  /** Newest first: the one in force, those that wait, those that came to nothing. */
  charters: z.array(charterView),
  words: z.array(
    z.object({
      member: z.string(),
      word: z.enum(spaceWords),
      text: z.string(),
      at: z.number(),
      revision: z.number().int(),
    }),
  ),
  left: z.array(z.string()),
  /** Whether each other member's node has all that this one has. */
  delivery: z.array(z.object({ member: z.string(), delivered: z.boolean(), at: z.number().optional() })),
  runsIn: z.array(runSummary),
  requests: z.array(requestSummary),
  grants: z.array(grantSummary),
})

export type SpaceSummary = z.infer<typeof spaceSummary>
export type SpaceDetail = z.infer<typeof spaceDetail>
export type CharterView = z.infer<typeof charterView>
