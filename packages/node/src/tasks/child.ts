/** The task process: one task of one attempt, told and answered over the pipe. It ends when its task or its node ends. */
import { asSecureflowError, errorFromJson, errorToJson, type Logger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import type { FromTask, TaskUsage, ToTask } from './control.ts'
import { perform } from './perform.ts'
import { TaskEnd } from './pipe.ts'
import { Traffic } from './traffic.ts'
import { TaskWire } from './wire.ts'

/** Progress is news, not a log: at most so often. */
const progressEveryMs = 200

const abort = new AbortController()
const answers = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
let asked = 0
let finished = false

const end = TaskEnd.open({
  control(message) {
    const told = message as unknown as ToTask
    if (told.type === 'start') void work(told)
    else if (told.type === 'abort') abort.abort()
    else {
      const waiting = answers.get(told.id)
      answers.delete(told.id)
      if (told.error === undefined) waiting?.resolve()
      else waiting?.reject(errorFromJson(told.error))
    }
  },
  // The node has heard the end, or is gone itself: then nobody may learn anything more from this attempt. Leaving before
  // the node has read the last message could lose it.
  closed: () => process.exit(finished ? 0 : 3),
})

const tell = (message: FromTask): void => end.send(message)

type Question =
  Extract<FromTask, { type: 'ask' }> extends infer A
    ? A extends { id: number }
      ? Omit<A, 'id' | 'type'>
      : never
    : never

function ask(question: Question): Promise<void> {
  const id = ++asked
  return new Promise((resolve, reject) => {
    answers.set(id, { resolve, reject })
    tell({ type: 'ask', id, ...question } as FromTask)
  })
}

const logger = Object.fromEntries(
  (['debug', 'info', 'warn', 'error'] as const).map((level) => [
    level,
    // Through JSON: what a component logs may hold what CBOR does not take.
    (fields: Record<string, unknown>, message: string) =>
      tell({ type: 'log', level, fields: JSON.parse(JSON.stringify(fields)), message }),
  ]),
) as unknown as Logger

async function work({ spec, channels }: Extract<ToTask, { type: 'start' }>): Promise<void> {
  const wires = new Map(
    channels.map(({ peer, number }) => [
      peer,
      new TaskWire(end, {
        number,
        peer,
        platform: nodePlatform,
        timeoutMs: spec.messageTimeoutMs,
        signal: abort.signal,
      }),
    ]),
  )
  const total = (of: 'sentBytes' | 'receivedBytes'): number =>
    [...wires.values()].reduce((sum, wire) => sum + wire.record()[of], 0)
  let told = 0
  try {
    const traffic = new Traffic(wires, () => performance.now())
    const outputs = await perform(
      spec,
      traffic.wires,
      {
        agreeInputs: (own, partners) => ask({ what: 'inputs', own, partners }),
        release: async (release) => {
          await ask({ what: 'release', ...release })
          traffic.released(release.disclosure, release.to)
        },
        progress: ({ fraction, done, total: of, unit }) => {
          const now = Date.now()
          if (now - told < progressEveryMs && fraction < 1) return
          told = now
          tell({
            type: 'progress',
            fraction,
            ...(done === undefined ? {} : { done }),
            ...(of === undefined ? {} : { total: of }),
            ...(unit === undefined ? {} : { unit }),
            sent: total('sentBytes'),
            received: total('receivedBytes'),
            ...traffic.times(),
          })
        },
        logger,
      },
      abort.signal,
    )
    await Promise.all([...wires.values()].map((wire) => wire.finish()))
    const records = [...wires].map(([peer, wire]) => ({ peer, ...wire.record() }))
    finished = true
    tell({
      type: 'result',
      outputs,
      channels: records,
      rounds: traffic.rounds,
      usage: ownUsage(),
      traffic: traffic.record(),
    })
  } catch (cause) {
    const error = asSecureflowError(cause)
    logger.error({ code: error.code, ...(error.class === 'internal' ? { stack: stackOf(error) } : {}) }, 'task failed')
    for (const wire of wires.values()) wire.close(error)
    finished = true
    tell({ type: 'failed', error: errorToJson(error) })
  }
}

/** All threads, the start of the process included; what it takes to leave is not. */
function ownUsage(): TaskUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuMs: Math.ceil((userCPUTime + systemCPUTime) / 1000), peakMemoryBytes: maxRSS * 1024 }
}

/** Where it broke, without messages: they could quote a value. */
function stackOf(error: Error): string {
  const deepest = error.cause instanceof Error ? error.cause : error
  return (deepest.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .join('\n')
}
