/** The demo: three simulated nodes on this machine, with a network of their own. */
import { z } from 'zod'
import { errorBody } from '../errors.ts'
import { type RouteTable, route } from '../route.ts'

const nothing = z.object({})

const simulation = z.object({
  state: z.enum(['none', 'stopped', 'starting', 'running', 'failed']),
  /** While it runs. */
  startedAt: z.number().optional(),
  /** From the request to the last space in force. */
  tookMs: z.number().optional(),
  /** Resident, of the three processes together; absent where the system does not tell. */
  memoryBytes: z.number().optional(),
  problem: errorBody.optional(),
})
export type SimulationView = z.infer<typeof simulation>

export const simulationRoutes = {
  simulation: {
    show: route({
      method: 'GET',
      path: '/simulation',
      about: { en: 'Whether the simulated partners run', zh: '模拟合作方是否在运行' },
      input: nothing,
      output: simulation,
      errors: [],
    }),
    start: route({
      method: 'POST',
      path: '/simulation/start',
      about: {
        en: 'Starts three simulated nodes with invented data, apart from this member and its network',
        zh: '启动三个模拟节点（虚构数据），与本成员及其网络隔离',
      },
      input: nothing,
      output: simulation,
      errors: [],
    }),
    stop: route({
      method: 'POST',
      path: '/simulation/stop',
      about: { en: 'Ends the simulated nodes; their data is kept', zh: '停止模拟节点；保留其数据' },
      input: nothing,
      output: simulation,
      errors: [],
    }),
    remove: route({
      method: 'DELETE',
      path: '/simulation',
      about: { en: 'Ends the simulated nodes and removes everything of theirs', zh: '停止并删除模拟节点的一切' },
      input: nothing,
      output: simulation,
      errors: [],
    }),
  },
} as const satisfies RouteTable
