/** What charts show, from the figures of reports. No React here. */
import type { EChartsCoreOption } from 'echarts/core'
import type { Text } from '../text/index.ts'
import type { Cell } from './csv.ts'

export interface Figure {
  /** In the names of files. */
  key: string
  title: string
  option: EChartsCoreOption
  columns: string[]
  rows: Cell[][]
  height?: number
}

export interface Curve {
  name: string
  x: number[]
  y: number[]
}
export interface NumberTable {
  columns: string[]
  rows: (number | string)[][]
}

export const curveKinds = ['roc', 'pr', 'ks', 'lift'] as const
export type CurveKind = (typeof curveKinds)[number]

/** Two parties that are told apart without colour too. */
const dashes = ['solid', 'dashed', 'dotted', [12, 4, 2, 4]] as const

const frame = (x: string, y: string, legend: boolean) => ({
  grid: { left: 56, right: 18, top: legend ? 40 : 18, bottom: 48 },
  legend: legend ? { top: 4, type: 'scroll' } : undefined,
  tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
  xAxis: { type: 'value', name: x, nameLocation: 'middle', nameGap: 28 },
  yAxis: { type: 'value', name: y, nameLocation: 'middle', nameGap: 40 },
})

const diagonal = {
  type: 'line',
  silent: true,
  showSymbol: false,
  data: [
    [0, 0],
    [1, 1],
  ],
  lineStyle: { type: 'dashed', width: 1, color: '#888888' },
  tooltip: { show: false },
}

export function curveFigure(kind: CurveKind, curves: readonly Curve[], { results }: Text): Figure {
  const { axis, charts, column } = results
  const names: Record<CurveKind, [string, string]> = {
    roc: [axis.falsePositiveRate, axis.truePositiveRate],
    pr: [axis.recall, axis.precision],
    ks: [axis.shareOfRows, axis.distance],
    lift: [axis.shareOfRows, axis.lift],
  }
  const [x, y] = names[kind]
  const several = curves.length > 1
  const made = frame(x, y, several)
  const unit = kind === 'roc' || kind === 'pr'
  return {
    key: kind,
    title: charts[kind],
    columns: [...(several ? [column.series] : []), x, y],
    rows: curves.flatMap((c) => c.x.map((v, i) => [...(several ? [c.name] : []), v, c.y[i]!])),
    option: {
      ...made,
      xAxis: { ...made.xAxis, min: 0, max: 1 },
      yAxis: { ...made.yAxis, ...(unit ? { min: 0, max: 1 } : {}) },
      series: [
        ...curves.map((c, i) => ({
          type: 'line',
          name: c.name,
          showSymbol: c.x.length < 4,
          data: c.x.map((v, j) => [v, c.y[j]!]),
          lineStyle: { type: dashes[i % dashes.length] },
          ...(several ? {} : { areaStyle: { opacity: 0.08 } }),
        })),
        ...(kind === 'roc' ? [diagonal] : []),
      ],
    },
  }
}

/** A named column of a table, as numbers; empty where there is none. */
function numbersOf({ columns, rows }: NumberTable, name: string): number[] {
  const at = columns.indexOf(name)
  return at < 0 ? [] : rows.map((row) => Number(row[at]))
}

const headings = ({ columns }: NumberTable, { results }: Text): string[] =>
  columns.map((c) => results.column[c as keyof typeof results.column] ?? c)

export function calibrationFigure(table: NumberTable, text: Text): Figure {
  const { axis, charts } = text.results
  const [predicted, observed, rows] = ['predicted', 'observed', 'rows'].map((c) => numbersOf(table, c))
  const made = frame(axis.predicted, axis.observed, false)
  return {
    key: 'calibration',
    title: charts.calibration,
    columns: headings(table, text),
    rows: table.rows,
    option: {
      ...made,
      xAxis: { ...made.xAxis, min: 0, max: 1 },
      yAxis: { ...made.yAxis, min: 0, max: 1 },
      series: [{ type: 'line', symbolSize: 8, data: predicted!.map((p, i) => [p, observed![i], rows![i]]) }, diagonal],
    },
  }
}

