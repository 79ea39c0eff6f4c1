/**
 * One job in a process of its own, or with `stay` one after the other. A job comes as a line on stdin, which stays open: when the node goes, so does this
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

/** One after the other, so that answers come in the order of the questions. */
let last: Promise<void> = Promise.resolve()
const stays = process.argv[2] === 'stay'

input.on('line', (line) => {
  last = last.then(() => answer(JSON.parse(line) as Job))
})
input.once('close', () => process.exit(1))

async function answer(job: Job): Promise<void> {
  let told = 0
  const progress = (done: number, total: number): void => {
    const now = Date.now()
    if (now - told < everyMs) return
    told = now
    void tell({ progress: { done, total } })
  }
  await perform(job, progress).then(
    (result) => tell({ result }),
    (error: unknown) => tell({ error: errorToJson(error) }),
  )
  if (!stays) process.exit(0)
}
