/** Runs as people see them: derived from the plan and the record, nothing kept beside them. */
import {
  errorToBody,
  type PlannedTaskView,
  type RunDetail,
  type RunModel,
  type RunReport,
  type RunSummary,
  type RunTask,
} from '@secureflow/api'
import { decodeReceipt } from '@secureflow/audit'
import { errorFromJson } from '@secureflow/base'
import { type PlannedTask, render } from '@secureflow/flow'
import { readArtifact } from '../tasks/artifacts.ts'
import type { TaskTraffic } from '../tasks/control.ts'
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
    purpose: plan.purpose,
    flowText: drive.proposal.flow,
    estimate: plan.estimate,
    grants: drive.proposal.grants.flatMap(({ asset, id }) => {
      const facts = plan.assets.find((a) => a.id === asset)
      return facts === undefined ? [] : [{ asset, name: facts.name, owner: facts.owner, grant: id }]
    }),
    models: await modelsOf(drive),
    statement: { en: lines(render(plan.statement, 'en')), zh: lines(render(plan.statement, 'zh')) },
    tasks: plan.tasks.map((t) => taskView(drive, t.index, self)),
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

function taskView(drive: Drive, index: number, self: string): RunTask {
  const { plan, state } = drive
  const task = state.tasks.get(index)
  const { params, disclosures } = plan.tasks[index]!
  const receipt = task?.done === undefined ? undefined : decodeReceipt(task.done.signed.receipt)
  const sum = (of: 'sentBytes' | 'receivedBytes') => receipt?.channels.reduce((total, c) => total + c[of], 0)
  return {
    ...planned(plan.tasks[index]!),
    attempt: task?.attempt ?? 0,
    params,
    disclosures: disclosures.map(({ id, what, to, from, atMost, gated }) => ({ id, what, to, from, atMost, gated })),
    receipts: receiptsOf(drive, index, self),
    releases: (task?.releases ?? []).map(({ attempt, disclosure, to, count }) => ({ attempt, disclosure, to, count })),
    ...(task?.done?.traffic === undefined ? {} : { traffic: trafficView(task.done.traffic) }),
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

function receiptsOf({ plan, state }: Drive, index: number, self: string): RunTask['receipts'] {
  const task = state.tasks.get(index)
  return plan.tasks[index]!.parties.flatMap(({ id }) => {
    const signed = id === self ? task?.done?.signed : task?.finished?.partners.get(id)
    const receipt = signed === undefined ? undefined : decodeReceipt(signed.receipt)
    if (receipt === undefined) return []
    const { startedAt, endedAt, usage, channels } = receipt
    return [
      {
        party: id,
        startedAt,
        endedAt,
        ...(usage === undefined ? {} : { cpuSeconds: usage.cpuMs / 1000 }),
        bytesSent: channels.reduce((sum, c) => sum + c.sentBytes, 0),
        bytesReceived: channels.reduce((sum, c) => sum + c.receivedBytes, 0),
      },
    ]
  })
}

const trafficView = ({ sendMs, waitMs, classes }: TaskTraffic): NonNullable<RunTask['traffic']> => ({
  sendSeconds: sendMs / 1000,
  waitSeconds: waitMs / 1000,
  classes,
})

function ownOutputs({ plan, state }: Drive): RunDetail['outputs'] {
  return [...state.tasks].flatMap(([index, task]) =>
    (task.done?.outputs ?? []).map((o) => ({ step: plan.tasks[index]!.step, ...o })),
  )
}

async function modelsOf(drive: Drive): Promise<RunModel[]> {
  const models: RunModel[] = []
  for (const { step, type, file } of ownOutputs(drive)) {
    if (type !== 'model') continue
    const artifact = await readArtifact(file)
    if (artifact.type !== 'model') continue
    const { columns, weights, intercept, preparation } = artifact.model
    models.push({
      step,
      columns,
      weights,
      ...(intercept === undefined ? {} : { intercept }),
      prepared: preparation?.columns.filter((c) => columns.includes(c.name)) ?? [],
    })
  }
  return models
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
