/** Runs inside each worker thread: hands the port to the module that the spawner named. */
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerPort } from '@secureflow/base'

const port: WorkerPort = {
  post: (message) => parentPort!.postMessage(message),
  onMessage: (listener) => void parentPort!.on('message', listener),
}
const { serve } = (await import(workerData as string)) as { serve: (port: WorkerPort) => void }
serve(port)
