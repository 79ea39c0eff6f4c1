/** A task that is aborted before it has begun leaves nothing behind: no channel, and nothing that still prepares. */
import { silentLogger } from '@secureflow/base'
import { expect, it } from 'vitest'
import { ProcessExecutor } from './executor.ts'

it('prepares nothing and opens no channel after it was aborted', async () => {
  let opened = 0
  const executor = new ProcessExecutor({
    channel: () => {
      opened++
      throw new Error('not reached')
    },
    logger: silentLogger,
  })
  const asked = Promise.withResolvers<void>()
  const place = Promise.withResolvers<never>()
  let prepared = false
  const running = executor.start({
    spec: async () => {
      asked.resolve()
      try {
        return await place.promise
      } finally {
        prepared = true
      }
    },
    channels: new Map([['bank-b', '00112233445566778899aabbccddeeff']]),
    agreeInputs: async () => {},
    release: async () => {},
    progress: () => {},
  })
  await asked.promise
  setTimeout(() => place.resolve({} as never), 500)
  await running.abort()
  expect(prepared).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(opened).toBe(0)
  await expect(running.result).rejects.toMatchObject({ code: 'ABORTED' })
})
