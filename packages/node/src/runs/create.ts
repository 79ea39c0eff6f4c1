/** Fits the runs of a node together: journal, task processes, and the service over them. */
import type { RunNews } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { codeCache } from '../code-cache.ts'
import { type NodeConfig, readConfig } from '../identity/config.ts'
import type { RunsFoundation } from '../node.ts'
import { ProcessExecutor } from '../tasks/executor.ts'
import { openUsage } from '../usage/index.ts'
import type { RunTimes } from './dependencies.ts'
import type { RunService } from './interface.ts'
import { LogJournal } from './journal.ts'
import { Runs } from './service.ts'

export async function createRuns({
  db,
  metrics,
  channel,
  tell,
  ...foundation
}: RunsFoundation): Promise<RunService & { close(): Promise<void> }> {
  const { home, self, ledger, signer, clock, logger } = foundation
  const journal = await LogJournal.open(db, ledger.networkId, signer, clock)
  const executor = new ProcessExecutor({ channel, logger, codeCache })
  const onNews = (news: RunNews, run: string) => {
    tell(`runs/${run}`)
    if (!news.kind.startsWith('task-')) tell('runs')
    if ('party' in news && news.party === self) metrics.count(news)
    else if (news.kind === 'run-succeeded' || news.kind === 'run-failed') metrics.count(news)
  }
  const times = timesOf(readConfig(home).runs)
  const runs = new Runs({ ...foundation, db, components, journal, usage: openUsage(db), executor, times, onNews })
  await runs.open()
  return runs
}

function timesOf(config: NodeConfig['runs'] = {}): Partial<RunTimes> {
  const { absenceSeconds, messageSeconds, proposalSeconds, runSeconds } = config
  const times = {
    absenceMs: absenceSeconds,
    messageTimeoutMs: messageSeconds,
    proposalMs: proposalSeconds,
    runMs: runSeconds,
  }
  return Object.fromEntries(Object.entries(times).flatMap(([name, s]) => (s === undefined ? [] : [[name, s * 1000]])))
}
