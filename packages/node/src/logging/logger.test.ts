import { readFileSync, statSync } from 'node:fs'
import { baseErrors, randomBytes, toHex } from '@secureflow/base'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { logFile, openLogger } from './logger.ts'

function logged(write: (log: ReturnType<typeof openLogger>) => void): string {
  const home = temporaryFolder()
  const log = openLogger(home, { name: 'bank-a', level: 'debug' })
  write(log)
  log.close()
  expect(statSync(logFile(home)).mode & 0o777).toBe(0o600)
  return readFileSync(logFile(home), 'utf8')
}

test('a line carries time, level, node, fields and message', () => {
  const line = JSON.parse(logged((log) => log.info({ run: 'r1', task: 2 }, 'task started')))
  expect(line).toMatchObject({ level: 'info', node: 'bank-a', run: 'r1', task: 2, msg: 'task started' })
  expect(Date.parse(line.time)).not.toBeNaN()
})

test.each([
  'token',
  'accessToken',
  'passphrase',
  'privateKey',
  'tlsKeyPem',
  'commitmentKey',
  'key',
  'authorization',
  'invitation',
  'seed',
  'salt',
  'share',
  'rows',
  'values',
  'body',
])('what stands under "%s" never reaches the log, at any depth', (name) => {
  const canary = toHex(randomBytes({ fill: (b) => void crypto.getRandomValues(b as Uint8Array<ArrayBuffer>) }, 16))
  const text = logged((log) => {
    log.info({ [name]: canary }, 'top')
    log.info({ a: { b: [{ [name]: [canary, { x: canary }] }] } }, 'deep')
    log.error({ err: Object.assign(new Error('outer'), { [name]: canary }) }, 'error')
  })
  expect(text).not.toContain(canary)
  expect(text.trim().split('\n')).toHaveLength(3)
})

test('bytes are counted and never shown; messages of foreign errors are left out; own errors show code and fields', () => {
  const canary = 'canary-4711'
  const text = logged((log) => {
    log.info({ data: Buffer.from(canary), view: new Float64Array(3) }, 'bytes')
    log.error({ err: new Error(`cannot parse "${canary}"`) }, 'foreign')
    log.error(
      { err: baseErrors.MALFORMED({ label: 'hello', reason: 'short' }, { cause: new Error(canary), party: 'bank-b' }) },
      'own',
    )
  })
  expect(text).not.toContain(canary)
  expect(text).not.toContain(Buffer.from(canary).toString('base64'))
  expect(text).toContain('[24 bytes]')
  const own = JSON.parse(text.trim().split('\n')[2]!)
  expect(own.err).toMatchObject({ code: 'MALFORMED', fields: { label: 'hello' }, party: 'bank-b' })
})

test('a long text is cut, and a deep or circular object ends', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  const text = logged((log) => log.info({ long: 'x'.repeat(10_000), loop }, 'm'))
  expect(text.length).toBeLessThan(1500)
})
