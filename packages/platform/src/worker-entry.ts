/** Runs inside each worker thread: hands the port to the module that the spawner named. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Platform, WorkerPort } from '@secureflow/base'

const port: WorkerPort = {
  post: (message) => parentPort!.postMessage(message),
  onMessage: (listener) => void parentPort!.on('message', listener),
}
const platform = async (): Promise<Platform> => (await import('./node.ts')).nodePlatform
const { serve } = (await import(workerData as string)) as {
  serve: (port: WorkerPort, platform: () => Promise<Platform>) => void
}
serve(port, platform)
