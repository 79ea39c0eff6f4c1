/** A space as a person reads it before signing: who, what for, what is given, what leaves the house, who has signed. */
import type { SpaceDetail } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { count, facts, moment, table } from '../../format.ts'

export function spaceText(space: SpaceDetail, { text, locale }: CliContext): string {
  const { space: words, columns } = text
  const shown =
    space.charters.find((c) => c.state === 'open') ??
    space.charters.find((c) => c.state === 'force') ??
    space.charters[0]!
  const { charter } = shown
  const delivered = (member: string) => space.delivery.find((d) => d.member === member)?.delivered
  const blocks = [
    facts([
      [columns.id, space.id],
      [words.at.title, space.title],
      [words.at.goal, words.goals[space.goal]],
      [words.at.purpose, space.purpose],
      [columns.status, words.statuses[space.status]],
      [words.at.charter, `${charter.revision} (${words.states[shown.state]}) ${shown.hash.slice(0, 12)}`],
      [words.at.period, `${moment(space.from)} … ${moment(space.until)}`],
      [words.at.runs, `${count(space.runsUsed, locale)} / ${count(space.runs, locale)}`],
      ...(charter.terms.epsilon === undefined ? [] : [['epsilon', String(charter.terms.epsilon)] as [string, string]]),
      [words.at.flows, words.flowRules[charter.terms.flows]],
    ]),
    table(
      [columns.member, words.at.word, words.at.delivered, ''],
      shown.standing.map((s) => [
        s.member,
        words.words[s.word],
        delivered(s.member) === undefined ? '-' : delivered(s.member) ? columns.yes : columns.no,
        s.text,
      ]),
    ),
    table(
      [columns.member, words.at.gives, columns.rows, columns.columns],
      charter.gives.map((g) => [g.member, g.name, count(g.rows, locale), g.columns.map((c) => c.name).join(', ')]),
    ),
    table(
      [columns.member, words.at.sees],
      charter.terms.sees.map((s) => [s.member, s.what.join(', ')]),
    ),
  ]
  for (const { name, leaves, learns, problems } of shown.flows) {
    const line = (l: { to: string; en: string; zh: string; follows: boolean }) =>
      `  ${l.to}: ${l.follows ? '=> ' : ''}${l[locale]}`
    blocks.push(
      [
        `${columns.flow} ${name}`,
        ...problems.map((p) => `  ${p.code}  ${p.say[locale].what}`),
        words.leaves,
        ...(leaves.length === 0 ? [`  ${words.nothing}`] : leaves.map(line)),
        words.learns,
        ...(learns.length === 0 ? [`  ${words.nothing}`] : learns.map((l) => line({ ...l, to: '' }).replace(': ', ''))),
      ].join('\n'),
    )
  }
  blocks.push(
    space.words
      .map(
        (w) =>
          `${moment(w.at)}  ${w.member}  ${words.said[w.word]} (${w.revision})${w.text === '' ? '' : `: ${w.text}`}`,
      )
      .join('\n'),
  )
  return blocks.filter((b) => b !== '').join('\n\n')
}
