import type { DatasetRole } from '@secureflow/api'

/** There is one id and at most one label: whoever was it before becomes a feature. */
export function withRole<T extends { role: DatasetRole }>(columns: readonly T[], at: number, given: Partial<T>): T[] {
  const only = given.role === 'id' || given.role === 'label' ? given.role : undefined
  return columns.map((column, i) => {
    if (i === at) return { ...column, ...given }
    return column.role === only ? { ...column, role: 'feature' } : column
  })
}
