/** Sign-in, and the people of this member. */
import { z } from 'zod'
import { caller, operation, password, person, personName, personRole } from '../people.ts'
import { type RouteTable, route } from '../route.ts'

const nothing = z.object({})
const done = z.object({})
const session = z.object({
  /** Absent where nobody is signed in. */
  caller: caller.optional(),
  /** Nobody has an account yet: the first one is made with a set-up code. */
  empty: z.boolean(),
  node: z.object({ name: z.string(), version: z.string() }),
})

export const peopleRoutes = {
  session: {
    show: route({
      method: 'GET',
      path: '/session',
      about: { en: 'Who is signed in', zh: '当前登录者' },
      input: nothing,
      output: session,
      open: true,
      errors: [],
    }),
    code: route({
      method: 'POST',
      path: '/session/setup-code',
      about: {
        en: 'A code with which the first account is made, once, within a quarter of an hour',
        zh: '用于创建首个账户的一次性代码，一刻钟内有效',
      },
      input: nothing,
      output: z.object({ code: z.string(), expiresAt: z.number() }),
      errors: ['PEOPLE_SET_UP'],
    }),
    setUp: route({
      method: 'POST',
      path: '/session/setup',
      about: { en: 'Makes the first account, an admin, and signs it in', zh: '创建首个管理员账户并登录' },
      input: z.object({ code: z.string().max(100), name: personName, password }),
      output: session,
      open: true,
      errors: ['PEOPLE_SET_UP', 'PEOPLE_CODE'],
    }),
    signIn: route({
      method: 'POST',
      path: '/session',
      about: { en: 'Signs in', zh: '登录' },
      input: z.object({ name: z.string().max(200), password: z.string().max(200) }),
      output: session,
      open: true,
      errors: ['PEOPLE_SIGN_IN', 'PEOPLE_LOCKED'],
    }),
    signOut: route({
      method: 'DELETE',
      path: '/session',
      about: { en: 'Signs out; with `everywhere` on every device', zh: '退出登录；`everywhere` 表示在所有设备上退出' },
      input: z.object({ everywhere: z.boolean().default(false) }),
      output: done,
      open: true,
      errors: [],
    }),
  },
  people: {
    list: route({
      method: 'GET',
      path: '/people',
      about: { en: 'Who may use this node', zh: '可使用本节点的人员' },
      input: nothing,
      output: z.array(person),
      errors: [],
    }),
    add: route({
      method: 'POST',
      path: '/people',
      about: { en: 'Gives somebody an account', zh: '为某人开设账户' },
      input: z.object({ name: personName, role: personRole, password }),
      output: person,
      errors: ['PEOPLE_NAME_TAKEN'],
    }),
    change: route({
      method: 'POST',
      path: '/people/:id',
      about: {
        en: 'Changes role or password, disables or enables; whoever it is about is signed out',
        zh: '修改角色或密码，停用或启用；相关人员会被退出登录',
      },
      input: z.object({
        id: z.string(),
        role: personRole.optional(),
        password: password.optional(),
        disabled: z.boolean().optional(),
      }),
      output: person,
      errors: ['API_NOT_FOUND', 'PEOPLE_LAST_ADMIN'],
    }),
    operations: route({
      method: 'GET',
      path: '/operations',
      about: { en: 'What people changed or tried to, the newest first', zh: '人员的操作及尝试，按时间倒序' },
      input: z.object({
        before: z.coerce.number().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      output: z.array(operation),
      errors: [],
    }),
  },
} as const satisfies RouteTable
