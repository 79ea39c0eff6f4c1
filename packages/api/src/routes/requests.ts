/** Requests for the use of data: what others ask of this member, and what it asks of them. */
import { termsSchema as terms } from '@secureflow/flow/terms'
import { z } from 'zod'
import { requestDetail, requestSummary, simulated } from '../request.ts'
import { type RouteTable, route } from '../route.ts'

const id = z.string().min(4).max(64)
const nothing = z.object({})
const written = z.string().trim().min(1).max(2000)

export const requestRoutes = {
  requests: {
    list: route({
      method: 'GET',
      path: '/requests',
      about: { en: 'Requests for the use of data, received and sent', zh: '数据使用申请：收到的与发出的' },
      input: nothing,
      output: z.array(requestSummary),
      errors: ['NETWORK_NONE'],
    }),
    show: route({
      method: 'GET',
      path: '/requests/:id',
      about: { en: 'One request with everything that it asks for', zh: '单项申请及其全部内容' },
      input: z.object({ id }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN'],
    }),
    approve: route({
      method: 'POST',
      path: '/requests/:id/approve',
      about: { en: 'Agrees to exactly this, so many runs, until then', zh: '同意该申请：限定次数与期限' },
      input: z.object({
        id,
        uses: z.number().int().min(1).max(1_000_000).default(1),
        /** Milliseconds since the epoch; default: in seven days. */
        until: z.number().min(0).max(8.64e15).optional(),
      }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN', 'REQUEST_DECIDED', 'REQUEST_DIRECTION', 'REQUEST_FORBIDDEN'],
    }),
    refuse: route({
      method: 'POST',
      path: '/requests/:id/refuse',
      about: { en: 'Declines, and says why', zh: '拒绝该申请并说明理由' },
      input: z.object({ id, reason: written.optional() }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN', 'REQUEST_DECIDED', 'REQUEST_DIRECTION'],
    }),
    ask: route({
      method: 'POST',
      path: '/requests/:id/ask',
      about: { en: 'Asks the initiator something', zh: '向发起方提问' },
      input: z.object({ id, text: written }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN', 'REQUEST_DECIDED', 'REQUEST_DIRECTION'],
    }),
    answer: route({
      method: 'POST',
      path: '/requests/:id/answer',
      about: { en: 'Answers whoever asked about an own request', zh: '答复对本方申请的提问' },
      input: z.object({ id, text: written }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN', 'REQUEST_DECIDED', 'REQUEST_DIRECTION'],
    }),
    withdraw: route({
      method: 'POST',
      path: '/requests/:id/withdraw',
      about: { en: 'Takes an own request back', zh: '撤回本方的申请' },
      input: z.object({ id }),
      output: requestDetail,
      errors: ['REQUEST_UNKNOWN', 'REQUEST_DECIDED', 'REQUEST_DIRECTION'],
    }),
  },
  terms: {
    simulate: route({
      method: 'POST',
      path: '/terms/simulate',
      about: {
        en: 'What draft terms would answer to the requests received so far, or to one flow; nothing is sent',
        zh: '拟定条款会如何答复已收到的申请或某一流程；不发送任何内容',
      },
      input: z.object({
        terms,
        /** Name or id of an own dataset; without it, whichever the requests are about. */
        asset: z.string().max(128).optional(),
        flow: z.string().min(1).max(262_144).optional(),
        /** Who would start the flow; default: the first other member that takes part. */
        initiator: z.string().max(64).optional(),
      }),
      output: z.array(simulated),
      errors: ['API_NOT_FOUND', 'NETWORK_NONE'],
    }),
  },
} as const satisfies RouteTable
