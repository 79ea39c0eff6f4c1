import type { PartyUsage } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { bytes, table } from '../../format.ts'

/** What each party took of one run, and what is not known of it here. */
export function partyTable(parties: readonly PartyUsage[], { text }: Pick<CliContext, 'text'>): string {
  const { columns, usage } = text
  const { columns: own } = usage
  return table(
    [columns.member, own.tasks, columns.seconds, own.cpu, own.memory, '↑', '↓', own.by, own.note],
    parties.map((p) => [
      p.party,
      String(p.tasks),
      p.seconds.toFixed(1),
      p.cpuSeconds?.toFixed(1) ?? '-',
      p.peakMemoryBytes === undefined ? '-' : bytes(p.peakMemoryBytes),
      bytes(p.bytesSent),
      bytes(p.bytesReceived),
      p.by === 'here' ? usage.here : usage.receipts,
      [
        ...(p.unseen > 0 ? [usage.unseen(p.unseen)] : []),
        ...(p.failedAttempts > 0 ? [usage.failedAttempts(p.failedAttempts)] : []),
      ].join(', '),
    ]),
  )
}
