import { createHash } from 'node:crypto'
import { SecureflowError, toHex } from '@secureflow/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Column, commitTable, deserialise, serialise, Table } from './index.ts'

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** Tables in canonical form: NaN or '' where a cell is missing, a mark only where a cell is. */
const tables: fc.Arbitrary<Table> = fc
  .tuple(fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 5 }), fc.nat(12))
  .chain(([names, rows]) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({
            text: fc.boolean(),
            numbers: fc.array(fc.double(), { minLength: rows, maxLength: rows }),
            texts: fc.array(fc.string({ unit: 'grapheme' }), { minLength: rows, maxLength: rows }),
            marks: fc.array(fc.boolean(), { minLength: rows, maxLength: rows }),
          })
          .map(({ text, numbers, texts, marks }): Column => {
            const missing = marks.includes(true) ? { missing: Uint8Array.from(marks, (m) => (m ? 1 : 0)) } : {}
            return text
              ? { name, type: 'text', values: texts.map((t, i) => (marks[i] ? '' : t)), ...missing }
              : { name, type: 'number', values: Float64Array.from(numbers, (v, i) => (marks[i] ? NaN : v)), ...missing }
          }),
      ),
    ),
  )
  .map((columns) => new Table(columns))

describe('the bytes of a table', () => {
  test('come back as the same table and the same bytes', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const bytes = serialise(table)
        const back = deserialise(bytes)
        expect(back.columns).toEqual(table.columns)
        expect(toHex(serialise(back))).toBe(toHex(bytes))
      }),
    )
  })

  test('are refused when cut, lengthened or replaced, never crash', () => {
    const malformed = (bytes: Uint8Array) => {
      try {
        deserialise(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(SecureflowError)
        return true
      }
      return false
    }
    fc.assert(
      fc.property(tables, fc.nat(), fc.integer({ min: 1, max: 255 }), (table, position, flip) => {
        const bytes = serialise(table)
        expect(malformed(bytes.subarray(0, position % bytes.length))).toBe(true)
        expect(malformed(Uint8Array.of(...bytes, 0))).toBe(true)
        const altered = bytes.slice()
        altered[position % bytes.length]! ^= flip
        malformed(altered) // may be another table, must not throw anything else
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => malformed(bytes)))
  })

  test('come back from a buffer of Node.js, at any offset, and with byte order marks in cells', () => {
    const table = new Table([
      { name: '\ufeffid', type: 'text', values: ['\ufeffa', 'b'] },
      { name: 'x', type: 'number', values: Float64Array.of(1.5, -2), missing: Uint8Array.of(0, 0) },
      { name: 'y', type: 'number', values: Float64Array.of(3, Number.NaN), missing: Uint8Array.of(0, 1) },
    ])
    const bytes = serialise(table)
    for (const offset of [0, 1, 3, 8]) {
      const buffer = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset)
      const back = deserialise(buffer)
      buffer.fill(0xff) // what was read owns its memory
      expect(back.texts('\ufeffid')).toEqual(['\ufeffa', 'b'])
      expect([...back.numbers('x'), ...back.numbers('y')]).toEqual([1.5, -2, 3, Number.NaN])
      expect(back.column('y').missing).toEqual(Uint8Array.of(0, 1))
    }
  })

  test('hold many rows', () => {
    const values = Array.from({ length: 300_000 }, (_, i) => (i % 3 === 0 ? `客户${i}` : `C${i}`))
    const table = new Table([{ name: 'id', type: 'text', values }])
    expect(deserialise(serialise(table)).texts('id')).toEqual(values)
  })

  test('a count that the bytes cannot hold is refused before anything is allocated', () => {
    const bytes = serialise(new Table([{ name: 'x', type: 'number', values: Float64Array.of(1) }]))
    new DataView(bytes.buffer).setUint32(8, 99_999_999, true)
    expect(() => deserialise(bytes)).toThrow(/ends early/)
    new DataView(bytes.buffer).setUint32(8, 4_000_000_000, true)
    expect(() => deserialise(bytes)).toThrow(/too many rows/)
  })
})

describe('commitments', () => {
  const salt = new Uint8Array(32).fill(7)
  const table = (values: number[], name = 'x') =>
    new Table([{ name, type: 'number', values: Float64Array.from(values), missing: new Uint8Array(values.length) }])

  test('depend on salt, values, names and order, and on nothing else', () => {
    const one = toHex(commitTable(sha256, salt, table([1, 2])))
    expect(toHex(commitTable(sha256, salt.slice(), table([1, 2])))).toBe(one)
    const others = [
      commitTable(sha256, new Uint8Array(32), table([1, 2])),
      commitTable(sha256, salt, table([2, 1])),
      commitTable(sha256, salt, table([1, 2, 0])),
      commitTable(sha256, salt, table([1, 2], 'y')),
    ].map(toHex)
    expect(new Set([one, ...others]).size).toBe(5)
  })

  test('what a missing cell happens to hold does not count', () => {
    const gap = (value: number) =>
      new Table([{ name: 'x', type: 'number', values: Float64Array.of(value), missing: Uint8Array.of(1) }])
    expect(commitTable(sha256, salt, gap(5))).toEqual(commitTable(sha256, salt, gap(0)))
  })

  test('a short salt is refused', () => {
    expect(() => commitTable(sha256, new Uint8Array(16), table([1]))).toThrow(RangeError)
  })
})
