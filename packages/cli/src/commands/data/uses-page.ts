/** The page of a dataset for a person who asks, in the words of that person's language. */
import type { AssetRun, DatasetUses } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { count, moment } from '../../format.ts'
import type { Block } from './written-page.ts'

export function usesPage(document: DatasetUses, context: CliContext): Block[] {
  const { page } = context.text.usage
  const { dataset, owner, at, runs, unreadable, account, network, entries } = document
  const words = (text: string): Block => ({ kind: 'words', text })
  const roots = new Map(entries.flatMap(({ under }) => (under === undefined ? [] : [[under.root, under] as const])))
  return [
    { kind: 'title', text: page.title(dataset) },
    words(page.intro(owner, moment(at))),
    ...(runs.length === 0 ? [words(page.none)] : []),
    ...(unreadable === 0 ? [] : [words(page.unreadable(unreadable))]),
    ...runs.flatMap((run, i) => runBlocks(run, i + 1, context)),
    { kind: 'section', text: page.proofs },
    words(page.proof(account, network)),
    ...(roots.size === 0
      ? []
      : [{ kind: 'list' as const, items: [...roots.values()].map((r) => page.roots(r.run, r.root, r.size)) }]),
  ]
}

function runBlocks(run: AssetRun, number: number, { text, locale }: CliContext): Block[] {
  const { page } = text.usage
  const { facts } = page
  const list = (items: string[]): Block =>
    items.length === 0 ? { kind: 'words', text: page.nothing } : { kind: 'list', items }
  const sayOf = (disclosure: { step: string; what: string; to: string }): string =>
    run.agreed.find((a) => a.step === disclosure.step && a.what === disclosure.what && a.to === disclosure.to)?.say[
      locale
    ] ?? disclosure.what
  const ended =
    run.endedAt === undefined ? moment(run.startedAt) : page.until(moment(run.startedAt), moment(run.endedAt))
  return [
    { kind: 'section', text: page.run(number, run.flow) },
    {
      kind: 'facts',
      pairs: [
        [facts.purpose, run.purpose === '' ? page.none_ : run.purpose],
        [facts.initiator, run.initiator],
        [facts.parties, run.parties.join(', ')],
        [facts.when, ended],
        [facts.status, run.code === undefined ? page.status[run.status] : `${page.status[run.status]} (${run.code})`],
        [facts.rows, count(run.rows, locale)],
        [facts.terms, run.termsHash],
        ...(run.grant === undefined ? [] : [[facts.grant, run.grant] as [string, string]]),
        [facts.run, run.run],
      ],
    },
    { kind: 'part', text: page.steps },
    list(
      run.steps.map(({ step, component, parties, columns }) => {
        const used = [...new Set(columns.map((c) => c.column))]
        const said = page.step(step, component, parties.join(', '))
        return used.length === 0 ? said : page.columns(said, used.join(', '))
      }),
    ),
    { kind: 'part', text: page.agreed },
    list([...new Set(run.agreed.map((d) => page.learns(d.to, d.say[locale])))]),
    { kind: 'part', text: page.released },
    list(run.released.map((r) => page.release(moment(r.at), r.to, sayOf(r), r.count, r.entry))),
    { kind: 'words', text: page.receipts(run.receipts.length) },
  ]
}
