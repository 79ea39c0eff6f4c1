/** What pages ask the node for. The key is the topic under which the node tells of changes. */
import { SecureflowError } from '@secureflow/base'
import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** The session has ended: whoever holds it is asked for again, and signs in where they are. */
export function heardOf(error: unknown): void {
  if (error instanceof SecureflowError && error.code === 'API_UNAUTHORISED')
    void queryClient.invalidateQueries({ queryKey: ['session'], exact: true })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: heardOf }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      // What the node refused it refuses again; a broken line may heal.
      retry: (count, error) => count < 2 && error instanceof SecureflowError && error.class === 'transport',
    },
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => client.session.show({}, signal),
})
export const statusQuery = queryOptions({
  queryKey: ['network', 'status'],
  queryFn: ({ signal }) => client.node.status({}, signal),
})
export const runsQuery = queryOptions({ queryKey: ['runs'], queryFn: ({ signal }) => client.runs.list({}, signal) })
export const runQuery = (run: string) =>
  queryOptions({ queryKey: ['runs', run, 'detail'], queryFn: ({ signal }) => client.runs.show({ run }, signal) })
export const runEventsQuery = (run: string) =>
  queryOptions({
    queryKey: ['runs', run, 'events'],
    queryFn: ({ signal }) => client.runs.events({ run, since: 0 }, signal),
  })
export const datasetsQuery = queryOptions({ queryKey: ['data'], queryFn: ({ signal }) => client.data.list({}, signal) })
export const datasetQuery = (name: string) =>
  queryOptions({ queryKey: ['data', name], queryFn: ({ signal }) => client.data.show({ name }, signal) })
export const offeredQuery = (member: string) =>
  queryOptions({
    queryKey: ['network', 'offered', member],
    queryFn: ({ signal }) => client.data.offered({ member }, signal),
    staleTime: 60_000,
  })
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => client.people.list({}, signal),
})
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => client.account.show({}, signal),
})
export const invitationsQuery = queryOptions({
  queryKey: ['people', 'invitations'],
  queryFn: ({ signal }) => client.people.invitations({}, signal),
})
export const rulesQuery = queryOptions({
  queryKey: ['people', 'rules'],
  queryFn: ({ signal }) => client.people.rules({}, signal),
})
export const nodeSettingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => client.settings.show({}, signal),
})
export const backupsQuery = queryOptions({
  queryKey: ['backups'],
  queryFn: ({ signal }) => client.backups.list({}, signal),
})
export const tokensQuery = queryOptions({
  queryKey: ['people', 'tokens'],
  queryFn: ({ signal }) => client.people.tokens({}, signal),
})
export const operationsQuery = queryOptions({
  queryKey: ['people', 'operations'],
  queryFn: ({ signal }) => client.people.operations({ limit: 200 }, signal),
})
export const draftsQuery = queryOptions({
  queryKey: ['drafts'],
  queryFn: ({ signal }) => client.drafts.list({}, signal),
})
/** Not asked for again while it is drawn: what somebody else saved is told when this one is saved. */
export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ['draft', id],
    queryFn: ({ signal }) => client.drafts.show({ id }, signal),
    staleTime: 0,
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
export const draftVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['draft', id, 'versions'],
    queryFn: ({ signal }) => client.drafts.versions({ id }, signal),
    staleTime: 0,
  })
/** What was saved under a number never changes. */
export const draftVersionQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['draft', id, 'versions', version],
    queryFn: ({ signal }) => client.drafts.show({ id, version }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
export const requestsQuery = queryOptions({
  queryKey: ['requests'],
  queryFn: ({ signal }) => client.requests.list({}, signal),
})
export const requestQuery = (id: string) =>
  queryOptions({ queryKey: ['requests', id], queryFn: ({ signal }) => client.requests.show({ id }, signal) })
export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: ({ signal }) => client.grants.list({}, signal),
})
export const membersQuery = queryOptions({
  queryKey: ['members', 'list'],
  queryFn: ({ signal }) => client.members.list({}, signal),
})
export const proposalsQuery = queryOptions({
  queryKey: ['members', 'proposals'],
  queryFn: ({ signal }) => client.members.proposals({}, signal),
})
export const assetsQuery = (wanted: { text?: string; tag?: string; kind?: 'dataset' | 'flow' | 'model' | 'compute' }) =>
  queryOptions({
    queryKey: ['assets', 'list', wanted],
    queryFn: ({ signal }) => client.assets.list({ ...wanted, limit: 200 }, signal),
  })
export const assetQuery = (asset: string) =>
  queryOptions({ queryKey: ['assets', asset], queryFn: ({ signal }) => client.assets.show({ asset }, signal) })
export const lineageQuery = (asset: string) =>
  queryOptions({
    queryKey: ['assets', asset, 'lineage'],
    queryFn: ({ signal }) => client.assets.lineage({ asset }, signal),
  })
export const spacesQuery = queryOptions({
  queryKey: ['spaces'],
  queryFn: ({ signal }) => client.spaces.list({}, signal),
})
export const spaceQuery = (id: string) =>
  queryOptions({ queryKey: ['spaces', id], queryFn: ({ signal }) => client.spaces.show({ id }, signal) })
export const simulationQuery = queryOptions({
  queryKey: ['simulation'],
  queryFn: ({ signal }) => client.simulation.show({}, signal),
})
export const usageQuery = (days: number | undefined) =>
  queryOptions({
    queryKey: ['runs', 'usage', days ?? 0],
    queryFn: ({ signal }) =>
      client.usage.show(
        { by: 'asset', ...(days === undefined ? {} : { since: Date.now() - days * 86_400_000 }) },
        signal,
      ),
  })
