import { type RunEvent, runEnded } from '@secureflow/api'
import type { Client } from './client.ts'

const waitMs = 20_000

/** The events of a run, from the first that is kept, until it has ended. */
export async function* followRun(client: Client, run: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
  for (let since = 0; ; ) {
    const page = await client.runs.events({ run, since, waitMs }, signal)
    yield* page.events
    if (page.ended || page.events.some(runEnded)) return
    since = page.next
  }
}
