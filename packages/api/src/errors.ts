/** How an error looks over REST: a code, public fields, and what to say in both languages. */
import {
  asSecureflowError,
  type ErrorClass,
  errorCatalog,
  errorToJson,
  type Locale,
  SecureflowError,
} from '@secureflow/base'
import { z } from 'zod'

const said = z.object({ what: z.string(), fix: z.string() })

export const errorBody = z.object({
  code: z.string(),
  class: z.enum(['input', 'policy', 'peer', 'transport', 'timeout', 'aborted', 'internal']),
  party: z.string().optional(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  say: z.object({ en: said, zh: said }),
})
export type ErrorBody = z.infer<typeof errorBody>

export const apiErrors = errorCatalog({
  API_UNAUTHORISED: {
    class: 'policy',
    en: 'The request carries no valid access token of this node.',
    zh: '请求没有携带本节点的有效访问令牌。',
    fix: {
      en: 'Send a token of your own, or the content of the file token in the home folder, as "Authorization: Bearer ...".',
      zh: '请以 “Authorization: Bearer ...” 发送个人令牌或主目录中 token 文件的内容。',
    },
  },
  API_FORBIDDEN: {
    class: 'policy',
    en: 'The role {role} may not do this ({action}).',
    zh: '角色 {role} 无权执行此操作（{action}）。',
    fix: {
      en: 'Ask an admin of this node to do it, or for another role.',
      zh: '请让本节点的管理员执行，或申请其他角色。',
    },
  },
  API_SCOPE: {
    class: 'policy',
    en: 'This token is for "{scope}" only: it may not do this ({action}).',
    zh: '该令牌仅可用于“{scope}”，无权执行此操作（{action}）。',
    fix: { en: 'Use a token with a wider scope.', zh: '请使用范围更大的令牌。' },
  },
  API_NOT_FOUND: {
    class: 'input',
    en: 'There is nothing called "{name}" here.',
    zh: '这里没有“{name}”。',
    fix: { en: 'List what there is and correct the name.', zh: '请先列出现有内容，再更正名称。' },
  },
  API_UNREACHABLE: {
    class: 'transport',
    en: 'No node answers at {url}.',
    zh: '{url} 上没有节点应答。',
    fix: { en: 'Start it: secureflow node start.', zh: '请启动节点：secureflow node start。' },
  },
  API_OTHER_VERSION: {
    class: 'internal',
    en: 'The node at {url} answered in a form that this program does not know.',
    zh: '{url} 上的节点以本程序不认识的格式应答。',
    fix: {
      en: 'Run the command and the node from the same version.',
      zh: '请让命令与节点使用同一版本。',
    },
  },
})

const statusByClass: Record<ErrorClass, number> = {
  input: 400,
  policy: 403,
  aborted: 409,
  internal: 500,
  peer: 502,
  transport: 503,
  timeout: 504,
}
/** Where HTTP has a word of its own. */
const statusByCode = new Map([
  ['API_UNAUTHORISED', 401],
  ['API_NOT_FOUND', 404],
  ['RUN_UNKNOWN', 404],
  ['REQUEST_UNKNOWN', 404],
  ['GRANT_UNKNOWN', 404],
  ['REQUEST_DECIDED', 409],
  ['STORAGE_FULL', 507],
])

export const statusOf = (error: SecureflowError): number => statusByCode.get(error.code) ?? statusByClass[error.class]

export function errorToBody(thrown: unknown): ErrorBody {
  const error = asSecureflowError(thrown)
  const spoken = (locale: Locale) => {
    const { what, fix } = error.say(locale)
    return { what, fix }
  }
  return { ...errorToJson(error), class: error.class, say: { en: spoken('en'), zh: spoken('zh') } }
}

/** The error as it was thrown at the other end: its sentences are complete and need no catalog here. */
export function errorFromBody({ code, class: kind, fields, party, say }: ErrorBody): SecureflowError {
  const template = { class: kind, en: say.en.what, zh: say.zh.what, fix: { en: say.en.fix, zh: say.zh.fix } }
  return new SecureflowError(code, template, fields, party === undefined ? {} : { party })
}
