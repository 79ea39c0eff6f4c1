/** What a worker of a RingPool runs: rows of products over the memory that it shares with the ring. */
import type { WorkerPort } from '@secureflow/base'
import { instantiate, type Kernels } from './module.ts'
import { type Rows, runRows } from './products.ts'

export interface Start {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** Which scratch is its own, from 1. */
  thread: number
}

export interface Job {
  id: number
  rows: Rows
}

/** Id of the reply that says: started. */
export const started = 0

export function serve(port: WorkerPort): void {
  let kernels: Kernels | undefined
  let thread = 0
  port.onMessage((message) => {
    if (kernels === undefined) {
      const start = message as Start
      thread = start.thread
      kernels = instantiate<Kernels>(start.module, start.memory)
      port.post(started)
      return
    }
    const job = message as Job
    runRows(kernels, job.rows, thread)
    port.post(job.id)
  })
}
