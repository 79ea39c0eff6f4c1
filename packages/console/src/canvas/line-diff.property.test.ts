import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff } from './line-diff.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 }).map((l) => l.join('\n'))

test('what is not added is the one text, what is not removed the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after)
      const without = (kind: string) =>
        lines
          .filter((l) => l.kind !== kind)
          .map((l) => l.line)
          .join('\n')
      expect(without('added')).toBe(before)
      expect(without('removed')).toBe(after)
      if (before === after) expect(lines.every((l) => l.kind === 'same')).toBe(true)
    }),
  )
})
