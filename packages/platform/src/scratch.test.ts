import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { fileScratch } from './index.ts'

const home = mkdtempSync(join(tmpdir(), 'secureflow-scratch-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let made = 0
const fresh = (): string => join(home, String(made++))
const key = new Uint8Array(32).fill(7)
const bytes = (length: number, first = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i)

test('what was appended and what was written come back, to whoever has the key', async () => {
  const folder = fresh()
  const scratch = fileScratch(folder, key)
  await Promise.all([scratch.append('a', bytes(100)), scratch.append('a', bytes(50, 7)), scratch.append('b', bytes(1))])
  expect(await scratch.read('a')).toEqual(Uint8Array.from([...bytes(100), ...bytes(50, 7)]))
  await scratch.finish()
  await scratch.write('c', bytes(9))
  await scratch.write('c', bytes(3, 1))
  const again = fileScratch(folder, key)
  expect(await again.read('a')).toEqual(Uint8Array.from([...bytes(100), ...bytes(50, 7)]))
  expect([await again.read('b'), await again.read('c'), await again.read('d')]).toEqual([
    bytes(1),
    bytes(3, 1),
    undefined,
  ])
  await expect(fileScratch(folder, new Uint8Array(32)).read('c')).rejects.toMatchObject({ code: 'SCRATCH_DAMAGED' })
  await again.clear()
  expect(() => readdirSync(folder)).toThrow(/ENOENT/)
  expect(await again.read('a')).toBeUndefined()
})

test('files are the account’s alone, and say nothing: not the bytes, and not that two are alike', async () => {
  const folder = fresh()
  const scratch = fileScratch(folder, key)
  const text = new TextEncoder().encode('customer-17 '.repeat(20))
  await scratch.append('a', text)
  await scratch.append('b', text)
  await scratch.finish()
  await scratch.write('c', text)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  for (const file of files) expect(file.includes('customer')).toBe(false)
  expect(files[0]!.subarray(20).equals(files[1]!.subarray(20))).toBe(false)
})

test('a file that was altered, cut, lengthened or exchanged is refused', async () => {
  const folder = fresh()
  const scratch = fileScratch(folder, key)
  await scratch.append('a', bytes(10))
  await scratch.append('a', bytes(10, 20))
  await scratch.finish()
  await scratch.write('c', bytes(10))
  const damaged = { code: 'SCRATCH_DAMAGED' }
  for (const name of ['a', 'c']) {
    const file = join(folder, name)
    const whole = readFileSync(file)
    for (let at = 0; at < whole.length; at++) {
      const altered = Buffer.from(whole)
      altered[at]! ^= 1
      writeFileSync(file, altered)
      await expect(scratch.read(name)).rejects.toMatchObject(damaged)
    }
    for (const length of [1, 15, 17, 19, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length))
      await expect(scratch.read(name)).rejects.toMatchObject(damaged)
    }
    writeFileSync(file, Buffer.concat([whole, whole.subarray(16)]))
    await expect(scratch.read(name)).rejects.toMatchObject(damaged)
    writeFileSync(file, whole)
  }
  writeFileSync(join(folder, 'c'), readFileSync(join(folder, 'a')))
  await expect(scratch.read('c')).rejects.toMatchObject(damaged)
})

test('a folder that cannot be made, and a link in the way of a file, are one clear error', async () => {
  const file = fresh()
  writeFileSync(file, 'a file')
  const unwritable = { code: 'SCRATCH_UNWRITABLE', class: 'input' }
  const scratch = fileScratch(join(file, 'below'), key)
  await expect(scratch.expectRoom(1)).rejects.toMatchObject(unwritable)
  await expect(scratch.append('a', bytes(1))).rejects.toMatchObject(unwritable)
  await expect(scratch.write('a', bytes(1))).rejects.toMatchObject(unwritable)
  const linked = fileScratch(fresh(), key)
  await linked.expectRoom(1)
  symlinkSync(file, join(home, String(made - 1), 'a'))
  await expect(linked.append('a', bytes(1))).rejects.toMatchObject(unwritable)
  expect(readFileSync(file, 'utf8')).toBe('a file')
})

test('room that is not there is missed before anything is written', async () => {
  await expect(fileScratch(fresh(), key).expectRoom(1e18)).rejects.toMatchObject({
    code: 'SCRATCH_FULL',
    fields: { needed: Math.ceil(1e18 / 2 ** 20) },
  })
})

test('a disk that is full while a file grows is one clear error', async () => {
  // The system refuses to let a file of this process grow beyond some blocks, as a full disk would.
  const program = `
    import { fileScratch } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    const scratch = fileScratch(${JSON.stringify(fresh())}, new Uint8Array(32))
    const codes = []
    for (const work of [() => scratch.append('a', new Uint8Array(1e6)), () => scratch.finish(), () => scratch.write('b', new Uint8Array(1e6))])
      await work().catch((error) => codes.push(error.code))
    console.log(codes.join(' '))`
  const limited = [
    '-c',
    'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"',
    process.execPath,
    '--input-type=module-typescript',
  ]
  const { stdout } = await promisify(execFile)('/bin/sh', [...limited, '-e', program])
  expect(stdout.trim()).toBe('SCRATCH_FULL SCRATCH_FULL SCRATCH_FULL')
})
