import { expect, test } from 'vitest'
import { Table } from './index.ts'

const table = new Table([
  { name: 'id', type: 'text', values: ['a', 'b', 'c'] },
  { name: 'x', type: 'number', values: Float64Array.of(1, Number.NaN, 3), missing: Uint8Array.of(0, 1, 0) },
])

test('take picks rows in the given order, with their missing marks', () => {
  const taken = table.take(Uint32Array.of(2, 1, 1))
  expect(taken.texts('id')).toEqual(['c', 'b', 'b'])
  expect(taken.column('x').missing).toEqual(Uint8Array.of(0, 1, 1))
  expect(table.take(new Uint32Array()).rows).toBe(0)
})

test('select, without and with keep order and replace by name', () => {
  expect(table.select(['x', 'id']).schema.columns.map((c) => c.name)).toEqual(['x', 'id'])
  expect(table.without(['x']).has('x')).toBe(false)
  expect(table.with({ name: 'x', type: 'number', values: new Float64Array(3) }).columns).toHaveLength(2)
  expect(table.with({ name: 'id', type: 'number', values: new Float64Array(3) }).columns[0]!.type).toBe('number')
  expect(table.with({ name: 'new', type: 'number', values: new Float64Array(3) }).columns[2]!.name).toBe('new')
})

test('columns of unequal length, of one name or of another type are refused', () => {
  const x = table.column('x')
  expect(() => new Table([x, { name: 'y', type: 'text', values: [] }])).toThrow(/0 of 3/)
  expect(() => new Table([x, x])).toThrow(/one name/)
  expect(() => table.numbers('id')).toThrow(/is text/)
  expect(() => table.column('z')).toThrow(/no column/)
})
