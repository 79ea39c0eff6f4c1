/** Aligns two tables by private set intersection: own rows in the order that both sides share. */
import { intersect } from '@secureflow/protocols/psi'
import { inputOf, type RunOf } from '../../run.ts'
import { runErrors } from '../../run-errors.ts'
import { runs } from './cost.ts'
import type { psi } from './declare.ts'

export const run: RunOf<typeof psi> = async ({ part, session, inputs, params, progress }) => {
  const side = part as 'left' | 'right'
  const { table } = inputOf(inputs, side, 'table')
  const ids = table.texts(params.on[side]) // written alike and distinct since they were read
  const protocol = runs(params.protocol, params.security)
  const suite = protocol === 'ecdh' ? params.suite : undefined
  const matches = await intersect(session, {
    ids,
    as: side,
    learns: params.learns,
    protocol,
    progress,
    ...(suite === undefined ? {} : { suite }),
    ...(protocol === 'ecdh' ? {} : { buckets: params.buckets ?? 1 }),
  })
  if (params.learns !== 'both' && params.learns !== side) return {}
  if (matches.length === 0) throw runErrors.RUN_NOTHING_IN_COMMON({ column: params.on[side], rows: table.rows })
  return { table: { type: 'table', table: table.take(matches.sort(byId(ids))) } }
}

/**
 * The order of the identifiers, which both sides know of the rows in common. The same rows lie in the same order in every
 * run, so that a division by a seed can be repeated: else every run would release figures about yet another set of rows.
 */
const byId =
  (ids: readonly string[]) =>
  (a: number, b: number): number =>
    ids[a]! < ids[b]! ? -1 : 1
