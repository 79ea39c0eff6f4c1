import { mayCall } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../queries.ts'

/** Whether whoever is signed in may call a route: what it may not is not offered. The node refuses it in any case. */
export function useMay(): (route: string) => boolean {
  const { data } = useQuery(sessionQuery)
  return (route) => data?.caller !== undefined && mayCall(data.caller.role, route)
}
