/**
 * `npm test`: the whole repository; `npm run test:full` adds the long matrices. Anything else on the line goes to Vitest:
 * `npm test -- packages/kernels`. Tests that need the shared folder say themselves that they are skipped (tests/shared.ts).
 */
import { spawn } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import '../packages/kernels/build.ts'
import '../packages/ledger/build.ts'

const root = resolve(import.meta.dirname, '..')
const full = process.argv.includes('--full')
const rest = process.argv.slice(2).filter((arg) => arg !== '--full')

const vitest = spawn('vitest', ['run', '--reporter=default', '--reporter=./scripts/skipped.ts', ...rest], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
    ...(full ? { SECUREFLOW_FULL: '1' } : {}),
  },
})
vitest.on('error', (error) => {
  console.error(`Vitest did not start (${error.message}); run npm install.`)
  process.exitCode = 1
})
vitest.on('exit', (code) => {
  process.exitCode = code ?? 1
})
