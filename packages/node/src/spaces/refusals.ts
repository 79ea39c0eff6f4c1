import type { SecureflowError } from '@secureflow/base'
import { spaceErrors } from './errors.ts'
import type { SpaceRefusal } from './interface.ts'

const codes = {
  member: 'RUN_SPACE_MEMBER',
  purpose: 'RUN_SPACE_PURPOSE',
  period: 'RUN_SPACE_PERIOD',
  runs: 'RUN_SPACE_RUNS',
  epsilon: 'RUN_SPACE_EPSILON',
  flow: 'RUN_SPACE_FLOW',
  data: 'RUN_SPACE_DATA',
  sees: 'RUN_SPACE_SEES',
} as const

/** @param who refuses */
export function spaceError({ rule, expected, actual }: SpaceRefusal, who: string): SecureflowError {
  if (rule === 'none') return spaceErrors.RUN_SPACE_NONE({ who, space: actual }, { party: who })
  // Each sentence takes what it needs of these.
  return spaceErrors[codes[rule] as 'RUN_SPACE_DATA']({ who, expected, actual }, { party: who })
}
