/**
 * The smallest change to a request that its terms would not refuse: steps, columns and disclosures left out, parameters set
 * into their range. A change is closed: whoever needs a step that is left out is left out too, and counts.
 */
import type { Locale } from '@secureflow/base'
import type { DisclosureKind } from './disclosure.ts'
import { epsilonOf, evaluateTerms, type RequestedStep, rangesOf, type TermsRequest } from './evaluate.ts'
import { inRange, nearestIn, type Scalar } from './range.ts'
import type { Terms } from './terms.ts'
import type { DenialReason } from './terms-errors.ts'

export type Edit =
  | { leaveOut: 'step'; step: string }
  /** Where the table is read. A join key is not left out: without it nothing is joined. */
  | { leaveOut: 'column'; column: string }
  | { leaveOut: 'disclosure'; what: DisclosureKind; to: string }
  | { set: string; step: string; value: Scalar }

/** Steps, columns and disclosures looked at before the search gives up: well under a second. */
const searchLimit = 40_000

/** The request as it would be after the edits, in any order. */
export function applyChange(request: TermsRequest, edits: readonly Edit[]): TermsRequest {
  let changed = request
  for (const edit of edits) changed = applyEdit(changed, edit)
  return changed
}

function applyEdit(r: TermsRequest, edit: Edit): TermsRequest {
  if ('set' in edit) {
    const set = (c: RequestedStep): RequestedStep =>
      c.step === edit.step ? { ...c, params: { ...c.params, [edit.set]: edit.value } } : c
    return { ...r, components: r.components.map(set) }
  }
  if (edit.leaveOut === 'column') return { ...r, columns: r.columns.filter((c) => c.column !== edit.column) }
  if (edit.leaveOut === 'disclosure')
    return { ...r, disclosures: r.disclosures.filter((d) => d.what !== edit.what || d.to !== edit.to) }
  const others = <T extends { step: string }>(list: T[]): T[] => list.filter((x) => x.step !== edit.step)
  const components = others(r.components)
  const gone = r.components.filter((c) => c.step === edit.step).flatMap((c) => c.members ?? [])
  const stay = new Set(components.flatMap((c) => c.members ?? []))
  return {
    ...r,
    components,
    disclosures: others(r.disclosures),
    columns: others(r.columns),
    members: r.members.filter((m) => !gone.includes(m) || stay.has(m)),
  }
}

/**
 * @returns edits, as few as possible; undefined where no edit helps (purpose, rows, time, uses), where nothing would be
 * left, or where the search gave up
 */
export function smallestChange(terms: Terms, request: TermsRequest): Edit[] | undefined {
  let looked = 0
  const most = request.components.length + request.columns.length + request.disclosures.length + 64
  const search = (now: TermsRequest, budget: number): Edit[] | 'deeper' | undefined => {
    looked += now.components.length + now.columns.length + now.disclosures.length + 1
    if (looked > searchLimit) return undefined
    const verdict = evaluateTerms(terms, now)
    if (verdict.allow || verdict.ask !== undefined) return now.components.length > 0 ? [] : undefined
    // Any change that passes contains one of the edits that answer the reason with the fewest.
    const choices = verdict.reasons
      .map((reason) => editsFor(terms, now, reason))
      .sort((a, b) => a.length - b.length)[0]!
    let deeper = false
    for (const edits of choices) {
      if (edits.length > budget) {
        deeper = true
        continue
      }
      const rest = search(applyChange(now, edits), budget - edits.length)
      if (rest === 'deeper') deeper = true
      else if (rest !== undefined) return [...edits, ...rest]
    }
    return deeper ? 'deeper' : undefined
  }
  for (let budget = 0; budget <= most && looked <= searchLimit; budget++) {
    const found = search(request, budget)
    if (found !== 'deeper') return found === undefined ? undefined : inOrder(request, found)
  }
  return undefined
}

/** Steps as the request has them, then the rest. */
function inOrder({ components }: TermsRequest, edits: Edit[]): Edit[] {
  const place = (e: Edit): number =>
    'leaveOut' in e && e.leaveOut === 'step' ? components.findIndex((c) => c.step === e.step) : components.length
  return edits.sort((a, b) => place(a) - place(b))
}

