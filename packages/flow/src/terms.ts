/**
 * Terms: an owner's machine-checked conditions for the use of one asset, as data. Permissions (`members`, `purposes`,
 * `components`, `disclosures`, `columns`, `epsilon`) name what is allowed, and what they do not name is denied; everything
 * else is a limit, and a limit more never allows more. `evaluate.ts` matches them. See docs/terms.md.
 */
import { z } from 'zod'
import { columnUses } from './component.ts'
import { digestOf } from './digest.ts'
import { disclosureKinds } from './disclosure.ts'
import { rangeSchema } from './range.ts'

const name = z.string().min(1).max(64)
const anyOf = z.union([z.literal('any'), z.array(name).max(1000)])
const count = z.int().min(0)
const amount = z.number().min(0)
const instant = z.union([z.iso.date(), z.iso.datetime()])

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const columnRule = z
  .strictObject({
    use: z.array(z.enum(columnUses)),
    /** For any of these uses. */
    minimumRows: count.optional(),
    /** Every aggregate that is opened covers at least so many rows; without it nothing is aggregated. */
    aggregateRows: z.int().min(1).optional(),
  })
  .refine((r) => !r.use.includes('aggregate') || r.aggregateRows !== undefined, {
    path: ['aggregateRows'],
    message: 'at least how many rows an aggregate covers',
  })

export const termsSchema = z.strictObject({
  /** Who may start, take part in, or learn from a run on this asset; the owner always may. */
  members: anyOf,
  /** Each of them must also hold one of these roles in the network. */
  roles: anyOf.optional(),
  purposes: anyOf,
  /** Names, or by name the ranges of their parameters; `*` stands for every component not named. */
  components: z.union([anyOf, z.record(name, z.record(name, rangeSchema))]),
  /** Who may learn what from this asset. */
  disclosures: z.partialRecord(z.enum(disclosureKinds), anyOf),
  /**
   * Uses by column; `*` stands for every column not named. Without it every column may be joined, trained, predicted and
   * evaluated on, and none compared, aggregated or released.
   */
  columns: z.record(z.string().min(1), columnRule).optional(),
  /** Differential privacy that may be spent in any so many days; without it, none. */
  epsilon: z.union([z.literal('any'), z.strictObject({ atMost: amount, days: z.int().min(1).max(36_500) })]).optional(),
  /** Fewer aligned rows than this are refused. */
  minimumRows: count,
  /** UTC date or time; before then everything is refused. */
  from: instant.optional(),
  /** UTC date or time; from then on everything is refused. */
  expires: instant,
  /** A run may be agreed on these days of the week, UTC. */
  days: z.array(z.enum(weekdays)).max(7).optional(),
  /** A run may be agreed from the first hour of the day, and before the second, UTC; [22, 6] goes through midnight. */
  hours: z.tuple([z.int().min(0).max(23), z.int().min(0).max(24)]).optional(),
  /** How many runs in all. */
  uses: count.optional(),
  /** Credits that a run must offer for this asset. */
  price: amount.optional(),
  /** A person at the owner must agree: to every run, or to one that goes beyond one of these. */
  approval: z
    .union([
      z.literal('always'),
      z.strictObject({
        above: z.strictObject({
          rows: count.optional(),
          usesBefore: count.optional(),
          epsilon: amount.optional(),
          elements: count.optional(),
        }),
      }),
    ])
    .optional(),
  /** So many of these members must vouch for the run; nobody vouches for a run of its own. */
  endorsements: z.strictObject({ atLeast: count, of: z.array(name).max(1000) }).optional(),
  /** How much a refusal tells: that it is one; the rules; or also the smallest change that would pass. `rule` if not given. */
  refusals: z.enum(['secret', 'rule', 'change']).optional(),
})

export type Terms = z.output<typeof termsSchema>
export type AnyOf = z.output<typeof anyOf>

export const termsHash = (terms: Terms): string => digestOf('terms', JSON.parse(JSON.stringify(terms)))
