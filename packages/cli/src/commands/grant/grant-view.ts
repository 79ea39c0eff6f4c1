import type { GrantSummary } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { facts, moment, table } from '../../format.ts'

export function grantTable(grants: readonly GrantSummary[], { text }: CliContext): string {
  const { columns, request: words } = text
  const at = words.columns
  return table(
    [columns.id, at.direction, at.asset, at.owner, at.grantee, columns.flow, at.left, at.until, columns.status],
    grants.map((g) => [
      g.id === '' ? '-' : g.id.slice(0, 12),
      words.directions[g.direction],
      g.name,
      g.owner,
      g.grantee,
      g.flow,
      `${g.left}/${g.quota}`,
      moment(g.expiresAt),
      words.statuses[g.status],
    ]),
  )
}

export function grantText(grant: GrantSummary, { text }: CliContext): string {
  const { columns, request: words } = text
  const at = words.columns
  return facts([
    [columns.id, grant.id],
    [at.direction, words.directions[grant.direction]],
    [at.asset, grant.name],
    [at.owner, grant.owner],
    [at.grantee, grant.grantee],
    [columns.flow, `${grant.flow} (${grant.flowHash.slice(0, 16)}, ${grant.parameters.slice(0, 16)})`],
    [at.left, `${grant.left}/${grant.quota}`],
    [at.until, moment(grant.expiresAt)],
    [columns.status, words.statuses[grant.status]],
    ...(grant.by === undefined ? [] : [[at.by, words.by[grant.by]] as [string, string]]),
    ...(grant.endorsedBy.length === 0 ? [] : [[at.endorsed, grant.endorsedBy.join(', ')] as [string, string]]),
    ...(grant.runs.length === 0
      ? []
      : [[at.runs, grant.runs.map((r) => r.slice(0, 16)).join(', ')] as [string, string]]),
  ])
}
