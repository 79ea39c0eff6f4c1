/**
 * Divides aligned rows. Every holder has the same rows in the same order, and every holder computes the same division from
 * the agreed seed or from the identifiers that all of them have; nothing is sent.
 */
import { type Platform, type Rng, randomPermutation, uintLE, utf8 } from '@secureflow/base'
import type { Table } from '@secureflow/tables'
import { inputOf, type RunOf } from '../../run.ts'
import { runErrors } from '../../run-errors.ts'
import { orderColumn, type split } from './declare.ts'

const domain = utf8('secureflow/split/1')

export const run: RunOf<typeof split> = async ({ member, session, inputs, params, agreedSeed }) => {
  const { table, ...rest } = inputOf(inputs, 'of', 'table')
  const { method, every, by } = params
  const seed = params.seed === 'agreed' ? agreedSeed : uintLE(params.seed, 8)
  const { train, test } =
    method === 'every'
      ? everyNth(numericOrder(table, orderColumn(by!, member)), every)
      : atRandom(table.rows, params.test, publicRng(session.platform, seed))
  if (train.length === 0 || test.length === 0)
    throw runErrors.RUN_TOO_FEW_ROWS({ rows: table.rows, train: train.length, test: test.length })
  return { train: { ...rest, table: table.take(train) }, test: { ...rest, table: table.take(test) } }
}

interface Division {
  train: Uint32Array
  test: Uint32Array
}

/** A uniform choice of round(rows · share) test rows; both sides keep the common order. */
function atRandom(rows: number, share: number, rng: Rng): Division {
  const chosen = new Uint8Array(rows)
  for (const i of randomPermutation(rng, rows).subarray(0, Math.round(rows * share))) chosen[i] = 1
  const positions = Uint32Array.from({ length: rows }, (_, i) => i)
  return { train: positions.filter((i) => chosen[i] === 0), test: positions.filter((i) => chosen[i] === 1) }
}

/** Rows 0, n, 2n, ... of this order to test. */
function everyNth(order: Uint32Array, n: number): Division {
  return { train: order.filter((_, i) => i % n !== 0), test: order.filter((_, i) => i % n === 0) }
}

/** Positions in the order of the column: whole numbers by value, and before them and among themselves all else by code unit. */
function numericOrder(table: Table, name: string): Uint32Array {
  const column = table.column(name)
  const positions = Uint32Array.from({ length: table.rows }, (_, i) => i)
  if (column.type === 'number') return positions.sort((a, b) => column.values[a]! - column.values[b]!)
  const whole = column.values.map((id) => (/^[0-9]{1,15}$/.test(id) ? Number(id) : -1))
  return positions.sort((a, b) => {
    const difference = whole[a]! - whole[b]!
    if (difference !== 0) return difference
    const [x, y] = [column.values[a]!, column.values[b]!]
    return x < y ? -1 : x > y ? 1 : 0
  })
}

/** Randomness that everybody can repeat: the seed is public. */
function publicRng(platform: Platform, seed: Uint8Array): Rng {
  return platform.aesCtr(platform.sha256(domain, seed).subarray(0, 16))
}
