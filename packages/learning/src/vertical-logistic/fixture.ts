/** Tables for tests of training, and a run of all parties over memory wires. */
import type { Platform } from '@secureflow/base'
import { type Mesh, type MeshOptions, memorySessions } from '@secureflow/protocols/testing'
import type { LogisticParams } from './params.ts'
import { type OwnWeights, trainVerticalLogistic } from './train.ts'

export interface Columns {
  columns: number
  /** Row-major. */
  x: Float64Array
}

export interface Joint {
  rows: number
  y: Float64Array
  /** One block a party. */
  blocks: Columns[]
  /** Which party has the label, default the first. */
  labelAt?: number
}

export const agreedSeed = Uint8Array.from({ length: 32 }, (_, i) => 7 * i)

/** All blocks side by side. */
export function joined({ rows, blocks }: Joint): Columns {
  const columns = blocks.reduce((sum, b) => sum + b.columns, 0)
  const x = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    let at = i * columns
    for (const b of blocks) {
      x.set(b.x.subarray(i * b.columns, (i + 1) * b.columns), at)
      at += b.columns
    }
  }
  return { columns, x }
}

/** The rows with these numbers. */
export function rowsOf(table: Joint, rows: readonly number[]): Joint {
  const blocks = table.blocks.map(({ columns, x }) => ({
    columns,
    x: Float64Array.from(rows.flatMap((i) => [...x.subarray(i * columns, (i + 1) * columns)])),
  }))
  return { ...table, rows: rows.length, y: Float64Array.from(rows, (i) => table.y[i]!), blocks }
}

/** A made-up table with signal in every column; values of both signs up to about 3. */
export function madeUp(rows: number, columnsPerParty: readonly number[], seed = 1): Joint {
  let state = seed
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const blocks = columnsPerParty.map((columns) => ({
    columns,
    x: Float64Array.from({ length: rows * columns }, () => 2 * (uniform() + uniform() + uniform()) - 3),
  }))
  const { columns, x } = joined({ rows, y: new Float64Array(0), blocks })
  const y = Float64Array.from({ length: rows }, (_, i) => {
    let z = -0.3
    for (let j = 0; j < columns; j++) z += x[i * columns + j]! * (j % 2 === 0 ? 0.8 : -0.5)
    return uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0
  })
  return { rows, y, blocks }
}

export function trainingMesh(
  platform: Platform,
  parties: number,
  { labelAt = 0, ...options }: Partial<MeshOptions> & { labelAt?: number } = {},
): Mesh {
  const data = Array.from({ length: parties }, (_, i) => ({ id: `p${i}`, part: i === labelAt ? 'label' : 'feature' }))
  return memorySessions([...data, { id: 'dealer', part: 'dealer' }], {
    platform,
    wire: { timeoutMs: 2000 },
    ...options,
  })
}

/** Every party's outcome, the dealer's last. */
export function settleTraining(
  mesh: Mesh,
  table: Joint,
  params: LogisticParams,
): Promise<PromiseSettledResult<OwnWeights | undefined>[]> {
  const { blocks, y, labelAt = 0 } = table
  return Promise.allSettled(
    mesh.sessions.map((session, i) => {
      const block = blocks[i]
      if (block === undefined) return trainVerticalLogistic(session, { params, seed: agreedSeed })
      const rows = block.x.length / block.columns
      const own = { rows, columns: block.columns, features: block.x, ...(i === labelAt ? { label: y } : {}) }
      return trainVerticalLogistic(session, { params, seed: agreedSeed, own })
    }),
  )
}

export interface Trained {
  /** Of all parties' columns side by side. */
  weights: number[]
  intercept: number
  epochs: number
  rounds: number
}

export async function trainAll(mesh: Mesh, table: Joint, params: LogisticParams): Promise<Trained> {
  const settled = await settleTraining(mesh, table, params)
  const failed = settled.find((s) => s.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const own = settled.slice(0, -1).map((s) => (s as PromiseFulfilledResult<OwnWeights>).value)
  const { intercept, epochs, rounds } = own[table.labelAt ?? 0]!
  return { weights: own.flatMap((o) => [...o.weights]), intercept: intercept!, epochs, rounds }
}

export function linearScores(table: Columns, weights: ArrayLike<number>, intercept: number): Float64Array {
  const { columns, x } = table
  return Float64Array.from({ length: x.length / columns }, (_, i) => {
    let z = intercept
    for (let j = 0; j < columns; j++) z += x[i * columns + j]! * weights[j]!
    return z
  })
}
