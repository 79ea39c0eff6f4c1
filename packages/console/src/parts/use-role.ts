import { mayCall } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { simulated } from '../client.ts'
import { sessionQuery } from '../queries.ts'

/** What the simulation leaves to whoever made it. */
const outside =
  /^(data\.(add|version)|network\.(create|invite|join)|members\.(propose|vote|renew|set|change)|people\.|simulation\.)/

/** Whether whoever is signed in may call a route: what it may not is not offered. The node refuses it in any case. */
export function useMay(): (route: string) => boolean {
  const { data } = useQuery(sessionQuery)
  return (route) =>
    data?.caller !== undefined && mayCall(data.caller.role, route) && !(simulated && outside.test(route))
}
