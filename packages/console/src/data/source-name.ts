import type { DatasetOrigin } from '@secureflow/api'

/** What a person knows a source by. */
export function sourceName(source: DatasetOrigin): string {
  if (source.kind === 'upload') return source.name
  if (source.kind === 'path') return source.path
  return source.table === undefined ? source.connection : `${source.connection} · ${source.table}`
}
