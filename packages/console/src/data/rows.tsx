/** Rows of an own dataset, as far as whoever looks scrolls. */
import { useCallback, useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { LongTable } from '../parts/long-table.tsx'
import { useText } from '../text/index.ts'

export function Rows({
  name,
  digest,
  columns,
  total,
}: {
  name: string
  digest: string
  columns: string[]
  total: number
}) {
  const { text } = useText()
  const [error, setError] = useState<unknown>()
  // Another version, other rows.
  const load = useCallback(
    async (from: number, count: number) => (digest === '' ? [] : (await client.data.rows({ name, from, count })).rows),
    [name, digest],
  )
  return (
    <div className="stack">
      <p className="quiet">{text.intake.rowsAbout}</p>
      {error !== undefined && <Failure error={error} />}
      <LongTable
        key={digest}
        columns={columns}
        total={total}
        label={text.intake.tabs.rows}
        load={load}
        failed={setError}
      />
    </div>
  )
}
