/**
 * One job in a process of its own. It comes as the first line on stdin, which stays open: when the node goes, so does this
 * process. Progress and the answer go to stdout as lines of JSON.
 */
import { createInterface } from 'node:readline'
import { errorToJson } from '@secureflow/base'
import { type Job, perform } from './jobs.ts'

/** Milliseconds between two words about progress. */
const everyMs = 200

const input = createInterface({ input: process.stdin })
const tell = (message: unknown): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()))

input.once('line', (line) => {
  let told = 0
  const progress = (done: number, total: number): void => {
    const now = Date.now()
    if (now - told < everyMs) return
    told = now
    void tell({ progress: { done, total } })
  }
  void perform(JSON.parse(line) as Job, progress)
    .then(
      (result) => tell({ result }),
      (error: unknown) => tell({ error: errorToJson(error) }),
    )
    .then(() => process.exit(0))
})
input.once('close', () => process.exit(1))
