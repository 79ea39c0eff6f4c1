/** Grants: leave for exactly one flow with exactly its parameters, given and received. */
import { z } from 'zod'
import { grantSummary } from '../request.ts'
import { type RouteTable, route } from '../route.ts'

const id = z.string().min(4).max(64)

export const grantRoutes = {
  grants: {
    list: route({
      method: 'GET',
      path: '/grants',
      about: { en: 'Grants given and received, with what is left of them', zh: '已授予与已获得的授权及其剩余次数' },
      input: z.object({}),
      output: z.array(grantSummary),
      errors: ['NETWORK_NONE'],
    }),
    show: route({
      method: 'GET',
      path: '/grants/:id',
      about: { en: 'One grant and the runs under it', zh: '单项授权及其对应的运行' },
      input: z.object({ id }),
      output: grantSummary,
      errors: ['GRANT_UNKNOWN'],
    }),
    revoke: route({
      method: 'POST',
      path: '/grants/:id/revoke',
      about: {
        en: 'Takes a grant back: runs under it stop at once, at every party',
        zh: '撤销授权：依赖它的运行在各方立即停止',
      },
      input: z.object({ id }),
      output: z.object({
        grant: grantSummary,
        /** Runs that ended by it here. */
        stopped: z.array(z.string()),
        /** Where not, the ledger is told as soon as it can be reached; here it holds already. */
        onLedger: z.boolean(),
      }),
      errors: ['GRANT_UNKNOWN', 'GRANT_NOT_OWN'],
    }),
  },
} as const satisfies RouteTable
