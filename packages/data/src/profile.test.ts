import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { informationValue, profileTable, readRows } from './profile.ts'

const root = mkdtempSync(join(tmpdir(), 'profile-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const path = join(root, 't.csv')

test('figures, values, relations to the label; values of ids and sensitive columns are not listed', async () => {
  const rows = Array.from(
    { length: 100 },
    (_, i) =>
      `k${i},${i < 50 ? 0 : 1},${i},${100 - i},${i % 4 === 0 ? '' : i % 3},secret${i % 2},${i % 5 === 0 ? 'a' : 'b'},7`,
  )
  writeFileSync(path, `id,y,x,minus,gaps,name,grade,constant\n${rows.join('\n')}\n`)
  const seen: number[] = []
  const profile = await profileTable({ path, format: 'csv', id: 'id', label: 'y', unlisted: ['name'] }, (done) =>
    seen.push(done),
  )
  const of = (name: string) => profile.columns.find((c) => c.name === name)!
  expect(profile.rows).toBe(100)
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(of('x').numbers).toMatchObject({ min: 0, max: 99, mean: 49.5 })
  expect(of('x').numbers!.quantiles).toEqual([4.95, 24.75, 49.5, 74.25, 94.05])
  expect(of('x').numbers!.histogram).toEqual(new Array(20).fill(5))
  expect(of('x').correlation).toBeCloseTo(0.866, 3)
  expect(of('minus').correlation).toBeCloseTo(-0.866, 3)
  expect(of('x').iv).toBeGreaterThan(3)
  expect(of('grade').iv).toBeCloseTo(0, 5)
  expect(of('gaps')).toMatchObject({ count: 75, missing: 25, distinct: 3 })
  expect(of('constant').numbers!.histogram).toEqual([100])
  expect(of('grade').top).toEqual([
    { value: 'b', count: 80 },
    { value: 'a', count: 20 },
  ])
  expect(of('id').top).toBeUndefined()
  expect(JSON.stringify(profile)).not.toContain('secret')
  const { columns, values } = profile.correlations!
  expect(columns).toEqual(['y', 'x', 'minus', 'gaps'])
  expect(values[1]![2]).toBeCloseTo(-1, 10)
})

test('the information value of a feature that says nothing is 0, of one that says all is large', () => {
  expect(
    informationValue([
      [50, 50],
      [50, 50],
    ]),
  ).toBeCloseTo(0, 12)
  expect(
    informationValue([
      [100, 0],
      [0, 100],
    ]),
  ).toBeGreaterThan(5)
})

test('rows by their place, numbers as people write them', async () => {
  writeFileSync(path, `id,n\n${Array.from({ length: 5000 }, (_, i) => `0${i},${i / 2}`).join('\n')}\n`)
  const rows = await readRows({ path, format: 'csv', id: 'id', from: 4998, count: 10 })
  expect(rows).toEqual([
    ['04998', '2499'],
    ['04999', '2499.5'],
  ])
})
