/** A flow's report as a person reads it: what is wrong, or what it would disclose and cost, and who allows it. */
import { errorFromBody, type FlowReport } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { exitCodeOf } from '../../exit-code.ts'
import { bytes, count, duration, facts } from '../../format.ts'

export function reportText(report: FlowReport, { text, locale }: CliContext): string {
  const blocks: string[] = []
  if (report.problems.length > 0) blocks.push(problems(report, { text, locale }))
  if (report.statement !== undefined) blocks.push(report.statement[locale].join('\n'))
  if (report.estimate !== undefined) {
    const { seconds, rounds, memoryBytes, scratchBytes } = report.estimate
    const links = Object.entries(report.estimate.bytes).map(([link, n]) => `  ${link.replace('>', ' → ')}  ${bytes(n)}`)
    const scratch = scratchBytes === undefined ? [] : [`  ${text.flow.scratch(bytes(scratchBytes))}`]
    const costs = text.flow.costs(duration(seconds), count(rounds, locale), bytes(memoryBytes))
    blocks.push([costs, ...scratch, ...links].join('\n'))
  }
  blocks.push(...report.terms.map((t) => owner(t, { text, locale })))
  return blocks.join('\n\n')
}

/** Zero where the flow may be proposed. */
export function reportExitCode(report: FlowReport): number {
  const [problem] = report.problems
  if (problem !== undefined) return exitCodeOf(problem.error.class)
  // What waits for people may be proposed; that nobody waits for the own ones, only the node knows.
  return report.terms.every((t) => t.allow || t.ask !== undefined) ? 0 : exitCodeOf('policy')
}

type Speech = Pick<CliContext, 'text' | 'locale'>

function problems(report: FlowReport, { text, locale }: Speech): string {
  const each = report.problems.map(({ step, field, line, error }) => {
    const { code, what, fix } = errorFromBody(error).say(locale)
    const where = [
      step === undefined ? undefined : `${text.flow.step} ${step}`,
      field,
      line === undefined ? undefined : text.flow.line(line),
    ].filter((w) => w !== undefined)
    return `${code}  ${[...where, what].join(': ')}\n${facts([[`  ${text.error.fix}`, fix]])}`
  })
  return [text.flow.problems, ...each].join('\n')
}

function owner(terms: FlowReport['terms'][number], { text, locale }: Speech): string {
  if (terms.allow) return text.flow.allows(terms.owner, terms.name)
  const head = terms.ask === undefined ? text.flow.denies(terms.owner) : text.flow.asksPeople(terms.owner, terms.name)
  const each = terms.reasons.map((r) =>
    [
      `${r.code}  ${head}`,
      facts([
        [`  ${text.columns.columns}`, r.column === undefined ? terms.name : `${terms.name}.${r.column}`],
        [`  ${text.flow.rule}`, r.what[locale]],
        [`  ${text.error.fix}`, r.fix[locale]],
      ]),
    ].join('\n'),
  )
  const change = terms.change?.[locale] ?? []
  if (change.length > 0) each.push(facts(change.map((line, i) => [i === 0 ? `  ${text.flow.wouldPass}` : '', line])))
  return each.join('\n')
}
