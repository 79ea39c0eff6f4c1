/**
 * Kinds of parameters that components share. A flow writes aliases; `party` holds the alias after parsing and the member's id
 * once the step is compiled, so that a run sees members only.
 */
import { z } from 'zod'

export interface PartyRef {
  party: string
}

export interface ColumnRef {
  party: string
  column: string
}

/** A party of the flow: `lender`. */
export const partyRef = () =>
  z
    .string()
    .regex(/^[A-Za-z][\w-]*$/, 'expected an alias of the parties')
    .transform((party): PartyRef => ({ party }))

/** A column of one party: `lender.default`; everything after the first dot is the column's name. */
export const columnRef = () =>
  z
    .string()
    .regex(/^[A-Za-z][\w-]*\..+$/, 'expected alias.column')
    .transform((text): ColumnRef => {
      const dot = text.indexOf('.')
      return { party: text.slice(0, dot), column: text.slice(dot + 1) }
    })

/** Columns of the parties named, or every column that fits. */
export const columnRefs = () => z.union([z.literal('auto'), z.array(columnRef()).min(1).max(4096)])

/** The columns of one member, each once, out of a parameter made by `columnRefs`. */
export function columnsOf(param: 'auto' | ColumnRef[], member: string): 'auto' | string[] {
  return param === 'auto' ? param : [...new Set(param.filter((c) => c.party === member).map((c) => c.column))]
}
