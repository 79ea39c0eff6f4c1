import type { RunSummary } from '@secureflow/api'
import { Mark } from '../parts/mark.tsx'
import { useText } from '../text/index.ts'

const tones = { proposed: 'news', running: 'busy', succeeded: 'good', failed: 'bad' } as const

export function RunStatus({ status }: { status: RunSummary['status'] }) {
  const { text } = useText()
  return <Mark tone={tones[status]}>{text.runs.statusOf[status]}</Mark>
}
