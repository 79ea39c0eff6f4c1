/** What people do about their own account: sessions, tokens, password, second factor. */
import { z } from 'zod'
import { apiToken, newToken, password, person, signedInSession, tokenRequest } from '../people.ts'
import { type RouteTable, route } from '../route.ts'

const done = z.object({})
const oldPassword = z.string().max(200)
const code = z.string().max(40)
const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
const signedIn = ['PEOPLE_SESSION_ONLY']
const proven = [...signedIn, 'PEOPLE_SIGN_IN', 'PEOPLE_LOCKED', 'PEOPLE_NO_PASSWORD']

export const accountRoutes = {
  account: {
    show: route({
      method: 'GET',
      path: '/account',
      about: { en: 'Your own account: sessions, tokens, second factor', zh: '本人账户：会话、令牌、第二因素' },
      input: z.object({}),
      output: z.object({
        person,
        sessions: z.array(signedInSession),
        tokens: z.array(apiToken),
        /** Recovery codes that are left. */
        recoveryCodes: z.number().int(),
        /** An admin requires a second factor of everybody. */
        secondFactorRequired: z.boolean(),
        hasPassword: z.boolean(),
      }),
      errors: signedIn,
    }),
    changePassword: route({
      method: 'POST',
      path: '/account/password',
      about: {
        en: 'Changes your password and ends your other sessions; tokens stay',
        zh: '修改密码并结束其他会话；令牌不受影响',
      },
      input: z.object({ current: oldPassword, password }),
      output: done,
      errors: proven,
    }),
    endSession: route({
      method: 'DELETE',
      path: '/account/sessions/:id',
      about: { en: 'Signs one of your devices out', zh: '让本人的某一设备退出登录' },
      input: z.object({ id: z.string() }),
      output: done,
      errors: [...signedIn, 'API_NOT_FOUND'],
    }),
    addToken: route({
      method: 'POST',
      path: '/account/tokens',
      about: {
        en: 'Makes a token for programs; its secret is shown this once',
        zh: '创建供程序使用的令牌；密钥仅显示一次',
      },
      input: z.object(tokenRequest),
      output: newToken,
      errors: [...signedIn, 'PEOPLE_TOKEN_ROLE'],
    }),
    revokeToken: route({
      method: 'DELETE',
      path: '/account/tokens/:id',
      about: { en: 'Ends one of your tokens', zh: '吊销本人的令牌' },
      input: z.object({ id: z.string() }),
      output: done,
      errors: [...signedIn, 'API_NOT_FOUND'],
    }),
    beginSecondFactor: route({
      method: 'POST',
      path: '/account/second-factor',
      about: {
        en: 'A new secret for an authenticator; nothing changes before it is confirmed',
        zh: '为验证器生成新密钥；确认之前不生效',
      },
      input: z.object({ password: oldPassword }),
      output: z.object({
        /** Base 32. */
        secret: z.string(),
        /** `otpauth://...`, as a QR code carries it. */
        uri: z.string(),
      }),
      errors: [...proven, 'PEOPLE_SECOND_FACTOR_SET'],
    }),
    confirmSecondFactor: route({
      method: 'POST',
      path: '/account/second-factor/confirm',
      about: {
        en: 'Puts the second factor in force; the recovery codes are shown this once',
        zh: '启用第二因素；恢复码仅显示一次',
      },
      input: z.object({ code }),
      output: recoveryCodes,
      errors: [...signedIn, 'PEOPLE_WRONG_CODE'],
    }),
    endSecondFactor: route({
      method: 'POST',
      path: '/account/second-factor/end',
      about: { en: 'Takes your second factor away', zh: '移除本人的第二因素' },
      input: z.object({ password: oldPassword, code }),
      output: done,
      errors: [...proven, 'PEOPLE_WRONG_CODE'],
    }),
    renewRecoveryCodes: route({
      method: 'POST',
      path: '/account/recovery-codes',
      about: { en: 'New recovery codes in place of the old ones', zh: '重新生成恢复码，旧码作废' },
      input: z.object({ password: oldPassword, code }),
      output: recoveryCodes,
      errors: [...proven, 'PEOPLE_WRONG_CODE'],
    }),
  },
} as const satisfies RouteTable
