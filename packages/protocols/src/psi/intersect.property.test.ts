import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idealIntersection } from './functionality.ts'
import { run } from './testing.ts'

const set = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 40 })
const learns = fc.constantFrom('left', 'right', 'both')

test('equals the ideal functionality', async () => {
  const property = fc.asyncProperty(set, set, set, learns, async (common, onlyLeft, onlyRight, who) => {
    const left = [...new Set([...onlyLeft, ...common])]
    const right = [...new Set([...common.toReversed(), ...onlyRight])]
    const ideal = idealIntersection(left, right, who)
    const found = await run(left, right, { learns: who, record: false })
    expect([...found.left].sort((a, b) => a - b)).toEqual([...ideal.left].sort((a, b) => a - b))
    expect([...found.right].sort((a, b) => a - b)).toEqual([...ideal.right].sort((a, b) => a - b))
    if (who === 'both')
      expect(Array.from(found.left, (row) => left[row])).toEqual(Array.from(found.right, (row) => right[row]))
  })
  await fc.assert(property, { numRuns: 100 })
})
