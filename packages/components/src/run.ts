/** What every run shares: its type, and the artifacts that it takes. */
import { baseErrors } from '@secureflow/base'
import type { Artifact, ComponentRun, ParamsOf } from '@secureflow/flow'
import type { Session } from '@secureflow/protocols'
import type { z } from 'zod'

/** The run of a declared component: its parameters are the declaration's. */
export type RunOf<D extends { params: z.ZodObject }> = ComponentRun<ParamsOf<D>, Session>

/** The artifact at a port, which the compiled flow has bound to this type. */
export function inputOf<T extends Artifact['type']>(
  inputs: Record<string, Artifact>,
  port: string,
  type: T,
): Extract<Artifact, { type: T }> {
  const found = inputs[port]
  if (found?.type !== type)
    throw baseErrors.INVALID_VALUE({ label: `input ${port}`, expected: type, received: found?.type ?? 'nothing' })
  return found as Extract<Artifact, { type: T }>
}
