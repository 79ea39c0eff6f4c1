/**
 * What enters the agreement. Every member compiles the proposal, builds these bytes from its own plan and signs their hash,
 * so a partner whose software, data versions or component versions differ in any point below cannot have signed the same.
 *
 * In: the flow as written; initiator; members and dealer; each asset with owner, rows, schema, digest and hash of terms; each
 * task with component, version, parties and parts, resolved parameters, inputs, output holders, column uses, disclosures,
 * suite and security model; the statement as approved; the link facts that automatic choices were made from; the attempt
 * limit. Out: the estimate, because it is an opinion about machines, and line numbers, because they are about a text.
 */
import { encodeCbor } from '@secureflow/base'
import { digestOf } from './digest.ts'
import { flowBody } from './flow.ts'
import type { Plan, PlannedTask } from './plan.ts'

export interface AgreementTerms {
  /** At most so many attempts of each task. */
  attemptLimit: number
}

/** Canonical CBOR: equal plans give equal bytes. */
export const agreementBody = (plan: Plan, terms: AgreementTerms): Uint8Array => encodeCbor(agreed(plan, terms))

/** Hex SHA-256 of the agreement's body. */
export const planHash = (plan: Plan, terms: AgreementTerms): string => digestOf('plan', agreed(plan, terms))

function agreed(plan: Plan, { attemptLimit }: AgreementTerms) {
  return {
    format: 1,
    flow: flowBody(plan.flow),
    flowHash: plan.flowHash,
    initiator: plan.initiator,
    members: plan.members,
    dealer: plan.dealer ?? null,
    assets: plan.assets.map(({ id, name, owner, rows, schema, digest, termsHash }) => ({
      id,
      name,
      owner,
      rows,
      columns: schema.columns.map(({ name, type }) => ({ name, type })),
      digest,
      termsHash,
    })),
    tasks: plan.tasks.map(agreedTask),
    links: plan.links,
    security: plan.security,
    suites: plan.suites,
    statement: plan.statement,
    attemptLimit,
  }
}

function agreedTask({ cost: _cost, stage: _stage, choices: _choices, outputs, suite, ...task }: PlannedTask) {
  return {
    ...task,
    suite: suite ?? null,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([port, { type, at }]) => [port, { type, at: Object.keys(at).sort() }]),
    ),
  }
}
