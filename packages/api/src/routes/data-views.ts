/** What is in a dataset, for its owner's people: figures by column, and rows. Neither is ever told to a partner. */
import { z } from 'zod'
import { errorBody } from '../errors.ts'
import { route } from '../route.ts'

const count = z.number().int().nonnegative()
const named = z.object({ name: z.string().min(1).max(64) })

const profileColumn = z.object({
  name: z.string(),
  type: z.enum(['number', 'text']),
  count,
  missing: count,
  /** About, in large tables. */
  distinct: count,
  numbers: z
    .object({
      min: z.number(),
      max: z.number(),
      mean: z.number(),
      deviation: z.number(),
      /** 5, 25, 50, 75 and 95 of a hundred rows lie below. */
      quantiles: z.array(z.number()),
      /** Counts of equal widths from min to max. */
      histogram: z.array(count),
    })
    .optional(),
  top: z.array(z.object({ value: z.string(), count })).optional(),
  /** With the label. */
  correlation: z.number().optional(),
  /** Information value about the label. */
  iv: z.number().optional(),
})
export type ProfileColumn = z.output<typeof profileColumn>

const tableFigures = z.object({
  rows: count,
  columns: z.array(profileColumn),
  correlations: z.object({ columns: z.array(z.string()), values: z.array(z.array(z.number().nullable())) }).optional(),
})
export type TableFigures = z.output<typeof tableFigures>

const profileView = z.object({
  state: z.enum(['none', 'computing', 'ready', 'failed']),
  progress: z.object({ done: z.number(), total: z.number() }).optional(),
  figures: tableFigures.optional(),
  error: errorBody.optional(),
})
export type ProfileView = z.output<typeof profileView>

export const dataViewRoutes = {
  profile: route({
    method: 'GET',
    path: '/datasets/:name/profile',
    about: { en: 'Figures of each column of a dataset', zh: '数据集各列的统计概况' },
    input: named,
    output: profileView,
    errors: ['API_NOT_FOUND'],
  }),
  computeProfile: route({
    method: 'POST',
    path: '/datasets/:name/profile',
    about: { en: 'Begins to compute the figures of each column', zh: '开始计算各列的统计概况' },
    input: named,
    output: profileView,
    errors: ['API_NOT_FOUND'],
  }),
  rows: route({
    method: 'GET',
    path: '/datasets/:name/rows',
    about: { en: 'Rows of a dataset of this member, a piece at a time', zh: '分段查看本成员数据集的行' },
    input: z.object({
      name: z.string().min(1).max(64),
      from: z.coerce.number().int().nonnegative().default(0),
      count: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({ total: count, rows: z.array(z.array(z.string().nullable())) }),
    errors: ['API_NOT_FOUND', 'DATA_CHANGED'],
  }),
}
