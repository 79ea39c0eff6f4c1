import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const workers = new URL('./workers.ts', import.meta.url).href
/** A module whose `serve` answers after 50 ms. */
const echo = `data:text/javascript,${encodeURIComponent(
  'export const serve = (port) => port.onMessage((m) => setTimeout(() => port.post(m + 1), 50))',
)}`
const script = (body: string): Promise<{ stdout: string }> =>
  run(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { nodeWorkers } from ${JSON.stringify(workers)}
       const worker = nodeWorkers.spawn(new URL(${JSON.stringify(echo)}))
       worker.onMessage((m) => { console.log('answer', m); worker.hold(false) })
       worker.onDeath(() => console.log('died'))
       ${body}`,
    ],
    { timeout: 20_000 },
  )

it('keeps the process alive while held, and no longer', async () => {
  expect((await script('worker.hold(true); worker.post(1)')).stdout).toBe('answer 2\n')
  expect((await script('')).stdout).toBe('')
})

it('reports a death, and not an end that was asked for', async () => {
  const broken = `const other = nodeWorkers.spawn(new URL('file:///no/such/module.ts'))
    other.hold(true); other.onDeath(() => console.log('other died'))`
  expect((await script(broken)).stdout).toBe('other died\n')
  expect((await script('worker.hold(true); await worker.terminate(); await worker.terminate()')).stdout).toBe('')
})
