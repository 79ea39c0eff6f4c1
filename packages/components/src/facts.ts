/** What declarations say about public facts, in one place. */
import type { ColumnRef, Complaint, Cost, PortFacts } from '@secureflow/flow'
import type { ColumnSchema } from '@secureflow/tables'
import { stepErrors } from './errors.ts'

type Held = Record<string, PortFacts>

/** The same change at every holder. */
export function atEach(held: Held, change: (facts: PortFacts, member: string) => PortFacts): Held {
  return Object.fromEntries(Object.entries(held).map(([member, facts]) => [member, change(facts, member)]))
}

/** Rows of a value whose parts are aligned: the same at every holder. */
export function rowsOf(held: Held): { rows: number; expectedRows: number } {
  const all = Object.values(held)
  return {
    rows: Math.min(...all.map((f) => f.rows)),
    expectedRows: Math.min(...all.map((f) => f.expectedRows)),
  }
}

export const numberColumns = (facts: PortFacts, except: readonly string[] = []): string[] =>
  facts.schema.columns.filter((c) => c.type === 'number' && !except.includes(c.name)).map((c) => c.name)

export function columnComplaints(
  field: string,
  member: string,
  facts: PortFacts | undefined,
  names: readonly string[],
  type?: ColumnSchema['type'],
): Complaint[] {
  if (facts === undefined) return []
  const columns = facts.schema.columns
  const listed = columns.map((c) => c.name).join(', ')
  return names.flatMap((column) => {
    const found = columns.find((c) => c.name === column)
    if (found === undefined) return [{ field, error: stepErrors.STEP_NO_COLUMN({ member, column, columns: listed }) }]
    if (type !== undefined && found.type !== type)
      return [{ field, error: stepErrors.STEP_COLUMN_TYPE({ member, column, actual: found.type, expected: type }) }]
    return []
  })
}

export function holderComplaints(field: string, port: string, member: string, held: Held): Complaint[] {
  const holders = Object.keys(held)
  if (holders.includes(member)) return []
  return [
    { field, error: stepErrors.STEP_MEMBER_HOLDS_NOTHING({ member, port, holders: holders.join(', ') || 'nobody' }) },
  ]
}

/** Columns named of members that hold no part of the value. */
export function strangerComplaints(field: string, port: string, chosen: 'auto' | ColumnRef[], held: Held): Complaint[] {
  if (chosen === 'auto') return []
  return [...new Set(chosen.map((c) => c.party))].flatMap((member) => holderComplaints(field, port, member, held))
}

/** The cost of work that nobody waits for over a link. A task process takes about a quarter of a second to start. */
export const localCost = (seconds: number, memoryBytes: number): Cost => ({
  seconds: seconds + 0.25,
  bytes: {},
  rounds: 0,
  memoryBytes: memoryBytes + 90e6,
})
