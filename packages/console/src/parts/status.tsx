import type { RunSummary } from '@secureflow/api'
import { Tag } from 'antd'
import { useText } from '../text/index.ts'

const colours = { proposed: 'blue', running: 'gold', succeeded: 'green', failed: 'red' } as const

export function RunStatus({ status }: { status: RunSummary['status'] }) {
  const { text } = useText()
  return <Tag color={colours[status]}>{text.runs.statusOf[status]}</Tag>
}