/** Each label's rows by score: the area under each line is the same. */
export function distributionFigure(table: NumberTable, text: Text): Figure {
  const { axis, charts, column } = text.results
  const [from, to] = ['from', 'to'].map((c) => numbersOf(table, c))
  const steps = (label: 'negatives' | 'positives') => {
    const counts = numbersOf(table, label)
    const all = counts.reduce((sum, n) => sum + n, 0) || 1
    return counts.flatMap((n, i) => {
      const density = n / all / (to![i]! - from![i]!)
      return [
        [from![i], density],
        [to![i], density],
      ]
    })
  }
  return {
    key: 'distribution',
    title: charts.distribution,
    columns: headings(table, text),
    rows: table.rows,
    option: {
      ...frame(axis.score, axis.density, true),
      series: (['negatives', 'positives'] as const).map((label, i) => ({
        type: 'line',
        name: column[label],
        showSymbol: false,
        data: steps(label),
        areaStyle: { opacity: 0.12 },
        lineStyle: { type: dashes[i] },
      })),
    },
  }
}

export interface Confusion {
  threshold: number
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
}

/** By rising threshold. */
export function confusionsOf(table: NumberTable): Confusion[] {
  const names = ['threshold', 'truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const
  const columns = names.map((name) => numbersOf(table, name))
  return table.rows
    .map((_, i) => Object.fromEntries(names.map((name, c) => [name, columns[c]![i]!])) as unknown as Confusion)
    .sort((a, b) => a.threshold - b.threshold)
}

export function ratesOf(c: Confusion) {
  const predicted = c.truePositives + c.falsePositives
  const positives = c.truePositives + c.falseNegatives
  const precision = predicted === 0 ? 0 : c.truePositives / predicted
  const recall = positives === 0 ? 0 : c.truePositives / positives
  return {
    accuracy: (c.truePositives + c.trueNegatives) / (predicted + c.falseNegatives + c.trueNegatives),
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  }
}

export function confusionFigure(table: NumberTable, text: Text): Figure {
  const { axis, charts } = text.results
  const all = confusionsOf(table)
  const made = frame(axis.threshold, '', true)
  return {
    key: 'confusion',
    title: charts.confusion,
    columns: headings(table, text),
    rows: table.rows,
    option: {
      ...made,
      yAxis: { ...made.yAxis, min: 0, max: 1 },
      series: (['accuracy', 'precision', 'recall', 'f1'] as const).map((rate, i) => ({
        type: 'line',
        name: text.figure[rate],
        showSymbol: all.length < 4,
        data: all.map((c) => [c.threshold, ratesOf(c)[rate]]),
        lineStyle: { type: dashes[i] },
      })),
    },
  }
}

interface Weighed {
  columns: string[]
  weights: number[]
  intercept?: number | undefined
  prepared: { name: string }[]
}

/** Largest first; shares only among columns whose weights compare with each other. */
export function weightsFigure(key: string, model: Weighed, text: Text): Figure {
  const { axis, charts, column, intercept } = text.results
  const prepared = new Set(model.prepared.map((p) => p.name))
  const all = model.columns
    .map((name, i) => ({ name, weight: model.weights[i]!, compares: prepared.has(name) }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  const total = all.reduce((sum, c) => sum + (c.compares ? Math.abs(c.weight) : 0), 0)
  const shown = all.slice(0, 40).reverse()
  const label = (c: { name: string; compares: boolean }) => (c.compares ? c.name : `${c.name} *`)
  return {
    key: `${key}-weights`,
    title: charts.coefficients,
    columns: [column.column, column.weight, column.odds, column.importance],
    rows: [
      ...(model.intercept === undefined ? [] : [[intercept, model.intercept, Math.exp(model.intercept), undefined]]),
      ...all.map((c) => [
        label(c),
        c.weight,
        Math.exp(c.weight),
        c.compares && total > 0 ? Math.abs(c.weight) / total : undefined,
      ]),
    ],
    height: Math.max(160, 60 + 22 * shown.length),
    option: {
      grid: { left: 8, right: 24, top: 8, bottom: 40, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
      xAxis: { type: 'value', name: axis.weight, nameLocation: 'middle', nameGap: 26 },
      yAxis: { type: 'category', data: shown.map(label), axisLabel: { width: 130, overflow: 'truncate' } },
      series: [{ type: 'bar', data: shown.map((c) => c.weight), barMaxWidth: 18 }],
    },
  }
}

export function timeFigure(steps: { step: string; planned: number; actual: number | undefined }[], text: Text): Figure {
  const { axis, charts, column } = text.results
  const turned = [...steps].reverse()
  return {
    key: 'time',
    title: charts.time,
    columns: [column.step, column.planned, column.actual],
    rows: steps.map((s) => [s.step, s.planned, s.actual]),
    height: Math.min(1200, Math.max(180, 80 + 30 * steps.length)),
    option: {
      grid: { left: 8, right: 24, top: 36, bottom: 40, containLabel: true },
      legend: { top: 4 },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
      xAxis: { type: 'value', name: axis.seconds, nameLocation: 'middle', nameGap: 26 },
      yAxis: {
        type: 'category',
        data: turned.map((s) => s.step),
        axisLabel: { width: 130, overflow: 'truncate' },
      },
      series: [
        { type: 'bar', name: column.planned, data: turned.map((s) => s.planned), itemStyle: { opacity: 0.45 } },
        { type: 'bar', name: column.actual, data: turned.map((s) => s.actual ?? null) },
      ],
    },
  }
}

/** Information value of each column, from the tables of the explore step. */
export function ivFigure(table: NumberTable, text: Text): Figure {
  const at = table.columns.indexOf('column')
  const iv = numbersOf(table, 'iv')
  const all = table.rows.map((row, i) => ({ name: String(row[at]), iv: iv[i]! })).sort((a, b) => a.iv - b.iv)
  const shown = all.slice(-40)
  return {
    key: 'iv',
    title: text.results.charts.iv,
    columns: headings(table, text),
    rows: table.rows,
    height: Math.max(160, 60 + 22 * shown.length),
    option: {
      grid: { left: 8, right: 24, top: 8, bottom: 40, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
      xAxis: { type: 'value', name: text.results.column.iv, nameLocation: 'middle', nameGap: 26 },
      yAxis: { type: 'category', data: shown.map((c) => c.name), axisLabel: { width: 130, overflow: 'truncate' } },
      series: [{ type: 'bar', data: shown.map((c) => c.iv), barMaxWidth: 18 }],
    },
  }
}

/** Weight of evidence of each bin of one column. */
export function woeFigure(table: NumberTable, name: string, text: Text): Figure {
  const [column, from, to] = ['column', 'from', 'to'].map((c) => table.columns.indexOf(c))
  const rows = table.rows.filter((row) => row[column!] === name)
  const own = { ...table, rows }
  const edge = (v: number | string | undefined) => (typeof v === 'number' ? Number(v.toPrecision(4)) : v)
  return {
    key: `woe-${name}`,
    title: `${text.results.charts.woe}: ${name}`,
    columns: headings(own, text),
    rows,
    option: {
      grid: { left: 56, right: 18, top: 18, bottom: 64 },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true },
      xAxis: {
        type: 'category',
        data: rows.map((row) => `${edge(row[from!])} – ${edge(row[to!])}`),
        axisLabel: { rotate: 30 },
      },
      yAxis: { type: 'value', name: text.results.column.woe, nameLocation: 'middle', nameGap: 40 },
      series: [{ type: 'bar', data: numbersOf(own, 'woe'), barMaxWidth: 36 }],
    },
  }
}

export function correlationFigure(table: NumberTable, text: Text): Figure {
  const [a, b] = ['column', 'other'].map((c) => table.columns.indexOf(c))
  const values = numbersOf(table, 'correlation')
  const names = [...new Set(table.rows.flatMap((row) => [String(row[a!]), String(row[b!])]))]
  const place = new Map(names.map((name, i) => [name, i]))
  const cells = table.rows.flatMap((row, i) => {
    const [x, y] = [place.get(String(row[a!]))!, place.get(String(row[b!]))!]
    const value = Number(values[i]!.toFixed(3))
    return x === y
      ? [[x, y, value]]
      : [
          [x, y, value],
          [y, x, value],
        ]
  })
  const axis = { type: 'category', data: names, axisLabel: { width: 90, overflow: 'truncate' } }
  return {
    key: 'correlation',
    title: text.results.charts.correlation,
    columns: headings(table, text),
    rows: table.rows,
    height: Math.min(900, 140 + 26 * names.length),
    option: {
      grid: { left: 8, right: 16, top: 8, bottom: 56, containLabel: true },
      tooltip: { renderMode: 'richText', confine: true },
      xAxis: { ...axis, axisLabel: { ...axis.axisLabel, rotate: 40 } },
      yAxis: axis,
      visualMap: {
        min: -1,
        max: 1,
        calculable: false,
        orient: 'horizontal',
        left: 'center',
        bottom: 0,
        inRange: { color: ['#b35900', '#f4f4f4', '#1554c0'] },
      },
      series: [{ type: 'heatmap', data: cells, label: { show: names.length <= 12, formatter: '{@[2]}' } }],
    },
  }
}
