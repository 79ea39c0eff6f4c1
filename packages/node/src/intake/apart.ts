/** Carries a job out in a child process, so that neither the engine's memory nor its work burdens the node. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { baseErrors, type ErrorJson, errorFromJson } from '@secureflow/base'
import type { JobName, RequestOf, ResultOf } from './jobs.ts'

const child = fileURLToPath(new URL('./child.ts', import.meta.url))
/** Megabytes of JavaScript; the engine has its own. */
const heapMb = 2048

export const childArguments = [`--max-old-space-size=${heapMb}`, child]
export const childOptions: { stdio: ['pipe', 'pipe', 'ignore']; env: NodeJS.ProcessEnv } = {
  stdio: ['pipe', 'pipe', 'ignore'],
  env: { PATH: process.env.PATH ?? '' },
}

type Message = { progress: { done: number; total: number } } | { result: unknown } | { error: ErrorJson }

export interface ApartOptions {
  signal: AbortSignal
  progress?: (done: number, total: number) => void
}

/** @throws what the job throws; ABORTED when the signal ends it */
export async function apart<N extends JobName>(
  name: N,
  request: RequestOf<N>,
  { signal, progress }: ApartOptions,
): Promise<ResultOf<N>> {
  if (signal.aborted) throw baseErrors.ABORTED({})
  const process_ = spawn(process.execPath, childArguments, childOptions)
  const kill = () => process_.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  try {
    return await new Promise<ResultOf<N>>((resolve, reject) => {
      let answer: Exclude<Message, { progress: unknown }> | undefined
      createInterface({ input: process_.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as Message
        if ('progress' in message) progress?.(message.progress.done, message.progress.total)
        else answer = message
      })
      process_.stdin.on('error', () => {}) // it ended before it read: its end says so
      process_.once('error', (cause) =>
        reject(baseErrors.INTERNAL({ what: 'the table could not be worked on' }, { cause })),
      )
      process_.once('close', (code, ended) => {
        if (signal.aborted) reject(baseErrors.ABORTED({}))
        else if (answer === undefined)
          reject(baseErrors.INTERNAL({ what: `the work on the table ended early (${ended ?? code})` }))
        else if ('error' in answer) reject(errorFromJson(answer.error))
        else resolve(answer.result as ResultOf<N>)
      })
      process_.stdin.write(`${JSON.stringify({ name, request })}\n`)
    })
  } finally {
    signal.removeEventListener('abort', kill)
    kill()
  }
}
