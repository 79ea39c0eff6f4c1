/** Reading people's files into typed columns, and writing what a run leaves. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { datasetDigest, generateDemoTables, inspect, readTable, writeParquet } from '@secureflow/data'
import { serialise } from '@secureflow/tables'
import { seconds } from './measure.ts'
import type { BenchRow } from './row.ts'

export async function bench(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'secureflow-bench-'))
  const rows: BenchRow[] = []
  const add = async (name: string, work: () => Promise<unknown>, atMost?: number) => {
    const value = await seconds(work, 3, 1)
    rows.push({ name, value, unit: 's', model: 'local', network: 'none', ...(atMost ? { bar: { atMost } } : {}) })
  }
  try {
    const wide = await csv(join(folder, 'wide.csv'), 30_000, 25)
    const long = await csv(join(folder, 'long.csv'), 1_000_000, 8)
    const table = await readTable(long, { id: 'id' })
    await add('read CSV 30,000 x 25', () => readTable(wide, { id: 'id' }), 1)
    await add('read CSV 1,000,000 x 8', () => readTable(long, { id: 'id' }), 2)
    await add('inspect CSV 1,000,000 x 8', () => inspect(long, { id: 'id' }))
    await add('digest of that file', () => datasetDigest(long))
    await add('write Parquet 1,000,000 x 8', () => writeParquet(join(folder, 'long.parquet'), table))
    await add('read Parquet 1,000,000 x 8', () => readTable(join(folder, 'long.parquet')))
    await add('serialise 1,000,000 x 8', async () => serialise(table))
    await add('demo tables', () => generateDemoTables({ seed: 1, folder }), 2)
    return rows
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** An id and columns of numbers. */
async function csv(path: string, rows: number, columns: number): Promise<string> {
  const names = Array.from({ length: columns - 1 }, (_, j) => `x${j}`)
  const lines = Array.from({ length: rows }, (_, i) =>
    [`C${1e7 + i}`, ...names.map((_, j) => (((i * 7919 + j * 104_729) % 1_000_003) / 1000).toFixed(3))].join(','),
  )
  await writeFile(path, `id,${names.join(',')}\n${lines.join('\n')}\n`)
  return path
}
