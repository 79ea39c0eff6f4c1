/**
 * Disclosures: what one party learns from a component beyond its own input, as data. Terms are written about them, people
 * approve them as sentences, and the node counts every opening against them.
 */

/** Closed list: owners write terms about these words, so each new one needs a sentence, a rule and a line in docs/disclosure.md. */
export const disclosureKinds = [
  'row-count', // how many rows another party brings
  'matched-rows', // which of its own rows another party also has
  'matched-values', // values of named columns of another party, in the rows in common
  'value-range', // a power of two that bounds another party's prepared values
  'model-weights', // the weights of its own columns in a model trained jointly
  'score', // the model's score of each row
  'training-epochs', // after how many epochs training stopped
  'metric', // quality figures
  'shape', // how many rows and columns take part (a dealer's view)
] as const
export type DisclosureKind = (typeof disclosureKinds)[number]

/** As a component declares it: by part. */
export interface Disclosure {
  /** What `session.gate.release` names. With the receiving member it is unique inside a task. */
  id: string
  what: DisclosureKind
  /** Who learns: a part of the component. Where several members play it, each of them learns. */
  to: string
  /** From whose data: parts of the component. */
  from: string[]
  /** At most how many elements (rows, weights, scores, bits) each receiver is told, over public sizes; the node refuses more. */
  atMost: number | ((to: string) => number)
  /** False where the sizes of messages tell it and nothing is opened; all others pass the owner's gate. */
  gated: boolean
  detail?: Record<string, string | number>
}

/** As a plan states it: by member. */
export interface PlannedDisclosure {
  id: string
  what: DisclosureKind
  to: string
  /** Never contains `to` alone: nobody discloses to itself. */
  from: string[]
  atMost: number
  gated: boolean
  detail: Record<string, string | number>
}

type About = { to: string; from: string | string[] }
const parts = (from: string | string[]): string[] => (typeof from === 'string' ? [from] : from)

/** `to` is told how many rows `from` brings; `padded`: filled up to this size, so that it learns no more than that there are no more. */
export const rowCount = ({
  id = 'row-count',
  to,
  from,
  rows,
  padded = false,
}: About & { id?: string; rows: number; padded?: boolean }): Disclosure => ({
  id,
  what: 'row-count',
  to,
  from: parts(from),
  atMost: 1,
  gated: true,
  detail: { rows, ...(padded ? { padded: 1 } : {}) },
})

/** `to` sees the sizes of what is computed, and nothing about values: a dealer's view. */
export const shape = ({ to, from }: About): Disclosure => ({
  id: 'shape',
  what: 'shape',
  to,
  from: parts(from),
  atMost: 1,
  gated: false,
})

/** `to` learns which of its own rows the other party also has. @param by  what is compared, where it is more than one identifier */
export const matchedRows = ({
  id = 'matches',
  to,
  from,
  atMost,
  by,
}: About & { id?: string; atMost: number; by?: string | undefined }): Disclosure => ({
  id,
  what: 'matched-rows',
  to,
  from: parts(from),
  atMost,
  gated: true,
  ...(by === undefined ? {} : { detail: { by } }),
})

/** `to` gets the other's values of these columns, in at most so many rows in common; and how long the longest text of each is. */
export const matchedValues = ({
  id = 'values',
  to,
  from,
  rows,
  columns,
}: About & { id?: string; rows: number; columns: readonly string[] }): Disclosure => ({
  id,
  what: 'matched-values',
  to,
  from: parts(from),
  atMost: rows * columns.length,
  gated: true,
  detail: { columns: columns.join(', '), rows },
})

/** `to` learns a power of two that bounds the other's prepared values. */
export const valueRange = ({ id = 'range', to, from }: About & { id?: string }): Disclosure => ({
  id,
  what: 'value-range',
  to,
  from: parts(from),
  atMost: 1,
  gated: true,
})

/** `to` learns the weights of its own columns in a model of `label`'s label (a member). */
export const modelWeights = ({
  id = 'weights',
  to,
  from,
  atMost,
  label,
}: About & { id?: string; atMost: Disclosure['atMost']; label: string }): Disclosure => ({
  id,
  what: 'model-weights',
  to,
  from: parts(from),
  atMost,
  gated: true,
  detail: { label },
})

/** `to` learns after how many epochs training stopped: one bit an epoch. */
export const trainingEpochs = ({
  id = 'epochs',
  to,
  from,
  atMost,
}: About & { id?: string; atMost: number }): Disclosure => ({
  id,
  what: 'training-epochs',
  to,
  from: parts(from),
  atMost,
  gated: true,
})

/** `to` learns the model's score of each row. */
export const score = ({ id = 'scores', to, from, atMost }: About & { id?: string; atMost: number }): Disclosure => ({
  id,
  what: 'score',
  to,
  from: parts(from),
  atMost,
  gated: true,
})
