/** A node as its operator meets it: started, asked, killed, started again, ended. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const run = promisify(execFile)
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'secureflow-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const command = async (home: string, ...args: string[]): Promise<string> =>
  (await run(process.execPath, [main, '--home', home, ...args])).stdout

async function startNode(home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, '--home', home, 'node', 'start', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  expect(JSON.parse(line.toString())).toMatchObject({ name: 'centre', pid: child.pid })
  return child
}

test('start, found a network, add data; kill -9; start again and everything is there; end in good order', async () => {
  const home = join(folder(), 'home')
  await command(home, 'init', '--name', 'centre', '--people', '127.0.0.1:0', '--peers', '127.0.0.1:0', '--json')
  const first = await startNode(home)
  const { id } = JSON.parse(await command(home, 'network', 'create', '--json')) as { id: string }
  const csv = join(home, 'loans.csv')
  writeFileSync(csv, 'id,default\nc1,0\nc2,1\n')
  const terms = join(home, 'terms.yaml')
  writeFileSync(
    terms,
    'members: [bank-a]\npurposes: [credit]\ncomponents: any\ndisclosures: {}\nminimumRows: 10\nexpires: 2099-12-31\n',
  )
  await command(home, 'data', 'add', csv, '--name', 'loans', '--id', 'id', '--label', 'default', '--terms', terms)
  first.kill('SIGKILL')
  await once(first, 'exit')

  const second = await startNode(home)
  const [status, shown] = await Promise.all([
    command(home, 'node', 'status', '--json'),
    command(home, 'data', 'show', 'loans', '--json'),
  ])
  expect(JSON.parse(status)).toMatchObject({
    network: { id, founder: 'centre', members: [{ id: 'centre', self: true }] },
  })
  expect(JSON.parse(shown)).toMatchObject({
    rows: 2,
    registered: true,
    terms: { members: ['bank-a'], minimumRows: 10 },
  })
  const held = await command(home, 'node', 'start').catch((error: { code: number; stderr: string }) => error)
  expect(held).toMatchObject({ code: 2, stderr: expect.stringMatching(/^HOME_LOCKED/) })

  const ended = once(second, 'exit')
  await command(home, 'node', 'stop')
  expect(await ended).toEqual([0, null])
  expect(readFileSync(join(home, 'logs', 'node.log'), 'utf8')).toMatch(/"msg":"node up"/)
})
