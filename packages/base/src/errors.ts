/**
 * Errors, chosen by who must act. Each package declares its own in an `errors.ts` with `errorCatalog`, in both languages,
 * so that the CLI, the console and the log say the same. Retry decisions read the class or the code, never the text.
 */
export type ErrorClass = 'input' | 'policy' | 'peer' | 'transport' | 'timeout' | 'aborted' | 'internal'
export type Locale = 'en' | 'zh'
export type PublicValue = string | number | bigint | boolean

/** Names in braces inside a template: `"{label}" expected {expected}` has `label` and `expected`. */
type FieldsOf<S extends string> = S extends `${string}{${infer K}}${infer Rest}` ? K | FieldsOf<Rest> : never

export interface ErrorTemplate {
  class: ErrorClass
  /** What was expected and what came: one sentence, placeholders in braces. Public values only: sizes, labels, ids. */
  en: string
  zh: string
  /** What to do about it, and who. */
  fix: { en: string; zh: string }
}

export interface ErrorContext {
  /** The member on whose side the cause lies, where it is known. */
  party?: string
  cause?: unknown
}

/** The one error type of the product. `fields` hold public values only: no rows, keys, shares, or text from a peer. */
export class SecureflowError extends Error {
  readonly code: string
  readonly class: ErrorClass
  readonly fields: Readonly<Record<string, PublicValue>>
  readonly party: string | undefined
  readonly template: ErrorTemplate

  constructor(code: string, template: ErrorTemplate, fields: Record<string, PublicValue>, context: ErrorContext = {}) {
    super(`${code}: ${fill(template.en, fields)}`, context.cause === undefined ? undefined : { cause: context.cause })
    this.name = 'SecureflowError'
    this.code = code
    this.class = template.class
    this.fields = fields
    this.party = context.party
    this.template = template
  }

  /** The sentence and the fix in one language. */
  say(locale: Locale): { code: string; party?: string; what: string; fix: string } {
    return {
      code: this.code,
      ...(this.party === undefined ? {} : { party: this.party }),
      what: fill(this.template[locale], this.fields),
      fix: fill(this.template.fix[locale], this.fields),
    }
  }
}

const catalog = new Map<string, ErrorTemplate>()

/**
 * Declares the errors of a package. Every code becomes a function that makes the error:
 * `throw psiErrors.PSI_WRONG_COUNT({ label, expected, received }, { party })`.
 */
export function errorCatalog<const C extends Record<string, ErrorTemplate>>(
  templates: C,
): {
  readonly [K in keyof C & string]: (
    fields: Record<FieldsOf<C[K]['en']> | FieldsOf<C[K]['fix']['en']>, PublicValue>,
    context?: ErrorContext,
  ) => SecureflowError
} {
  const made: Record<string, unknown> = {}
  for (const [code, template] of Object.entries(templates)) {
    catalog.set(code, template)
    made[code] = (fields: Record<string, PublicValue>, context?: ErrorContext) =>
      new SecureflowError(code, template, fields, context)
  }
  return made as never
}

/** Every error declared by the packages loaded so far, by code. */
export function knownErrors(): ReadonlyMap<string, ErrorTemplate> {
  return catalog
}

/** An error as plain data, with its sentences, so that whoever reads it need not know the package that declared it. */
export interface ErrorJson {
  code: string
  class: ErrorClass
  fields: Record<string, string | number | boolean>
  party?: string
  en: string
  zh: string
  fix: { en: string; zh: string }
}

/** For the wire between a task process and its own node, and for stored events. Never sent to a peer. */
export function errorToJson(error: unknown): ErrorJson {
  const { code, template, fields, party } = asSecureflowError(error)
  const plain: ErrorJson['fields'] = {}
  for (const [k, v] of Object.entries(fields)) plain[k] = typeof v === 'bigint' ? v.toString() : v
  const { class: kind, en, zh, fix } = template
  return { code, class: kind, fields: plain, ...(party === undefined ? {} : { party }), en, zh, fix: { ...fix } }
}

export function errorFromJson({ code, class: kind, fields, party, en, zh, fix }: ErrorJson): SecureflowError {
  return new SecureflowError(code, { class: kind, en, zh, fix }, fields, party === undefined ? {} : { party })
}

/** Anything thrown, as a SecureflowError: an unknown exception becomes INTERNAL with the original as its cause. */
export function asSecureflowError(error: unknown): SecureflowError {
  if (error instanceof SecureflowError) return error
  if (error instanceof Error && error.name === 'AbortError') return baseErrors.ABORTED({}, { cause: error })
  return baseErrors.INTERNAL({ what: error instanceof Error ? error.message : String(error) }, { cause: error })
}

export const baseErrors = errorCatalog({
  INTERNAL: {
    class: 'internal',
    en: 'The program failed in a way it should not: {what}.',
    zh: '程序出现了不应有的故障：{what}。',
    fix: { en: 'Keep the log and report it; nothing was released.', zh: '请保留日志并报告；没有任何数据被放出。' },
  },
  ABORTED: {
    class: 'aborted',
    en: 'The work was cancelled before it finished.',
    zh: '工作在完成之前被取消。',
    fix: { en: 'Start it again if it is still wanted.', zh: '如仍需要，请重新启动。' },
  },
  INVALID_VALUE: {
    class: 'input',
    en: '{label}: expected {expected}, got {received}.',
    zh: '{label}：应为 {expected}，实际为 {received}。',
    fix: { en: 'Correct {label}.', zh: '请更正 {label}。' },
  },
  MALFORMED: {
    class: 'peer',
    en: 'A message "{label}" was malformed: {reason}.',
    zh: '消息“{label}”格式错误：{reason}。',
    fix: {
      en: 'The sender runs other software or the bytes were altered; compare versions.',
      zh: '对方运行的软件不同或数据被篡改；请比对版本。',
    },
  },
})

function fill(template: string, fields: Readonly<Record<string, PublicValue>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in fields ? String(fields[name]) : whole))
}
