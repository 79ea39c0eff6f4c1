/** What a person should do next, from how things stand; nothing once there was a result. */
import type { SpaceSummary } from '@secureflow/api'

export interface Standing {
  hasNetwork: boolean
  datasets: number
  partners: number
  spaces: readonly Pick<SpaceSummary, 'id' | 'status' | 'awaitsOwn'>[]
  succeeded: boolean
}

export type NextStep =
  | { say: 'nextNetwork' | 'nextPartner'; to: '/partners' }
  | { say: 'nextData'; to: '/data' }
  | { say: 'nextSpace'; to: '/spaces/new' }
  | { say: 'nextSign' | 'nextRun' | 'nextWait'; to: '/spaces/$id'; id: string }

export function nextStep({ hasNetwork, datasets, partners, spaces, succeeded }: Standing): NextStep | undefined {
  if (succeeded) return undefined
  if (!hasNetwork) return { say: 'nextNetwork', to: '/partners' }
  const first = (wanted: (s: Standing['spaces'][number]) => boolean) => spaces.find(wanted)?.id
  const sign = first((s) => s.awaitsOwn)
  if (sign !== undefined) return { say: 'nextSign', to: '/spaces/$id', id: sign }
  const run = first((s) => s.status === 'active')
  if (run !== undefined) return { say: 'nextRun', to: '/spaces/$id', id: run }
  if (datasets === 0) return { say: 'nextData', to: '/data' }
  if (partners === 0) return { say: 'nextPartner', to: '/partners' }
  const wait = first((s) => s.status === 'waiting')
  if (wait !== undefined) return { say: 'nextWait', to: '/spaces/$id', id: wait }
  return { say: 'nextSpace', to: '/spaces/new' }
}
