/** What the node tells a monitoring system. Labels are members' names and closed words, never data. */
import type { RunNews } from '@secureflow/api'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export class NodeMetrics {
  readonly #registry = new Registry()
  readonly #runs: Counter<'outcome'>
  readonly #tasks: Counter<'outcome'>
  readonly #taskSeconds: Counter

  constructor(now: { linksUp: () => number; members: () => number; ledgerHeight: () => number }) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#runs = new Counter({
      name: 'secureflow_runs_total',
      help: 'Runs that ended',
      labelNames: ['outcome'],
      registers,
    })
    this.#tasks = new Counter({
      name: 'secureflow_tasks_total',
      help: 'Attempts of tasks that ended',
      labelNames: ['outcome'],
      registers,
    })
    this.#taskSeconds = new Counter({
      name: 'secureflow_task_seconds_total',
      help: 'Time spent in task processes',
      registers,
    })
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    gauge('secureflow_links_up', 'Members that are linked now', now.linksUp)
    gauge('secureflow_members', 'Members of the network', now.members)
    gauge('secureflow_ledger_height', 'Height of the ledger as this node holds it', now.ledgerHeight)
  }

  /** What ended at this node. */
  count(news: RunNews): void {
    if (news.kind === 'run-succeeded') this.#runs.inc({ outcome: 'succeeded' })
    else if (news.kind === 'run-failed') this.#runs.inc({ outcome: 'failed' })
    else if (news.kind === 'task-failed') this.#tasks.inc({ outcome: 'failed' })
    else if (news.kind === 'task-finished') {
      this.#tasks.inc({ outcome: 'finished' })
      this.#taskSeconds.inc(news.seconds)
    }
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
