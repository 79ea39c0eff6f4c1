/** What `secureflow usage` prints; empty where there is nothing to tell. */
import type { UsageReport, usageBy } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { bytes, count, moment, table } from '../../format.ts'
import { partyTable } from './party-table.ts'

type By = (typeof usageBy)[number]

export function reportText(
  { runs = [], assets = [], partners = [] }: UsageReport,
  by: By,
  context: CliContext,
): string {
  const { text, locale } = context
  const { columns, usage } = text
  if (by === 'run')
    return runs.length === 0
      ? ''
      : [
          ...runs.map((r) =>
            [
              `${r.run.slice(0, 12)}  ${r.flow}  ${text.run.status[r.status]}  ${moment(r.startedAt)}`,
              partyTable(r.parties, context).replaceAll(/^/gm, '  '),
            ].join('\n'),
          ),
          usage.measured,
        ].join('\n\n')
  const { columns: own } = usage
  if (by === 'partner')
    return partners.length === 0
      ? ''
      : [
          table(
            [own.partner, own.runs, '↑', '↓', columns.seconds, own.cpu],
            partners.map((p) => [
              p.partner,
              String(p.runs),
              bytes(p.bytesSent),
              bytes(p.bytesReceived),
              p.seconds.toFixed(1),
              p.cpuSeconds.toFixed(1),
            ]),
          ),
          usage.measured,
        ].join('\n\n')
  if (assets.length === 0) return ''
  return table(
    [
      own.dataset,
      own.asked,
      own.refused,
      own.uses,
      own.failed,
      columns.rows,
      own.releases,
      own.epsilon,
      own.askers,
      own.last,
    ],
    assets.map((a) => [
      a.name,
      String(a.demand.allowed + a.demand.waits + a.demand.refused),
      String(a.demand.refused),
      String(a.uses),
      String(a.failed),
      count(a.rows, locale),
      String(a.releases),
      a.epsilonUnknown > 0 ? `≥ ${a.epsilon}` : String(a.epsilon),
      a.askers.map((by) => `${by.member} ${by.uses}`).join(', '),
      a.lastUsedAt === undefined ? '-' : moment(a.lastUsedAt),
    ]),
  )
}
