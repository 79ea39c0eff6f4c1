/** Worker threads of Node.js behind the `Workers` of the Platform. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { WorkerHandle, Workers } from '@secureflow/base'

export const nodeWorkers: Workers = {
  parallelism: availableParallelism(),
  spawn(entry): WorkerHandle {
    // Flags that the process was started with (--input-type, --eval) would be refused in a worker.
    const options = { workerData: entry.href, execArgv: [] }
    const worker = new Worker(new URL('./worker-entry.ts', import.meta.url), options)
    const death = Promise.withResolvers<unknown>()
    let terminated = false
    worker.on('error', death.resolve)
    worker.on('exit', death.resolve)
    let held = false
    const hold = (busy: boolean): void => {
      held = busy
      if (busy) worker.ref()
      else worker.unref()
    }
    hold(false)
    return {
      post(message) {
        worker.postMessage(message)
      },
      onMessage(listener) {
        worker.on('message', listener)
        hold(held) // a listener alone would keep the process alive
      },
      onDeath(listener) {
        death.promise.then((cause) => {
          if (!terminated) listener(cause)
        })
      },
      hold,
      async terminate() {
        terminated = true
        await worker.terminate()
      },
    }
  },
}
