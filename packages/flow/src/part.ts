/** Who plays a part: rules that read the step's inputs, `at` and parameters, so that a flow need not say it twice. */
import type { Text } from './component.ts'
import type { PartyRef } from './params.ts'

/** A part is played by exactly one member, by one or more, or by any number. */
export type PartCount = 'one' | 'many' | 'any'

export interface Binding {
  /** The member named by `at`. */
  at: string | undefined
  /** Parsed, with members in place of aliases. */
  params: Record<string, unknown>
  /** Members that hold an input, in the order of the flow's parties. */
  holders: (port: string) => string[]
  dealer: string | undefined
  /** Members that play an earlier part of this step. */
  taken: ReadonlySet<string>
}

export interface PartRule {
  count: PartCount
  /** What the part gives and gets. */
  about: Text
  members: (binding: Binding) => string[]
}

const listed = (member: string | undefined): string[] => (member === undefined ? [] : [member])

/** The member named by `at`. */
export const placed = (about: Text): PartRule => ({ count: 'one', about, members: ({ at }) => listed(at) })

/** The one member that holds the input. */
export const holderOf = (port: string, about: Text): PartRule => ({
  count: 'one',
  about,
  members: ({ holders }) => holders(port),
})

/** Every member that holds the input. */
export const holdersOf = (port: string, about: Text): PartRule => ({
  count: 'many',
  about,
  members: ({ holders }) => holders(port),
})

/** Every holder of the input that plays no earlier part. */
export const otherHoldersOf = (port: string, about: Text, count: PartCount = 'many'): PartRule => ({
  count,
  about,
  members: ({ holders, taken }) => holders(port).filter((m) => !taken.has(m)),
})

/** The member whom a parameter names, by itself (`to: lender`) or by a column (`label: lender.default`). */
export const memberIn = (param: string, about: Text): PartRule => ({
  count: 'one',
  about,
  members: ({ params }) => [(params[param] as PartyRef).party],
})

/** The flow's dealer. */
export const theDealer = (about: Text): PartRule => ({ count: 'one', about, members: ({ dealer }) => listed(dealer) })
