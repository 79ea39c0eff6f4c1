/** Assets as a terminal shows them. */
import type { AssetCard, AssetPage } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { clip, count, facts, table } from '../../format.ts'

const tokenDigits = 12

export const shortToken = ({ token }: Pick<AssetCard, 'token'>): string => token?.slice(0, tokenDigits) ?? '-'

export const nameOf = (card: Pick<AssetCard, 'token' | 'name'>): string => card.name ?? shortToken(card)

function stateOf(card: AssetCard, { text }: CliContext): string {
  const { states, unusable } = text.asset.say
  return card.state === 'active' && !card.usable ? `${states.active}, ${unusable}` : states[card.state]
}

export function cardTable(cards: readonly AssetCard[], context: CliContext): string {
  const { facts: words, kinds } = context.text.asset.say
  const head = [words.token, words.name, words.kind, words.owner, words.version, words.state, words.title]
  return table(
    head,
    cards.map((card) => [
      shortToken(card),
      nameOf(card),
      kinds[card.kind],
      card.owner,
      String(card.version),
      stateOf(card, context),
      clip(card.title ?? '', 40),
    ]),
  )
}

export function pageText(page: AssetPage, context: CliContext): string {
  const { text, locale } = context
  const { say } = text.asset
  const { asked, granted, refused, used } = page.demand
  const rows: [string, string][] = [
    [say.facts.name, nameOf(page)],
    [say.facts.token, page.token ?? '-'],
    [say.facts.kind, say.kinds[page.kind]],
    [say.facts.owner, page.owner],
    [say.facts.version, page.versions.length > 1 ? `${page.version} / ${page.versions.length}` : String(page.version)],
    [say.facts.state, stateOf(page, context)],
    [say.facts.known, say.availability[page.availability]],
    [say.facts.demand, say.demand(asked, granted, refused, used)],
  ]
  if (page.title) rows.push([say.facts.title, page.title])
  if (page.tags.length > 0) rows.push([say.facts.tags, page.tags.join(', ')])
  if (page.licence) rows.push([say.facts.licence, page.licence])
  if (page.rows !== undefined) rows.push([say.facts.rows, count(page.rows, locale)])
  if (page.description?.content.form === 'dataset') {
    const { columns } = page.description.content.schema
    rows.push([say.facts.columns, columns.map((c) => c.name).join(', ')])
  }
  if (page.price !== undefined) rows.push([say.facts.price, String(page.price)])
  if (page.settings !== undefined) {
    rows.push([say.facts.visible, [page.settings.visibility].flat().join(', ')])
    if (page.settings.grantees.length > 0) rows.push([say.facts.grantees, page.settings.grantees.join(', ')])
  }
  if (page.private !== undefined) rows.push([say.facts.private, JSON.stringify(page.private)])
  const granting = (g: boolean) => (g ? say.granted : say.notGranted)
  for (const part of page.parts)
    rows.push([say.facts.parts, `${part.owner}/${nameOf(part)}  ${stateOf(part, context)}, ${granting(part.granted)}`])
  for (const whole of page.containedIn) rows.push([say.facts.containedIn, `${whole.owner}/${nameOf(whole)}`])
  return facts(rows)
}
