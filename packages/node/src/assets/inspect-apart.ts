/** Inspects a file in a child process, so that neither the engine's memory nor its work burdens the node. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { baseErrors, type ErrorJson, errorFromJson } from '@secureflow/base'
import type { Inspection, InspectionRequest } from './inspection.ts'

const child = fileURLToPath(new URL('./inspection-child.ts', import.meta.url))
const run = promisify(execFile)
const timeout = 15 * 60_000

/** @throws what `inspectFile` throws */
export async function inspectApart(request: InspectionRequest): Promise<Inspection> {
  const { stdout } = await run(process.execPath, [child, JSON.stringify(request)], {
    timeout,
    maxBuffer: 16 << 20,
    env: { PATH: process.env.PATH ?? '' },
  }).catch((cause: unknown) => {
    throw baseErrors.INTERNAL({ what: 'the inspection of the file ended early' }, { cause })
  })
  const answer = JSON.parse(stdout) as { inspection: Inspection } | { error: ErrorJson }
  if ('error' in answer) throw errorFromJson(answer.error)
  return answer.inspection
}
