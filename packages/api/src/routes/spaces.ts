/** Spaces: members, what each gives, flows and terms, signed by all. */
import { spaceDraft } from '@secureflow/flow/space'
import { z } from 'zod'
import { type RouteTable, route } from '../route.ts'
import { spaceDetail, spaceSummary } from '../space.ts'

const id = z.string().min(4).max(64)
const written = z.string().trim().min(1).max(2000)
const known = ['NETWORK_NONE', 'SPACE_UNKNOWN'] as const

export const spaceRoutes = {
  spaces: {
    list: route({
      method: 'GET',
      path: '/spaces',
      about: { en: 'The spaces of this member, the newest first', zh: '本成员的协作空间，最新在前' },
      input: z.object({}),
      output: z.array(spaceSummary),
      errors: [],
    }),
    show: route({
      method: 'GET',
      path: '/spaces/:id',
      about: {
        en: 'One space: charters, who signed, what leaves this house, runs and grants',
        zh: '单个协作空间：章程、签署情况、本方会送出什么、运行与授权',
      },
      input: z.object({ id }),
      output: spaceDetail,
      errors: known,
    }),
    propose: route({
      method: 'POST',
      path: '/spaces',
      about: {
        en: 'Signs a charter and invites its members; with `id` a change, which all have to sign again',
        zh: '签署章程并邀请其成员；带 `id` 表示更改，须由各方重新签署',
      },
      input: z.object({ id: id.optional(), draft: spaceDraft }),
      output: spaceDetail,
      errors: [...known, 'SPACE_MEMBER', 'SPACE_GIVES', 'SPACE_FLOW', 'SPACE_OVER', 'SPACE_OPEN'],
    }),
    accept: route({
      method: 'POST',
      path: '/spaces/:id/accept',
      about: { en: 'Signs the charter that waits for this member', zh: '签署等待本成员答复的章程' },
      input: z.object({
        id,
        /** The charter that was read: another one, that came in between, is not signed. */
        charter: id.optional(),
      }),
      output: spaceDetail,
      errors: [...known, 'SPACE_NOTHING', 'SPACE_GIVES', 'SPACE_FLOW', 'SPACE_SIGNERS', 'SPACE_OVER'],
    }),
    refuse: route({
      method: 'POST',
      path: '/spaces/:id/refuse',
      about: { en: 'Declines the charter that waits, and says why', zh: '拒绝待签章程并说明理由' },
      input: z.object({ id, reason: written }),
      output: spaceDetail,
      errors: [...known, 'SPACE_NOTHING'],
    }),
    change: route({
      method: 'POST',
      path: '/spaces/:id/change',
      about: { en: 'Asks whoever proposed the charter to change it', zh: '请章程提出方修改' },
      input: z.object({ id, text: written }),
      output: spaceDetail,
      errors: [...known, 'SPACE_NOTHING'],
    }),
    withdraw: route({
      method: 'POST',
      path: '/spaces/:id/withdraw',
      about: { en: 'Takes an own charter back that not all have signed', zh: '撤回本方提出且未全部签署的章程' },
      input: z.object({ id }),
      output: spaceDetail,
      errors: [...known, 'SPACE_NOTHING'],
    }),
    leave: route({
      method: 'POST',
      path: '/spaces/:id/leave',
      about: {
        en: 'Leaves the space: this member runs nothing in it any more',
        zh: '退出空间：本成员不再参与其中的运行',
      },
      input: z.object({ id }),
      output: spaceDetail,
      errors: [...known, 'SPACE_OVER'],
    }),
    close: route({
      method: 'POST',
      path: '/spaces/:id/close',
      about: { en: 'Ends the space for all; its founder alone', zh: '为所有成员关闭空间；仅创建方可为' },
      input: z.object({ id }),
      output: spaceDetail,
      errors: [...known, 'SPACE_OVER', 'SPACE_NOT_FOUNDER'],
    }),
  },
} as const satisfies RouteTable
