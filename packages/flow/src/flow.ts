/** The flow IR: a typed DAG of steps as plain data, its canonical form and its hash. */
import { stringify } from 'yaml'
import { digestOf } from './digest.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface FlowStep {
  name: string
  /** Component. */
  use: string
  /** Alias of the party where a source step runs. */
  at?: string
  /** The main input, or inputs by port. */
  of?: string | Record<string, string>
  /** Everything else as written: references for input ports, values for parameters. */
  settings: Record<string, Json>
}

export interface Flow {
  flow: string
  purpose: string
  /** Hex: the space that it is run in. Every party's node holds the run against the space's charter. */
  space?: string
  /** Alias → member id, in written order. The alias `dealer` is reserved for the member that deals correlated randomness. */
  parties: Record<string, string>
  /** In written order, which breaks ties in the order of tasks. */
  steps: FlowStep[]
  /** Where things stand in the text (`steps.model.label` → line), for messages; not part of the flow's identity. */
  lines?: Record<string, number>
}

/** What is hashed, signed and sent: lists where order counts, so that canonical CBOR keeps the order. */
export interface FlowBody {
  flow: string
  purpose: string
  space?: string
  parties: { alias: string; member: string }[]
  steps: FlowStep[]
}

export function flowBody({ flow, purpose, space, parties, steps }: Flow): FlowBody {
  return {
    flow,
    purpose,
    ...(space === undefined ? {} : { space }),
    parties: Object.entries(parties).map(([alias, member]) => ({ alias, member })),
    steps: steps.map(({ name, use, at, of, settings }) => ({
      name,
      use,
      ...(at === undefined ? {} : { at }),
      ...(of === undefined ? {} : { of }),
      settings,
    })),
  }
}

export const flowHash = (flow: Flow): string => digestOf('flow', flowBody(flow))

/** The flow as a person would write it. */
export function formatFlow({ flow, purpose, space, parties, steps }: Flow): string {
  const line = (value: unknown): string =>
    stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trimEnd()
  const width = Math.max(...steps.map((s) => s.name.length)) + 1
  return [
    `flow: ${line(flow)}`,
    ...(purpose === '' ? [] : [`purpose: ${line(purpose)}`]),
    ...(space === undefined ? [] : [`space: ${line(space)}`]),
    `parties: ${line(parties)}`,
    'steps:',
    ...steps.map(
      ({ name, use, at, of, settings }) =>
        `  ${`${name}:`.padEnd(width)} ${line({
          use,
          ...(at === undefined ? {} : { at }),
          ...(of === undefined ? {} : { of }),
          ...settings,
        })}`,
    ),
    '',
  ].join('\n')
}
