import type { RunEvent } from '@secureflow/api'
import { type Client, followRun } from '@secureflow/sdk'
import type { CliContext } from '../../context.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { print } from '../../say.ts'
import { ProgressView } from './progress-view.ts'

/** Shows a run until it ends. @returns the exit code that its end deserves */
export async function follow(
  client: Client,
  run: string,
  context: CliContext,
  { json }: { json: boolean },
): Promise<number> {
  const view = json ? undefined : new ProgressView(process.stdout, context)
  let last: RunEvent | undefined
  try {
    for await (const event of followRun(client, run)) {
      last = event
      if (view === undefined) print(JSON.stringify(event))
      else view.show(event)
    }
  } finally {
    view?.close()
  }
  return last?.kind === 'run-failed' ? exitCodeOf(last.error.class) : 0
}
