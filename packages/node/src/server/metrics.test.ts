import { describe, expect, it } from 'vitest'
import { NodeMetrics } from './metrics.ts'

describe('NodeMetrics', () => {
  it('counts what ended at this node, without a word that a flow or a partner chose', async () => {
    const metrics = new NodeMetrics({ linksUp: () => 2, members: () => 3, ledgerHeight: () => 7 })
    const task = { task: 0, step: 'a-secret-name', attempt: 1, party: 'bank-a' }
    metrics.count({ kind: 'task-finished', ...task, bytesSent: 1, bytesReceived: 1, seconds: 2.5 })
    metrics.count({ kind: 'run-succeeded', seconds: 3 })
    const text = await metrics.text()
    expect(text).toContain('secureflow_tasks_total{outcome="finished"} 1')
    expect(text).toContain('secureflow_task_seconds_total 2.5')
    expect(text).toContain('secureflow_runs_total{outcome="succeeded"} 1')
    expect(text).toContain('secureflow_links_up 2')
    expect(text).not.toContain('a-secret-name')
  })
})
