import type { ErrorClass } from '@secureflow/base'

const byClass: Record<ErrorClass, number> = {
  input: 2,
  policy: 3,
  peer: 4,
  transport: 5,
  timeout: 6,
  aborted: 7,
  internal: 70,
}

export const exitCodeOf = (kind: ErrorClass): number => byClass[kind]
