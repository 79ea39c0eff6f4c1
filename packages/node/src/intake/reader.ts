/** One child process that reads rows, for as long as somebody looks at them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { baseErrors, type ErrorJson, errorFromJson } from '@secureflow/base'
import { childArguments, childOptions } from './apart.ts'
import type { RequestOf, ResultOf } from './jobs.ts'

const idleMs = 60_000
type Answer = { result: ResultOf<'rows'> } | { error: ErrorJson } | { progress: unknown }
interface Asked {
  resolve: (rows: ResultOf<'rows'>) => void
  reject: (error: unknown) => void
}

export class RowReader {
  #child: ChildProcess | undefined
  /** In the order of asking: answers come in the same. */
  #asked: Asked[] = []
  #idle: NodeJS.Timeout | undefined

  /** @throws the DATA_ errors */
  rows(request: RequestOf<'rows'>): Promise<ResultOf<'rows'>> {
    clearTimeout(this.#idle)
    const child = this.#child ?? this.#start()
    return new Promise<ResultOf<'rows'>>((resolve, reject) => {
      this.#asked.push({ resolve, reject })
      child.stdin!.write(`${JSON.stringify({ name: 'rows', request })}\n`)
    }).finally(() => {
      if (this.#asked.length > 0) return
      clearTimeout(this.#idle)
      this.#idle = setTimeout(() => this.close(), idleMs).unref()
    })
  }

  close(): void {
    clearTimeout(this.#idle)
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [...childArguments, 'stay'], childOptions)
    const asked: Asked[] = []
    this.#asked = asked
    this.#child = child
    createInterface({ input: child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer
      if ('progress' in answer) return
      const next = asked.shift()
      if ('error' in answer) next?.reject(errorFromJson(answer.error))
      else next?.resolve(answer.result)
    })
    child.stdin.on('error', () => {}) // it ended: its end says so
    const ended = () => {
      if (this.#child === child) this.#child = undefined
      for (const { reject } of asked.splice(0)) reject(baseErrors.ABORTED({}))
    }
    child.once('error', ended)
    child.once('close', ended)
    return child
  }
}
