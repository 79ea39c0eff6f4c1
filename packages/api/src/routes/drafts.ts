/** Flows that people of this member draw: kept here in versions, sent to nobody before they are proposed. */
import { z } from 'zod'
import { type RouteTable, route } from '../route.ts'

const id = z.string().regex(/^[0-9a-f]{16}$/)
const flowText = z
  .string()
  .min(1)
  .max(256 * 1024)
/** Where the steps lie on the canvas, by name. */
const layout = z.record(z.string().max(64), z.object({ x: z.number(), y: z.number() }))

const version = z.object({ version: z.number().int(), at: z.number(), by: z.string() })
const summary = version.extend({ id: z.string(), name: z.string() })
const draft = summary.extend({ text: z.string(), layout })

export type DraftSummary = z.infer<typeof summary>
export type Draft = z.infer<typeof draft>
export type DraftVersion = z.infer<typeof version>

export const draftRoutes = {
  drafts: {
    list: route({
      method: 'GET',
      path: '/drafts',
      about: { en: 'Flows drawn here, the newest first', zh: '在此绘制的流程，最新在前' },
      input: z.object({}),
      output: z.array(summary),
      errors: [],
    }),
    show: route({
      method: 'GET',
      path: '/drafts/:id',
      about: { en: 'One flow, in its newest or an earlier version', zh: '单个流程的最新或早期版本' },
      input: z.object({ id, version: z.coerce.number().int().min(1).optional() }),
      output: draft,
      errors: ['API_NOT_FOUND'],
    }),
    versions: route({
      method: 'GET',
      path: '/drafts/:id/versions',
      about: { en: 'Who changed a flow when', zh: '流程的修改者与时间' },
      input: z.object({ id }),
      output: z.array(version),
      errors: ['API_NOT_FOUND'],
    }),
    save: route({
      method: 'POST',
      path: '/drafts',
      about: {
        en: 'Keeps a new version; refused where somebody else saved in between',
        zh: '保存新版本；若他人已在此间保存则拒绝',
      },
      input: z.object({
        /** Absent for a new flow. */
        id: id.optional(),
        /** The version that was changed; 0 for a new flow. */
        after: z.number().int().nonnegative(),
        name: z.string().min(1).max(64),
        text: flowText,
        layout: layout.default({}),
      }),
      output: summary,
      errors: ['API_NOT_FOUND', 'DRAFT_CHANGED'],
    }),
    remove: route({
      method: 'DELETE',
      path: '/drafts/:id',
      about: { en: 'Removes a flow with all its versions; runs stay', zh: '删除流程及其全部版本；运行记录保留' },
      input: z.object({ id }),
      output: z.object({}),
      errors: ['API_NOT_FOUND'],
    }),
  },
} as const satisfies RouteTable
