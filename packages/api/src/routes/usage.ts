/** What runs took, and what was done with a dataset. */
import { z } from 'zod'
import { type RouteTable, route } from '../route.ts'
import { datasetUses, usageReport } from '../usage.ts'

export const usageBy = ['run', 'asset', 'partner'] as const

export const usageRoutes = {
  usage: {
    show: route({
      method: 'GET',
      path: '/usage',
      about: {
        en: 'What runs took: time, bytes, memory, rows and uses, and who measured it',
        zh: '各次运行的用量：时间、字节、内存、行数与次数，以及由谁计量',
      },
      input: z.object({
        by: z.enum(usageBy).default('run'),
        /** Milliseconds since the epoch: runs that began from then on. */
        since: z.coerce.number().int().min(0).optional(),
      }),
      output: usageReport,
      errors: ['NETWORK_NONE'],
    }),
    dataset: route({
      method: 'GET',
      path: '/datasets/:name/uses',
      about: {
        en: 'What was done with a dataset, by whom, for which purpose, with the signed proofs and without a row',
        zh: '某数据集被如何使用、由谁使用、出于何种目的，附签名证据，不含任何数据行',
      },
      input: z.object({ name: z.string().min(1).max(64) }),
      output: datasetUses,
      errors: ['NETWORK_NONE', 'API_NOT_FOUND'],
    }),
  },
} as const satisfies RouteTable
