/** What the page knows of members and datasets, so that a flow is compiled while it is drawn. */
import type { Dataset } from '@secureflow/api'
import type { AssetFacts } from '@secureflow/flow'
import { useQueries, useQuery } from '@tanstack/react-query'
import { datasetsQuery, offeredQuery, sessionQuery, statusQuery } from '../queries.ts'

export interface Facts {
  self: string
  members: string[]
  assets: AssetFacts[]
  own: Dataset[]
  ready: boolean
}

export function useFacts(): Facts {
  const session = useQuery(sessionQuery)
  const status = useQuery(statusQuery)
  const datasets = useQuery(datasetsQuery)
  const self = session.data?.node.name ?? ''
  const members = status.data?.network?.members.map((m) => m.id) ?? [self]
  const offered = useQueries({ queries: members.filter((m) => m !== self).map((m) => offeredQuery(m)) })
  const own = datasets.data ?? []
  const assets = [
    ...own.map(({ id, name, rows, columns, digest, termsHash }) => ({
      id,
      name,
      owner: self,
      rows,
      schema: { columns },
      digest,
      termsHash,
    })),
    ...offered.flatMap((o) => o.data ?? []),
  ]
  const ready = status.isSuccess && datasets.isSuccess && offered.every((o) => !o.isPending)
  return { self, members, assets: assets as AssetFacts[], own, ready }
}
