/** A first look at a file, for its owner: size, types, gaps, and what each column probably is. */
import type { ColumnType } from '@secureflow/tables'
import { named } from './duckdb.ts'
import { type ReadOptions, withSource } from './read.ts'

export type ColumnRole = 'id' | 'label' | 'feature' | 'other'

export interface ColumnProfile {
  name: string
  type: ColumnType
  missing: number
  distinct: number
  /** A guess, from name, type and counts; a person decides. */
  role: ColumnRole
}

export interface FileProfile {
  rows: number
  columns: ColumnProfile[]
}

const idName = /(^|_|\b)(id|uid|key|no|number|code)$|^(客户|用户|证件|身份证)?(编?号|标识)$/i
const labelName = /^(y|label|target|class|outcome|churn|fraud|revenue|标签|是否.*)$|default|违约/i

export async function inspect(path: string, options: ReadOptions = {}): Promise<FileProfile> {
  return await withSource(path, options, async (source) => {
    const columns = source.schema.columns
    const counts = columns.map(({ name }) => `count(${named(name)}), count(DISTINCT ${named(name)})`)
    const result = await source.run(`SELECT count(*), ${counts.join(', ')} FROM ${source.relation}`)
    const [rows, ...figures] = ((await result.getRows())[0] ?? []).map(Number)
    const profiled = columns.map(({ name, type }, c): ColumnProfile => {
      const missing = rows! - figures[2 * c]!
      const distinct = figures[2 * c + 1]!
      return { name, type, missing, distinct, role: 'other' }
    })
    const id = profiled.find((c) => idName.test(c.name) && c.missing === 0 && c.distinct === rows)
    const label = profiled.find((c) => c !== id && c.distinct === 2 && c.type === 'number' && labelName.test(c.name))
    for (const c of profiled) {
      if (c === id) c.role = 'id'
      else if (c === label) c.role = 'label'
      else if (c.type === 'number' && c.distinct > 1) c.role = 'feature'
    }
    return { rows: rows!, columns: profiled }
  })
}
