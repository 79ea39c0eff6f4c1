import type { RequestSummary } from '@secureflow/api'
import type { Client } from '@secureflow/sdk'
import type { CliContext } from '../../context.ts'
import { cliErrors } from '../../errors.ts'

const lookAgainMs = 1000

export const waitingText = (waiting: RequestSummary['waiting'], { text }: CliContext): string =>
  waiting.map((w) => text.request.waitingFor[w.for](w.member)).join(', ')

export const waitsText = (waiting: RequestSummary['waiting'], context: CliContext): string =>
  context.text.request.waits(waitingText(waiting, context))

/** Until people have agreed. @returns the run @throws REQUEST_ENDED where it comes to none */
export async function untilStarted(client: Client, id: string): Promise<string> {
  for (;;) {
    const { status, run, code, reasons, owners } = await client.requests.show({ id })
    if (run !== undefined) return run
    if (status !== 'waiting') {
      const from = reasons[0]?.from ?? owners[0] ?? ''
      throw cliErrors.REQUEST_ENDED({ id: id.slice(0, 12), status, code: code ?? '-', who: from })
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
  }
}