/** Every way to answer one reason, each closed. */
function editsFor(terms: Terms, r: TermsRequest, { code, rule, party, column, actual }: DenialReason): Edit[][] {
  const steps = (list: { step: string }[]): Edit[][] =>
    [...new Set(list.map((x) => x.step))].flatMap((step) => {
      const closed = closureOf(r, step)
      return closed.length === 0 ? [] : [closed]
    })
  switch (code) {
    case 'TERMS_COMPONENT':
      return steps(r.components.filter((c) => c.component === actual))
    case 'TERMS_MEMBER':
    case 'TERMS_ROLE':
      return party === r.initiator ? [] : steps(r.components.filter((c) => c.members?.includes(party!)))
    case 'TERMS_PARAMETER': {
      const at = r.components.flatMap((c) =>
        Object.entries(rangesOf(terms, c.component) ?? {}).flatMap(([param, range]) => {
          const at = c.params?.[param]
          if (rule !== `components.${c.component}.${param}` || inRange(range, at)) return []
          const value = nearestIn(range, at)
          return [{ step: c.step, edit: value === undefined ? undefined : { set: param, step: c.step, value } }]
        }),
      )
      return [...at.flatMap(({ edit }) => (edit === undefined ? [] : [[edit]])), ...steps(at)]
    }
    case 'TERMS_DISCLOSURE': {
      const at = r.disclosures.filter((d) => rule === `disclosures.${d.what}` && d.to === party)
      return [...(at[0] === undefined ? [] : [[leaveOut(at[0])]]), ...steps(at)]
    }
    case 'TERMS_COLUMN':
    case 'TERMS_COLUMN_ROWS':
    case 'TERMS_AGGREGATE': {
      const at = r.columns.filter((c) => c.column === column)
      const needed = at.some((c) => c.use === 'join')
      return [...(needed ? [] : [[{ leaveOut: 'column' as const, column: column! }]]), ...steps(at)]
    }
    case 'TERMS_EPSILON': {
      const noisy = r.disclosures.filter((d) => epsilonOf({ disclosures: [d] }) !== 0)
      const kinds = new Map(noisy.map((d) => [`${d.what} ${d.to}`, d]))
      return [...[...kinds.values()].map((d) => [leaveOut(d)]), ...steps(noisy)]
    }
    default:
      return []
  }
}

const leaveOut = ({ what, to }: { what: DisclosureKind; to: string }): Edit => ({ leaveOut: 'disclosure', what, to })

/** The step and all that need it, as edits; none where it is gone already. */
function closureOf({ components }: TermsRequest, step: string): Edit[] {
  if (!components.some((c) => c.step === step)) return []
  const gone = new Set([step])
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    for (const c of components) if (c.needs?.some((n) => gone.has(n))) gone.add(c.step)
  }
  return [...gone].map((s) => ({ leaveOut: 'step', step: s }))
}

const said = {
  step: { en: (s: string) => `leave out step ${s}`, zh: (s: string) => `去掉步骤 ${s}` },
  column: { en: (c: string) => `leave out column ${c}`, zh: (c: string) => `去掉列 ${c}` },
  disclosure: {
    en: (what: string, to: string) => `do not tell ${to} "${what}"`,
    zh: (what: string, to: string) => `不向 ${to} 披露“${what}”`,
  },
  set: {
    en: (param: string, step: string, value: string) => `set ${param} of step ${step} to ${value}`,
    zh: (param: string, step: string, value: string) => `将步骤 ${step} 的 ${param} 设为 ${value}`,
  },
}

/** One line an edit. */
export function sayChange(edits: readonly Edit[], locale: Locale): string[] {
  return edits.map((e) => {
    if ('set' in e) return said.set[locale](e.set, e.step, JSON.stringify(e.value))
    if (e.leaveOut === 'step') return said.step[locale](e.step)
    if (e.leaveOut === 'column') return said.column[locale](e.column)
    return said.disclosure[locale](e.what, e.to)
  })
}
