/** The real command in its own process: help, languages, JSON, exit codes. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCommand } from './program.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const bin = fileURLToPath(new URL('../bin/secureflow.js', import.meta.url))

interface Outcome {
  code: number | null
  out: string
  err: string
}

function run(args: string[], env: Record<string, string> = {}, entry: string[] = [main]): Promise<Outcome> {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [...entry, ...args], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const outcome: Outcome = { code: null, out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    outcome.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    outcome.err += text
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...outcome, code })))
}

function emptyHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secureflow-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'home')
}

test('help explains each noun, in the language of the environment', async () => {
  const english = await run(['--help'], { LANG: 'en_US.UTF-8' })
  expect(english.code).toBe(0)
  for (const noun of ['init', 'node', 'network', 'data', 'flow', 'run', 'audit', 'explain'])
    expect(english.out).toMatch(new RegExp(`^  ${noun} `, 'm'))
  expect(english.out).toMatch(/Exit codes: 0 done, 2 input/)

  const chinese = await run(['data', 'add', '--help'], { LANG: 'zh_CN.UTF-8' })
  expect(chinese.out).toMatch(/用法：/)
  expect(chinese.out).toMatch(/示例：/)
  expect(chinese.out).not.toMatch(/Usage|Options|Examples|display help/)
  expect((await run(['--locale', 'en', '--help'], { LANG: 'zh_CN.UTF-8' })).out).toMatch(/Usage:/)
})

test('wrong input is one sentence with its code, and exit code 2', async () => {
  const { code, out, err } = await run(['init', '--name', 'Bank A', '--home', emptyHome()])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^INVALID_VALUE {2}member name: expected .+\n {2}do {2}Correct member name\./)
})

test.each([
  [['fly'], 'CLI_UNKNOWN_COMMAND'],
  [['data', 'list', '--nmae'], 'CLI_UNKNOWN_OPTION'],
  [['init'], 'CLI_MISSING'],
  [['flow', 'check'], 'CLI_MISSING'],
  [['run', 'show', 'a', 'b'], 'CLI_TOO_MUCH'],
  [['init', '--name', 'bank-a', '--people', 'nonsense'], 'CLI_INVALID'],
  [['network', 'invite', '--hours', '-1'], 'CLI_INVALID'],
])('%j is %s', async (args, code) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => written.mockRestore())
  expect(await runCommand(['--home', emptyHome(), '--locale', 'en', ...args])).toBe(2)
  expect(written.mock.calls.join('')).toMatch(new RegExp(`^${code}  .+\\n  do  .+`))
})

test('init makes a member, says where its passphrase is, and refuses to make another over it', async () => {
  const home = emptyHome()
  const made = await run(['--home', home, 'init', '--name', 'bank-a', '--json'])
  expect(made.code).toBe(0)
  const json = JSON.parse(made.out) as Record<string, string>
  expect(json).toMatchObject({ name: 'bank-a', home, passphraseFile: join(home, 'passphrase') })
  expect(made.err).toContain(join(home, 'passphrase'))
  expect(made.out + made.err).not.toContain(readFileSync(join(home, 'passphrase'), 'utf8').trim())

  const again = await run(['init', '--name', 'bank-b'], { SECUREFLOW_HOME: home, LC_ALL: 'zh_CN.UTF-8' })
  expect(again.code).toBe(2)
  expect(again.err).toMatch(/^HOME_EXISTS {2}目录 .*bank-a。\n {2}处理/)
})

test('a passphrase of the environment is asked for nowhere and written nowhere', async () => {
  const home = emptyHome()
  const made = await run(['--home', home, 'init', '--name', 'bank-a', '--json'], { SECUREFLOW_PASSPHRASE: 'canary-91' })
  expect(JSON.parse(made.out)).not.toHaveProperty('passphraseFile')
  expect(made.err).toBe('')
  const refused = await run(['--home', home, 'node', 'start'])
  expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/^PASSPHRASE_MISSING/) })
})

test('a node that does not run is a matter of connection; with --json the error is JSON too', async () => {
  const home = emptyHome()
  await run(['--home', home, 'init', '--name', 'bank-a', '--people', '127.0.0.1:1'])
  const plain = await run(['--home', home, 'node', 'status'])
  expect(plain).toMatchObject({ code: 5, err: expect.stringMatching(/^API_UNREACHABLE {2}.*\n {2}do {2}Start it/) })
  const json = await run(['--home', home, 'data', 'list', '--json'])
  expect(json.code).toBe(5)
  expect(JSON.parse(json.err)).toMatchObject({ code: 'API_UNREACHABLE', class: 'transport' })
})

test('explain knows the errors of every package, in both languages', async () => {
  const english = await run(['explain', 'home_locked'])
  expect(english).toMatchObject({ code: 0, out: expect.stringMatching(/^HOME_LOCKED {2}Another process/) })
  const chinese = await run(['explain', 'DATA_DUPLICATE_IDS', '--json'], { LANG: 'zh_CN.UTF-8' })
  expect(JSON.parse(chinese.out)).toMatchObject({ code: 'DATA_DUPLICATE_IDS', class: 'input', exitCode: 2 })
})

test('an older Node.js is refused in one sentence', async () => {
  const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.11.0'}})`
  const { code, out, err } = await run([], {}, ['--import', older, bin])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^secureflow needs Node\.js 24 or newer.*需要 Node\.js 24.*\n$/)
})
