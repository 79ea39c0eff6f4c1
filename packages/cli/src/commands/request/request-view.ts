/** A request as who decides reads it: who asks, what for, what it would disclose, and which of the terms it passes. */
import type { RequestDetail } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { count, facts, moment, table } from '../../format.ts'
import { grantTable } from '../grant/grant-view.ts'
import { waitingText } from './waiting.ts'

export function requestText(request: RequestDetail, context: CliContext): string {
  const { text, locale } = context
  const { columns, request: words } = text
  const at = words.columns
  const blocks = [
    facts([
      [columns.id, request.id],
      [at.from, request.initiator],
      [at.kind, words.kinds[request.kind]],
      [columns.flow, request.flow],
      [at.purpose, request.purpose],
      [columns.status, words.statuses[request.status] + (request.code === undefined ? '' : ` (${request.code})`)],
      ...optional(at.waiting, waitingText(request.waiting, context)),
      [at.asked, moment(request.askedAt)],
      ...optional(at.endorsed, request.endorsedBy.join(', ')),
      ...optional(columns.run, request.run ?? ''),
    ]),
    request.statement[locale].join('\n'),
    ...request.assets.map((a) => assetText(a, context)),
    request.flowText.trim(),
  ]
  if (request.earlier !== undefined) {
    const { sameFlow, changes, request: id } = request.earlier
    const short = id.slice(0, 12)
    blocks.push(sameFlow ? words.earlierSame(short) : [words.earlier(short), ...changes].join('\n'))
  }
  blocks.push(...request.reasons.map((r) => `${words.statuses.refused}, ${r.from}: ${r.text}`))
  blocks.push(request.messages.map((m) => `${moment(m.at)}  ${m.from} → ${m.to}: ${m.text}`).join('\n'))
  if (request.grants.length > 0) blocks.push(grantTable(request.grants, context))
  return blocks.filter((b) => b !== '').join('\n\n')
}

const optional = (name: string, value: string): [string, string][] => (value === '' ? [] : [[name, value]])

function assetText(asset: RequestDetail['assets'][number], { text, locale }: CliContext): string {
  const { columns, request: words } = text
  const at = words.columns
  const parts = [
    facts([
      [at.asset, asset.name],
      [at.owner, asset.owner],
      [columns.rows, count(asset.rows, locale)],
      ...(asset.price === undefined ? [] : [[at.price, count(asset.price, locale)] as [string, string]]),
    ]),
  ]
  if (asset.columns.length > 0)
    parts.push(
      table(
        [columns.name, at.uses],
        asset.columns.map((c) => [c.column, c.uses.join(', ')]),
      ),
    )
  if (asset.disclosures.length > 0)
    parts.push(
      table(
        [columns.step, at.disclosed, at.receiver, at.atMost],
        asset.disclosures.map((d) => [d.step, d.what, d.to, count(d.atMost, locale)]),
      ),
    )
  if (asset.checks.length > 0)
    parts.push(
      table(
        [at.rule, ''],
        asset.checks.map((c) => [c.rule, c.passed ? words.passes : words.fails]),
      ),
    )
  parts.push(...asset.reasons.map((r) => `${r.code}  ${r.what[locale]}`))
  return parts.join('\n\n')
}
