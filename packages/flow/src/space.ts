/**
 * A space's charter, as data: who works together, for what, what each side gives (names and types of columns, never a value),
 * by which flows, under which terms. Every member signs its hash; a change is another charter, which all sign again.
 */
import { z } from 'zod'
import { digestOf } from './digest.ts'
import { disclosureKinds } from './disclosure.ts'

export const spaceGoals = [
  'credit-risk',
  'joint-marketing',
  'sales-forecast',
  'audience-overlap',
  'statistics',
  'custom',
] as const
export type SpaceGoal = (typeof spaceGoals)[number]

/** What a member may say about a charter or its space; each word is signed. */
export const spaceWords = ['accept', 'refuse', 'change', 'withdraw', 'leave', 'close'] as const
export type SpaceWord = (typeof spaceWords)[number]

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const member = z.string().min(1).max(64)
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text')
const instant = z.int().min(0).max(8.64e15)

/** What one member brings: a dataset of its own, and the columns of it that may be used. */
const spaceGift = z.strictObject({
  member,
  asset: digest,
  name: line(64),
  rows: z.int().min(0),
  columns: z
    .array(z.strictObject({ name: z.string().min(1).max(200), type: z.enum(['number', 'text']) }))
    .min(1)
    .max(2000),
})
export type SpaceGift = z.output<typeof spaceGift>

const spaceTerms = z
  .strictObject({
    from: instant,
    /** From then on nothing runs in the space. */
    until: instant,
    /** Runs in all; each member counts those that it signs. */
    runs: z.int().min(1).max(1_000_000),
    /** Differential privacy that all runs together may spend; without it, none. */
    epsilon: z.number().min(0).max(1e6).optional(),
    /** `as-drawn`: the flows of the charter, without a change. `alike`: other flows made of the same components. */
    flows: z.enum(['as-drawn', 'alike']),
    /** Who may learn what from the others' data; who is not named learns nothing. */
    sees: z.array(z.strictObject({ member, what: z.array(z.enum(disclosureKinds)).max(32) })).max(32),
  })
  .refine((t) => t.from < t.until, { path: ['until'], message: 'later than the beginning' })
export type SpaceTerms = z.output<typeof spaceTerms>

/** What people decide; the node adds who and when. */
export const spaceDraft = z.strictObject({
  title: line(80),
  goal: z.enum(spaceGoals),
  /** Of every run in the space, to the letter. */
  purpose: line(200),
  members: z.array(member).min(2).max(32),
  gives: z.array(spaceGift).max(64),
  flows: z
    .array(z.strictObject({ name: line(64), text: z.string().min(1).max(65_536) }))
    .min(1)
    .max(8),
  terms: spaceTerms,
})
export type SpaceDraft = z.output<typeof spaceDraft>

export const spaceCharter = z.strictObject({
  ...spaceDraft.shape,
  v: z.literal(1),
  network: digest,
  nonce: digest,
  /** Hash of the first charter; null in the first itself. */
  space: digest.nullable(),
  revision: z.int().min(1).max(10_000),
  /** Hash of the charter that this one replaces. */
  previous: digest.nullable(),
  /** Who made the space, and may close it for all. */
  founder: member,
  proposer: member,
  at: instant,
  members: z
    .array(z.strictObject({ id: member, account: z.string().regex(/^0x[0-9a-f]{40}$/) }))
    .min(2)
    .max(32),
  /** Whose signatures bring it into force: its members, and those of the charter before that have not left. */
  signers: z.array(member).min(2).max(64),
})
export type SpaceCharter = z.output<typeof spaceCharter>

export const charterHash = (charter: SpaceCharter): string => digestOf('space', charter)
