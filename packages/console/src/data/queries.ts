import { queryOptions } from '@tanstack/react-query'
import { client } from '../client.ts'

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: ({ signal }) => client.imports.list({}, signal),
})
/** The node tells of changes; asked for again also while something is under way, should the line of events be cut. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => client.imports.show({ id }, signal),
    refetchInterval: ({ state }) => (/ing$/.test(state.data?.state ?? '') ? 2000 : false),
  })
export const badRowsQuery = (id: string) =>
  queryOptions({ queryKey: ['imports', id, 'bad'], queryFn: ({ signal }) => client.imports.bad({ id }, signal) })
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => client.connections.list({}, signal),
})
export const profileQuery = (name: string) =>
  queryOptions({
    queryKey: ['data', name, 'profile'],
    queryFn: ({ signal }) => client.data.profile({ name }, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'computing' ? 2000 : false),
  })
export const useQueryOptions = queryOptions({
  queryKey: ['runs', 'use-of-assets'],
  queryFn: ({ signal }) => client.usage.show({ by: 'asset' }, signal),
})
