/** Runs as people see them: derived from the plan and the record, nothing kept beside them. */
import {
  errorToBody,
  type PlannedTaskView,
  type RunDetail,
  type RunReport,
  type RunSummary,
  type RunTask,
} from '@secureflow/api'
import { decodeReceipt } from '@secureflow/audit'
import { errorFromJson } from '@secureflow/base'
import { type PlannedTask, render } from '@secureflow/flow'
import { readArtifact } from '../tasks/artifacts.ts'
import { runUsage } from '../usage/figures.ts'
import type { Drive } from './drive.ts'
import { failureOf } from './walk.ts'

export function summaryOf({ run, plan, proposal, state }: Drive): RunSummary {
  const { outcome } = state
  return {
    run,
    flow: plan.flow.flow,
    ...(plan.flow.space === undefined ? {} : { space: plan.flow.space }),
    status: outcome?.status ?? (state.registered === undefined ? 'proposed' : 'running'),
    initiator: proposal.initiator,
    parties: plan.members,
    startedAt: state.signedAt,
    ...(state.endedAt === undefined ? {} : { endedAt: state.endedAt }),
    ...(outcome?.status === 'failed' ? { code: outcome.code } : {}),
  }
}

export async function detailOf(drive: Drive, self: string): Promise<RunDetail> {
  const { plan, state } = drive
  const { outcome } = state
  const error =
    outcome?.status !== 'failed'
      ? undefined
      : outcome.error === undefined
        ? failureOf(outcome, self)
        : errorFromJson(outcome.error)
  return {
    ...summaryOf(drive),
    statement: { en: lines(render(plan.statement, 'en')), zh: lines(render(plan.statement, 'zh')) },
    tasks: plan.tasks.map((t) => taskView(drive, t.index)),
    outputs: ownOutputs(drive),
    reports: await reportsOf(drive),
    usage: runUsage(drive, self).parties,
    ...(error === undefined ? {} : { error: errorToBody(error) }),
  }
}

/** A task as it was agreed on. */
export const planned = ({ index, step, component, parties, inputs, cost }: PlannedTask): PlannedTaskView => ({
  index,
  step,
  component,
  parties,
  inputs,
  seconds: cost.seconds,
})

function taskView({ plan, state }: Drive, index: number): RunTask {
  const task = state.tasks.get(index)
  const receipt = task?.done === undefined ? undefined : decodeReceipt(task.done.signed.receipt)
  const sum = (of: 'sentBytes' | 'receivedBytes') => receipt?.channels.reduce((total, c) => total + c[of], 0)
  return {
    ...planned(plan.tasks[index]!),
    attempt: task?.attempt ?? 0,
    // Of a task without a part here, only the end of the run tells.
    status:
      task?.finished !== undefined || state.outcome?.status === 'succeeded'
        ? 'finished'
        : task === undefined || task.attempt === 0
          ? 'waiting'
          : state.outcome?.status === 'failed'
            ? 'failed'
            : 'running',
    ...(receipt === undefined
      ? {}
      : {
          tookSeconds: (receipt.endedAt - receipt.startedAt) / 1000,
          bytesSent: sum('sentBytes')!,
          bytesReceived: sum('receivedBytes')!,
          channels: receipt.channels.map(({ peer, sentBytes, receivedBytes }) => ({ peer, sentBytes, receivedBytes })),
          rounds: task!.done!.rounds,
        }),
  }
}

function ownOutputs({ plan, state }: Drive): RunDetail['outputs'] {
  return [...state.tasks].flatMap(([index, task]) =>
    (task.done?.outputs ?? []).map((o) => ({ step: plan.tasks[index]!.step, ...o })),
  )
}

async function reportsOf(drive: Drive): Promise<RunReport[]> {
  const reports: RunReport[] = []
  for (const { step, type, file } of ownOutputs(drive)) {
    if (type !== 'report') continue
    const artifact = await readArtifact(file)
    if (artifact.type !== 'report') continue
    const { kind: _, ...report } = artifact.report
    reports.push({ step, ...report })
  }
  return reports
}

export const lines = (text: string): string[] => text.split('\n').filter((l) => l !== '')
