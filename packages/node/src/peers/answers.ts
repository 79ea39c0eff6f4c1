/** How the outcome of a request crosses to a partner: a value, or one code of a closed list. Never a text. */
import { asSecureflowError, type ErrorClass, errorCatalog } from '@secureflow/base'
import { peerErrors } from './errors.ts'
import { type AnswerCode, answerCodes } from './interface.ts'

const byClass: Record<ErrorClass, AnswerCode> = {
  input: 'INVALID',
  policy: 'REFUSED',
  peer: 'INVALID',
  transport: 'FAILED',
  timeout: 'TIMEOUT',
  aborted: 'CANCELLED',
  internal: 'FAILED',
}

const answerErrors = errorCatalog({
  ANSWER: {
    class: 'policy',
    en: 'The request is answered with {answer}.',
    zh: '该请求的回应为 {answer}。',
    fix: { en: 'The log of the answering node names the reason.', zh: '原因见应答节点的日志。' },
  },
})

/** For handlers that want a certain code to cross: `throw answerWith('NOT_FOUND')`. */
export const answerWith = (answer: AnswerCode) => answerErrors.ANSWER({ answer })

/** The code that crosses for whatever a handler threw. */
export function codeOf(thrown: unknown): AnswerCode {
  const error = asSecureflowError(thrown)
  if (error.code === 'ANSWER') return error.fields.answer as AnswerCode
  return byClass[error.class]
}

/** At the asking end. What is not in the list reads as FAILED. */
export function errorOf(code: unknown, member: string, kind: string) {
  const answer = answerCodes.find((c) => c === code) ?? 'FAILED'
  return peerErrors.PEER_ANSWERED({ member, kind, answer }, { party: member })
}
