/** What an owner answers: the verdict, told in the detail that its terms allow; and what draft terms would answer. */
import { applyChange, type Edit, smallestChange } from './change.ts'
import { evaluateTerms, type Needed, type TermsRequest, type Verdict } from './evaluate.ts'
import type { Terms } from './terms.ts'
import { type DenialReason, deny } from './terms-errors.ts'

export type Answer = { allow: true } | { allow: false; reasons: DenialReason[]; ask?: Needed; change?: Edit[] }

/** Told to whoever asks. What a request waits for is always said: else nobody could get it. */
export function answerTerms(terms: Terms, request: TermsRequest): Answer {
  const verdict = evaluateTerms(terms, request)
  if (verdict.allow || verdict.ask !== undefined) return verdict
  const told = tellVerdict(terms, verdict, { asset: request.assetName, owner: request.owner })
  const change = terms.refusals === 'change' ? smallestChange(terms, request) : undefined
  return { ...told, ...(change === undefined ? {} : { change }) }
}

/** As much of a refusal as the terms let others know. */
export function tellVerdict(terms: Terms, verdict: Verdict, names: { asset: string; owner: string }): Verdict {
  if (verdict.allow || terms.refusals !== 'secret') return verdict
  return { allow: false, reasons: [deny('TERMS_SECRET', { rule: '-', expected: '-', actual: '-', ...names })] }
}

export interface Simulated {
  request: TermsRequest
  /** In full, as the owner may see it. */
  verdict: Verdict
  /** What the asker would be told. */
  told: Answer
  /** The smallest change, and what the terms say once it is made. */
  change?: { edits: Edit[]; verdict: Verdict }
  /** What the terms in force say, where they are given. */
  now?: Verdict
}

/** For an owner who drafts terms: these requests, under this draft. */
export function simulateTerms(draft: Terms, requests: readonly TermsRequest[], inForce?: Terms): Simulated[] {
  return requests.map((request) => {
    const verdict = evaluateTerms(draft, request)
    const edits = verdict.allow || verdict.ask !== undefined ? undefined : smallestChange(draft, request)
    return {
      request,
      verdict,
      told: answerTerms(draft, request),
      ...(edits === undefined ? {} : { change: { edits, verdict: evaluateTerms(draft, applyChange(request, edits)) } }),
      ...(inForce === undefined ? {} : { now: evaluateTerms(inForce, request) }),
    }
  })
}
