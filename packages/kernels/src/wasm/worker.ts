/** What a worker of a team runs: kernel calls over the memory that it shares with the calling thread. */
import type { WorkerPort } from '@secureflow/base'
import { instantiate } from './module.ts'

export interface Start {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
}

/** An exported function of the module and its arguments. */
export interface Call {
  kernel: string
  args: readonly (number | bigint)[]
}

export interface Job {
  id: number
  calls: readonly Call[]
}

/** Id of the reply that says: started. */
export const started = 0

export function serve(port: WorkerPort): void {
  let kernels: Record<string, (...args: readonly (number | bigint)[]) => unknown> | undefined
  port.onMessage((message) => {
    if (kernels === undefined) {
      const start = message as Start
      kernels = instantiate(start.module, start.memory)
      port.post(started)
      return
    }
    const job = message as Job
    for (const { kernel, args } of job.calls) kernels[kernel]!(...args)
    port.post(job.id)
  })
}
