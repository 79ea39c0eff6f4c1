/** Asks again for what is shown when the node says that it changed. A query's key begins with its topic. */
import type { QueryClient } from '@tanstack/react-query'
import { root } from './client.ts'

export function listen(queries: QueryClient, told: (connected: boolean) => void): () => void {
  const source = new EventSource(`${root}/events`)
  source.onopen = () => told(true)
  // The browser dials again by itself and names the last event that it saw.
  source.onerror = () => told(false)
  source.onmessage = ({ data }) => {
    for (const topic of JSON.parse(data) as string[])
      void queries.invalidateQueries(topic === '*' ? {} : { queryKey: topic.split('/') })
  }
  return () => source.close()
}
