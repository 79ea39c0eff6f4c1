import { expect, test } from 'vitest'
import { piecesOf, visible } from './window.ts'

test('what is in view, with some to spare, lies where it is scrolled to', () => {
  const at = (scroll: number, total = 100_000) => visible({ total, size: 32, max: 8_000_000, scroll, view: 320 })
  expect(at(0)).toEqual({ first: 0, last: 14, offset: 0, pixels: 3_200_000 })
  expect(at(32_000)).toEqual({ first: 996, last: 1014, offset: 31_872, pixels: 3_200_000 })
  expect(at(3_199_680)).toMatchObject({ first: 99_986, last: 100_000 })
  expect(at(0, 3)).toEqual({ first: 0, last: 3, offset: 0, pixels: 96 })
  expect(at(-50, 0)).toMatchObject({ first: 0, last: 0, pixels: 0 })
})

test('a list that is longer than can be drawn still reaches its first and last item', () => {
  const list = { total: 10_000_000, size: 32, max: 8_000_000, view: 320 }
  expect(visible({ ...list, scroll: 0 }).first).toBe(0)
  const end = visible({ ...list, scroll: 8_000_000 - 320 })
  expect(end.last).toBe(10_000_000)
  expect(end.offset + (end.last - end.first) * 32).toBe(8_000_000)
})

test('pieces cover what is seen', () => {
  expect(piecesOf({ first: 190, last: 410 }, 200)).toEqual([0, 1, 2])
  expect(piecesOf({ first: 0, last: 0 }, 200)).toEqual([])
})
