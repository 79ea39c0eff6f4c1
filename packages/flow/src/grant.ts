/**
 * Grants: an owner's leave for exactly one flow, with exactly these parameters, so many times, until it is revoked. A request
 * that the terms allow is granted without a person. Asked again before every release, a revoked grant stops a run there.
 */

import { digestOf } from './digest.ts'
import type { Verdict } from './evaluate.ts'
import type { Plan } from './plan.ts'
import { deny } from './terms-errors.ts'

export interface Grant {
  id: string
  /** Id of the asset, which names a version of the data. */
  asset: string
  owner: string
  flowHash: string
  /** `parametersDigest` of the plan. */
  parameters: string
  /** The member that may start runs. */
  grantee: string
  /** How many runs. */
  quota: number
  /** Milliseconds since the epoch. */
  notBefore: number
  /** From then on it does not hold. */
  expires: number
  revoked: boolean
}

export interface GrantUse {
  asset: string
  flowHash: string
  parameters: string
  grantee: string
  /** Other runs under this grant; a run that goes on does not count itself. */
  usesBefore: number
  now: number
}

/** Components, versions and resolved parameters of all tasks: what a flow's text leaves open is settled here. Hex. */
export const parametersDigest = ({ tasks }: Pick<Plan, 'tasks'>): string =>
  digestOf(
    'parameters',
    tasks.map(({ step, component, version, params }) => ({ step, component, version, params })),
  )

export function evaluateGrant(grant: Grant, use: GrantUse): Verdict {
  const names = { asset: grant.asset.slice(0, 12), owner: grant.owner }
  const { notBefore, expires, quota } = grant
  const reasons = (['asset', 'flowHash', 'parameters', 'grantee'] as const)
    .filter((field) => grant[field] === '' || grant[field] !== use[field])
    .map((field) => {
      const grounds = { expected: grant[field].slice(0, 64), actual: use[field].slice(0, 64), ...names }
      return deny('GRANT_OTHER', { rule: `grant.${field}`, ...grounds }, field)
    })
  if (grant.revoked !== false)
    reasons.push(deny('GRANT_REVOKED', { rule: 'grant.revoked', expected: '-', actual: '-', ...names }))
  if (!(use.now >= notBefore && use.now < expires)) {
    const expected = `${sayTime(notBefore)} - ${sayTime(expires)}`
    reasons.push(deny('GRANT_TIME', { rule: 'grant.expires', expected, actual: use.now, ...names }))
  }
  if (!(use.usesBefore >= 0 && use.usesBefore < quota))
    reasons.push(deny('GRANT_QUOTA', { rule: 'grant.quota', expected: quota, actual: use.usesBefore, ...names }))
  return reasons.length === 0 ? { allow: true } : { allow: false, reasons }
}

/** The grant that holds for a use, the one that ends first if several do. `usesBefore` is counted by grant. */
export function matchingGrant(
  grants: readonly Grant[],
  use: Omit<GrantUse, 'usesBefore'>,
  usesBefore: (grant: Grant) => number,
): Grant | undefined {
  return grants
    .filter((g) => evaluateGrant(g, { ...use, usesBefore: usesBefore(g) }).allow)
    .sort((a, b) => a.expires - b.expires || (a.id < b.id ? -1 : 1))[0]
}

const sayTime = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '-')
