import { expect, test } from 'vitest'
import { and, bytes, displayWidth, number, seconds, wrap } from './words.ts'

test('figures as people read them', () => {
  expect([0, 999, 1000, 24_000, 1_234_567].map(number)).toEqual(['0', '999', '1,000', '24,000', '1,234,567'])
  expect([12, 1500, 84e6, 1.25e9].map(bytes)).toEqual(['12 B', '1.5 kB', '84 MB', '1.3 GB'])
  expect([0.04, 9.44, 25.2, 200, 9000].map(seconds)).toEqual(['0 s', '9.4 s', '25 s', '3 min', '2.5 h'])
  expect([and([], 'en'), and(['a'], 'en'), and(['a', 'b', 'c'], 'en'), and(['a', 'b', 'c'], 'zh')]).toEqual([
    '',
    'a',
    'a, b and c',
    'a、b 和 c',
  ])
})

test('lines break between words and Chinese characters, never before closing punctuation', () => {
  expect(displayWidth('得知 a')).toBe(6)
  expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  expect(wrap('甲乙丙丁，戊', 8)).toEqual(['甲乙丙', '丁，戊'])
  expect(wrap('unbreakableword', 4)).toEqual(['unbreakableword'])
  for (const line of wrap('自己的哪些行 bank-b 也有（至多 30,000 行）', 12))
    expect(displayWidth(line)).toBeLessThanOrEqual(12)
})
