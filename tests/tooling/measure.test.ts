import { expect, it } from 'vitest'
import { median } from '../bench/measure.ts'

it('takes the middle, by value and not by spelling', () => {
  expect(median([10, 9, 100])).toBe(10)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([7])).toBe(7)
  expect(() => median([])).toThrow(RangeError)
})
