/** What a worker of an engine runs: pieces of work under the scalar that it was started with. */
import type { Platform, WorkerPort } from '@secureflow/base'
import type { EcdhSuiteName } from './cost.ts'
import { type EcdhSuite, loadSuite } from './suite.ts'

export interface Start {
  name: EcdhSuiteName
  scalar: Uint8Array
}

export interface Job {
  id: number
  kind: 'mask' | 'multiply'
  /** Digests of items, or elements. */
  bytes: Uint8Array
}

export function serve(port: WorkerPort, platform: () => Promise<Platform>): void {
  let started: Promise<{ suite: EcdhSuite; scalar: Uint8Array }> | undefined
  let last: Promise<void> = Promise.resolve()
  port.onMessage((message) => {
    if (started === undefined) {
      const { name, scalar } = message as Start
      started = platform().then(async (own) => ({ suite: await loadSuite(name, own), scalar }))
      return
    }
    const { id, kind, bytes } = message as Job
    // A failure goes unhandled, which ends the worker and is told to whoever started it.
    last = Promise.all([started, last]).then(([{ suite, scalar }]) => {
      const elements = kind === 'mask' ? suite.hashToGroup(bytes) : bytes
      port.post({ id, bytes: suite.multiply(scalar, elements) })
    })
  })
}
