/** A charter of two banks that find out which customers they share. */
import type { Dataset } from '@secureflow/api'
import type { SpaceDraft } from '@secureflow/flow'

const day = 86_400_000

export const overlapFlow = (purpose = 'overlap', space?: string): string => `
flow: overlap
purpose: ${purpose}
${space === undefined ? '' : `space: ${space}`}
parties: { lender: bank-a, partner: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: customer_id }
  payments: { use: read-table, at: partner, asset: payments, id: customer_id }
  aligned: { use: psi, of: { left: loans, right: payments }, on: customer_id, learns: both }
`

export function overlapSpace(given: Record<string, Pick<Dataset, 'id' | 'name' | 'rows' | 'columns'>>): SpaceDraft {
  const now = Date.now()
  return {
    title: 'Customers in common',
    goal: 'audience-overlap',
    purpose: 'overlap',
    members: ['bank-a', 'bank-b'],
    gives: Object.entries(given).map(([member, { id, name, rows, columns }]) => ({
      member,
      asset: id,
      name,
      rows,
      columns: columns.map((c) => ({ name: c.name, type: c.type })),
    })),
    flows: [{ name: 'overlap', text: overlapFlow() }],
    terms: {
      from: now - day,
      until: now + 30 * day,
      runs: 2,
      flows: 'as-drawn',
      sees: ['bank-a', 'bank-b'].map((member) => ({ member, what: ['row-count', 'matched-rows'] })),
    },
  }
}
