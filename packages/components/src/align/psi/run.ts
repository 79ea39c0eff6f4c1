/** Aligns two tables by private set intersection: own rows in the order that both sides share. */
import { baseErrors } from '@secureflow/base'
import { type EncodedItems, intersectWithValues } from '@secureflow/protocols/psi'
import { sayRules } from '@secureflow/protocols/psi/key-rules'
import { keyItems } from '@secureflow/protocols/psi/keys'
import { type Column, sortByText, type Table } from '@secureflow/tables'
import { inputOf, type RunOf } from '../../run.ts'
import { runErrors } from '../../run-errors.ts'
import { runs } from './cost.ts'
import type { psi } from './declare.ts'
import { columnsFrom, rowsOf } from './delivered.ts'
import { deliveredBy, type KeyColumn, keyColumnsOf, learnsRows, other, type Side } from './options.ts'

export const run: RunOf<typeof psi> = async ({ part, parts, session, inputs, params, signal, progress }) => {
  const side = part as Side
  const { table } = inputOf(inputs, side, 'table')
  const key =
    params.keys === undefined ? identifiers(table, params.on![side]) : await keyOf(table, params.keys, side, signal)
  const protocol = runs(params.protocol, params.security)
  const suite = protocol === 'ecdh' ? params.suite : undefined
  const brings = rowsOf(table, deliveredBy(params, parts, side))
  const partner = parts[other(side)]![0]!
  const theirs = params.delivers === 'none' ? [] : params.delivers.filter((c) => c.party === partner)
  const { rows, values } = await intersectWithValues(session, {
    ...key.compared,
    as: side,
    learns: params.learns,
    protocol,
    progress,
    padTo: { left: sizeIn(params.padLeft), right: sizeIn(params.padRight) },
    expects: theirs.length,
    ...(brings === undefined ? {} : { brings }),
    ...(suite === undefined ? {} : { suite }),
    ...(protocol === 'ecdh' ? {} : { buckets: params.buckets ?? 1 }),
  })
  if (!learnsRows(params, side)) return {}
  if (rows.length === 0)
    throw runErrors.RUN_NOTHING_IN_COMMON({ column: keyColumnsOf(params, side).join(', '), rows: table.rows })
  const placed = sortByText(key.compared.ids, rows.slice())
  const own = table.take(placed)
  const delivered = values === undefined ? [] : columnsFrom(values, partner, theirs, placesOf(placed, rows, table.rows))
  return { table: { type: 'table', table: delivered.reduce((aligned, column) => aligned.with(column), own) } }
}

/** Where each of the rows that were `placed` in order stands among those that were found. */
function placesOf(placed: Uint32Array, found: Uint32Array, rows: number): Uint32Array {
  const place = new Uint32Array(rows)
  for (let i = 0; i < found.length; i++) place[found[i]!] = i
  return placed.map((row) => place[row]!)
}

interface Key {
  /**
   * The aligned rows lie in the order of the ids, which both sides know of the rows in common. The same rows lie in the same
   * order in every run, so that a division by a seed can be repeated: else every run would release figures about yet another
   * set of rows.
   */
  compared: { ids: EncodedItems; absent?: Uint8Array; normalisation?: string }
}

/** Written alike and distinct since they were read. */
const identifiers = (table: Table, name: string): Key => ({ compared: { ids: table.encodedTexts(name) } })

async function keyOf(table: Table, keys: readonly KeyColumn[], side: Side, signal: AbortSignal): Promise<Key> {
  const columns = keys.map((key) => ({ rule: key, values: textsOf(table.column(key[side])) }))
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    if (signal.aborted) throw baseErrors.ABORTED({})
  }
  const { items, absent, present } = await keyItems(columns, turn)
  if (present === 0) {
    const names = keys.map((key) => key[side]).join(', ')
    throw runErrors.RUN_NO_KEYS({ columns: names, rows: table.rows })
  }
  return { compared: { ids: items, absent, normalisation: sayRules(keys) } }
}

const textsOf = (column: Column): (string | undefined)[] =>
  Array.from({ length: column.values.length }, (_, row) => {
    const value = column.values[row]!
    return column.missing?.[row] === 1 || Number.isNaN(value) ? undefined : String(value)
  })

const sizeIn = (padding: 'none' | 'power-of-two' | number): number | undefined =>
  typeof padding === 'number' ? padding : undefined
