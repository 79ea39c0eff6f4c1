/** What the node offers about flows and runs to people; the server and the command line know nothing else of them. */
import type { FlowReport, RunDetail, RunEvents, RunSummary, StartedRun } from '@secureflow/api'
import type { RequestDesk } from '../grants/interface.ts'

export type StartResult = StartedRun

export interface RunService {
  /** Requests, grants, and what terms would say. */
  readonly desk: RequestDesk
  /** Compiles against the network's assets and asks every owner's terms. Nothing but public facts is exchanged. */
  check(flowText: string): Promise<FlowReport>
  /**
   * Checks, proposes, and returns once the run has its id: the rest is told by events. A flow with problems or against
   * somebody's terms comes back with its report; one that waits for people also with its request, and begins by itself.
   */
  start(flowText: string): Promise<StartResult>
  /** Newest first. */
  list(): Promise<RunSummary[]>
  /** @throws RUN_UNKNOWN */
  show(run: string): Promise<RunDetail>
  /** Ends the run for everybody. @throws RUN_UNKNOWN */
  cancel(run: string): Promise<void>
  /**
   * Events after `since`; where there is none yet, waits up to `waitMs` for the next one.
   * @throws RUN_UNKNOWN
   */
  events(run: string, since: number, waitMs: number, signal: AbortSignal): Promise<RunEvents>
}
