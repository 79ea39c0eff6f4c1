/** Sign-in, and the people of this member. */
import { z } from 'zod'
import {
  apiToken,
  caller,
  invitation,
  newToken,
  operation,
  password,
  person,
  personName,
  personRole,
  signInRules,
  signInRulesChange,
  tokenRequest,
} from '../people.ts'
import { type RouteTable, route } from '../route.ts'

const nothing = z.object({})
const done = z.object({})
const session = z.object({
  /** Absent where nobody is signed in. */
  caller: caller.optional(),
  /** Nobody has an account yet: the first one is made with a set-up code. */
  empty: z.boolean(),
  node: z.object({ name: z.string(), version: z.string() }),
  /** People may sign in through a provider, too: what its button says. */
  provider: z.string().optional(),
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
      input: z.object({
        name: z.string().max(200),
        password: z.string().max(200),
        /** Of the second factor, or a recovery code, where the account has one. */
        code: z.string().max(40).optional(),
      }),
      output: session,
      open: true,
      errors: ['PEOPLE_SIGN_IN', 'PEOPLE_LOCKED', 'PEOPLE_SECOND_FACTOR', 'PEOPLE_WRONG_CODE'],
    }),
    accept: route({
      method: 'POST',
      path: '/session/invitation',
      about: { en: 'Makes the account that an invitation is for, and signs it in', zh: '凭邀请创建账户并登录' },
      input: z.object({ code: z.string().max(100), name: personName, password }),
      output: session,
      open: true,
      errors: ['PEOPLE_INVITATION', 'PEOPLE_NAME_TAKEN'],
    }),
    beginProvider: route({
      method: 'POST',
      path: '/session/provider',
      about: { en: 'Where the browser goes to sign in at the provider', zh: '浏览器前往身份提供方登录的地址' },
      input: nothing,
      output: z.object({ url: z.string() }),
      open: true,
      errors: ['PEOPLE_PROVIDER_NONE', 'PEOPLE_PROVIDER_AWAY'],
    }),
    finishProvider: route({
      method: 'POST',
      path: '/session/provider/finish',
      about: { en: 'Signs in with what the provider sent the browser back with', zh: '凭身份提供方返回的内容登录' },
      input: z.object({ answer: z.string().max(8000) }),
      output: session,
      open: true,
      errors: [
        'PEOPLE_PROVIDER_NONE',
        'PEOPLE_PROVIDER_AWAY',
        'PEOPLE_PROVIDER_OVER',
        'PEOPLE_PROVIDER_ANSWER',
        'PEOPLE_PROVIDER_NOBODY',
        'PEOPLE_SIGN_IN',
      ],
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
        en: 'Changes role or password, disables or enables, unlocks, takes a lost second factor away; whoever it is about is signed out',
        zh: '修改角色或密码、停用或启用、解除锁定、移除丢失的第二因素；相关人员会被退出登录',
      },
      input: z.object({
        id: z.string(),
        role: personRole.optional(),
        password: password.optional(),
        disabled: z.boolean().optional(),
        unlock: z.literal(true).optional(),
        resetSecondFactor: z.literal(true).optional(),
      }),
      output: person,
      errors: ['API_NOT_FOUND', 'PEOPLE_LAST_ADMIN'],
    }),
    remove: route({
      method: 'DELETE',
      path: '/people/:id',
      about: {
        en: 'Deletes an account with its sessions and tokens; what it did stays in the record',
        zh: '删除账户及其会话和令牌；其操作记录保留',
      },
      input: z.object({ id: z.string() }),
      output: done,
      errors: ['API_NOT_FOUND', 'PEOPLE_LAST_ADMIN'],
    }),
    invite: route({
      method: 'POST',
      path: '/people/invitations',
      about: { en: 'A link with which somebody makes an account, once', zh: '生成一次性链接，供他人创建账户' },
      input: z.object({ role: personRole, days: z.number().int().min(1).max(30).default(7) }),
      output: z.object({ invitation, code: z.string() }),
      errors: [],
    }),
    invitations: route({
      method: 'GET',
      path: '/people/invitations',
      about: { en: 'Invitations that nobody has used yet', zh: '尚未使用的邀请' },
      input: nothing,
      output: z.array(invitation),
      errors: [],
    }),
    withdrawInvitation: route({
      method: 'DELETE',
      path: '/people/invitations/:id',
      about: { en: 'Ends an invitation', zh: '撤销邀请' },
      input: z.object({ id: z.string() }),
      output: done,
      errors: ['API_NOT_FOUND'],
    }),
    tokens: route({
      method: 'GET',
      path: '/people/tokens',
      about: { en: "Everybody's API tokens; never their secrets", zh: '所有人的 API 令牌；不含密钥' },
      input: nothing,
      output: z.array(apiToken),
      errors: [],
    }),
    addToken: route({
      method: 'POST',
      path: '/people/:id/tokens',
      about: {
        en: "Makes a token in somebody's name; only with the access token of the home folder",
        zh: '以某人名义创建令牌；仅限持有主目录访问令牌者',
      },
      input: z.object({ id: z.string(), ...tokenRequest }),
      output: newToken,
      errors: ['API_NOT_FOUND', 'PEOPLE_TOKEN_ROLE', 'PEOPLE_OPERATOR_ONLY'],
    }),
    revokeToken: route({
      method: 'DELETE',
      path: '/people/tokens/:id',
      about: { en: "Ends somebody's token", zh: '吊销某人的令牌' },
      input: z.object({ id: z.string() }),
      output: done,
      errors: ['API_NOT_FOUND'],
    }),
    rules: route({
      method: 'GET',
      path: '/people/rules',
      about: { en: 'How people sign in', zh: '登录规则' },
      input: nothing,
      output: signInRules,
      errors: [],
    }),
    changeRules: route({
      method: 'POST',
      path: '/people/rules',
      about: {
        en: 'Requires a second factor, or lets people sign in through a provider, which is asked who it is first',
        zh: '要求第二因素，或允许通过身份提供方登录（保存前先与其核对）',
      },
      input: signInRulesChange,
      output: signInRules,
      errors: ['PEOPLE_PROVIDER_AWAY', 'PEOPLE_PROVIDER_ISSUER'],
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
