import { expect, test } from 'vitest'
import { en } from '../text/en.ts'
import { csvOf } from './csv.ts'
import {
  calibrationFigure,
  confusionsOf,
  correlationFigure,
  curveFigure,
  distributionFigure,
  ratesOf,
  weightsFigure,
} from './options.ts'

const dataOf = (figure: { option: unknown }, i: number) =>
  (figure.option as { series: { data: number[][] }[] }).series[i]!.data

test('a cell that a spreadsheet would calculate stays a text, and quotes and commas stay in their cell', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['=1+1', 'x,"y"'],
        [-1.5, undefined],
      ],
    ),
  ).toBe('a,b\r\n\'=1+1,"x,""y"""\r\n-1.5,\r\n')
})

test('curves of several runs are told apart in chart and table', () => {
  const curves = [
    { name: 'one', x: [0, 1], y: [0, 1] },
    { name: 'two', x: [0, 0.5, 1], y: [0, 0.9, 1] },
  ]
  const figure = curveFigure('roc', curves, en)
  expect(figure.rows).toHaveLength(5)
  expect(figure.columns).toEqual(['Series', 'false positive rate', 'true positive rate'])
  expect(dataOf(figure, 1)).toEqual([
    [0, 0],
    [0.5, 0.9],
    [1, 1],
  ])
})

test('the areas of both labels are one', () => {
  const table = {
    columns: ['from', 'to', 'negatives', 'positives'],
    rows: [
      [0, 0.5, 30, 10],
      [0.5, 1, 10, 40],
    ],
  }
  const figure = distributionFigure(table, en)
  for (const i of [0, 1]) {
    const points = dataOf(figure, i)
    const area = points.reduce((sum, [x, y], k) => (k % 2 === 0 ? sum : sum + (x! - points[k - 1]![0]!) * y!), 0)
    expect(area).toBeCloseTo(1, 12)
  }
})

test('rates at a threshold follow from the counts', () => {
  const columns = ['threshold', 'truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives']
  const [low, high] = confusionsOf({
    columns,
    rows: [
      [0.8, 10, 0, 10, 20],
      [0.2, 20, 10, 0, 10],
    ],
  })
  expect(low!.threshold).toBe(0.2)
  expect(ratesOf(low!)).toEqual({ accuracy: 30 / 40, precision: 20 / 30, recall: 1, f1: 0.8 })
  expect(ratesOf(high!)).toMatchObject({ accuracy: 30 / 40, precision: 1, recall: 0.5 })
  expect(ratesOf({ threshold: 1, truePositives: 0, falsePositives: 0, falseNegatives: 5, trueNegatives: 5 }).f1).toBe(0)
})

test('importance is shared among columns that compare with each other only', () => {
  const { rows } = weightsFigure(
    'model',
    { columns: ['a', 'b', 'c'], weights: [1, -3, 500], intercept: 0.5, prepared: [{ name: 'a' }, { name: 'b' }] },
    en,
  )
  expect(rows.map((r) => [r[0], r[3]])).toEqual([
    ['intercept', undefined],
    ['c *', undefined],
    ['b', 0.75],
    ['a', 0.25],
  ])
})

test('a correlation stands on both sides of the diagonal, and calibration has its diagonal', () => {
  const table = {
    columns: ['column', 'other', 'correlation'],
    rows: [
      ['a', 'a', 1],
      ['a', 'b', -0.25],
    ] as never,
  }
  expect(dataOf(correlationFigure(table, en), 0)).toEqual([
    [0, 0, 1],
    [0, 1, -0.25],
    [1, 0, -0.25],
  ])
  const calibration = { columns: ['rows', 'predicted', 'observed'], rows: [[12, 0.1, 0.2]] }
  expect(dataOf(calibrationFigure(calibration, en), 0)).toEqual([[0.1, 0.2, 12]])
})
