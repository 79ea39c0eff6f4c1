import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { lockHome } from './lock.ts'

const holder = fileURLToPath(new URL('../testing/lock-holder.ts', import.meta.url))

async function holdElsewhere(home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holder, home], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  return child
}

test('a home that another process holds is refused, and free again the moment that process is killed', async () => {
  const home = temporaryFolder()
  const child = await holdElsewhere(home)
  expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'HOME_LOCKED', class: 'input' }))
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = lockHome(home)
  lock.close()
})

test('one process cannot hold a home twice, and another can have it once it was given back', async () => {
  const home = temporaryFolder()
  const lock = lockHome(home)
  expect(() => lockHome(home)).toThrow(expect.objectContaining({ code: 'HOME_LOCKED' }))
  lock.close()
  await holdElsewhere(home)
})
