import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deserialise, serialise, sortByText, Table } from './index.ts'
import { encodedColumn, encodedOf, encodeTexts, rowsOf, TextsBuilder, textAt } from './texts.ts'

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '0', '\0', 'é', '李', '😀', '\ufeff', 'common prefix '),
  maxLength: 12,
})

test('texts come back, and a column made of them says what one of strings says', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (values, marks) => {
      const missing = Uint8Array.from(values, () => Number(marks.next().value))
      const shown = values.map((value, i) => (missing[i] === 1 ? '' : value))
      const texts = encodeTexts(values)
      expect(values.map((_, i) => textAt(texts, i))).toEqual(values)
      const some = missing.includes(1) ? missing : undefined
      for (const cells of [values, shown]) {
        const plain = new Table([{ name: 'x', type: 'text', values: cells, ...(some && { missing: some }) }])
        const made = new Table([encodedColumn('x', encodeTexts(cells), some)])
        expect(serialise(made)).toEqual(serialise(plain))
        const positions = Uint32Array.from(values.keys()).reverse()
        expect(serialise(made.take(positions))).toEqual(serialise(plain.take(positions)))
        expect(deserialise(serialise(made)).columns).toEqual(deserialise(serialise(plain)).columns)
      }
    }),
  )
})

test('a column of bytes makes no strings until they are asked for', () => {
  let read = 0
  const column = encodedColumn('id', encodeTexts(['a', 'bc']))
  const counted = Object.defineProperty(column, 'values', { get: () => ++read && ['a', 'bc'] })
  const table = new Table([counted, { name: 'x', type: 'number', values: Float64Array.of(1, 2) }])
  expect([table.rows, rowsOf(counted), table.take(Uint32Array.of(1)).rows]).toEqual([2, 2, 1])
  expect(encodedOf(deserialise(serialise(table)).column('id'))).toBeDefined()
  table.encodedTexts('id')
  expect(read).toBe(0)
  expect(table.texts('id')).toEqual(['a', 'bc'])
})

test('a builder grows, and takes bytes as they are', () => {
  const builder = new TextsBuilder(3)
  builder.add('é'.repeat(500))
  builder.addBytes(Uint8Array.of(65, 66))
  builder.add('')
  const texts = builder.texts()
  expect([0, 1, 2].map((row) => textAt(texts, row))).toEqual(['é'.repeat(500), 'AB', ''])
})

const codePoints = (a: string, b: string): number => {
  const [x, y] = [new TextEncoder().encode(a), new TextEncoder().encode(b)]
  const at = x.findIndex((byte, i) => byte !== y[i])
  return at < 0 ? x.length - y.length : (x[at] ?? -1) - (y[at] ?? -1)
}

test('rows are sorted by their texts, any prefix, zeros and repeats included', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), (values) => {
      const rows = sortByText(encodeTexts(values), Uint32Array.from(values.keys()))
      expect([...rows].map((row) => values[row])).toEqual(values.toSorted(codePoints))
      expect(new Set(rows).size).toBe(values.length)
    }),
  )
  const many = Array.from({ length: 200_000 }, (_, i) => `customer-${(i * 7919) % 200_000}`)
  const sorted = sortByText(encodeTexts(many), Uint32Array.from(many.keys()))
  expect(Array.from(sorted, (row) => many[row])).toEqual(many.toSorted())
  const zeros = Array.from({ length: 300 }, (_, i) => '\0'.repeat((i * 7) % 300))
  const byLength = sortByText(encodeTexts(zeros), Uint32Array.from(zeros.keys()))
  expect(Array.from(byLength, (row) => zeros[row]!.length)).toEqual(Array.from(zeros.keys()))
})
