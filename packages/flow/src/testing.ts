/** A small set of components and facts for tests of the flow language: real declarations, no protocol behind them. */
import { z } from 'zod'
import {
  type AssetFacts,
  type ComponentRegistry,
  componentRegistry,
  declareComponent,
  type PortFacts,
} from './component.ts'
import { matchedRows, modelWeights, rowCount, score, shape } from './disclosure.ts'
import { columnRef, partyRef } from './params.ts'
import { holderOf, holdersOf, memberIn, otherHoldersOf, placed, theDealer } from './part.ts'

const text = { en: 'test', zh: '测试' }
const table = (at: string[]) => ({ type: 'table' as const, at, about: text })
const model = (at: string[]) => ({ type: 'model' as const, at, about: text })
const common = { version: 1, title: text, about: text }
const free = () => ({ seconds: 1, bytes: {}, rounds: 0, memoryBytes: 1e6 })

const read = declareComponent({
  ...common,
  name: 'read',
  stage: 'source',
  parts: { owner: placed(text) },
  inputs: {},
  outputs: { table: table(['owner']) },
  params: z.strictObject({ asset: z.string() }),
  securityModel: 'local',
  reads: ({ asset }) => [asset],
  discloses: () => [],
  describe: ({ parts, assets: [a] }) => ({
    table: { [parts.owner![0]!]: { rows: a!.rows, expectedRows: a!.rows, schema: a!.schema, assets: [a!.id] } },
  }),
  cost: free,
})

const match = declareComponent({
  ...common,
  name: 'match',
  stage: 'align',
  parts: { left: holderOf('left', text), right: holderOf('right', text) },
  inputs: { left: table(['left']), right: table(['right']) },
  outputs: { table: table(['left', 'right']) },
  params: z.strictObject({ on: z.string() }),
  suite: 'test-match',
  securityModel: 'semi-honest',
  discloses: ({ parts, inputs }) => {
    const rows = (side: 'left' | 'right') => inputs[side]![parts[side]![0]!]!.rows
    const atMost = Math.min(rows('left'), rows('right'))
    return [
      rowCount({ to: 'left', from: 'right', rows: rows('right') }),
      rowCount({ to: 'right', from: 'left', rows: rows('left') }),
      matchedRows({ to: 'left', from: 'right', atMost }),
      matchedRows({ to: 'right', from: 'left', atMost }),
    ]
  },
  uses: ({ params, parts }) =>
    [parts.left![0]!, parts.right![0]!].map((member) => ({ member, column: params.on, use: 'join' })),
  describe: ({ inputs }) => {
    const all: Record<string, PortFacts> = { ...inputs.left, ...inputs.right }
    const rows = Math.min(...Object.values(all).map((f) => f.rows))
    return { table: Object.fromEntries(Object.entries(all).map(([m, f]) => [m, { ...f, rows, expectedRows: rows }])) }
  },
  cost: ({ parts, link }) => {
    const [a, b] = [parts.left![0]!, parts.right![0]!]
    const { roundTripMs } = link(a, b)
    return {
      seconds: 2 + roundTripMs / 1000,
      bytes: { [`${a}>${b}`]: 100, [`${b}>${a}`]: 200 },
      rounds: 3,
      memoryBytes: 2e6,
    }
  },
})

const halve = declareComponent({
  ...common,
  name: 'halve',
  stage: 'prepare',
  parts: { holder: holdersOf('of', text) },
  inputs: { of: table(['holder']) },
  outputs: { one: table(['holder']), two: table(['holder']) },
  params: z.strictObject({ share: z.number().gt(0).lt(1).default(0.5) }),
  securityModel: 'local',
  discloses: () => [],
  describe: ({ inputs }) => ({ one: inputs.of!, two: inputs.of! }),
  cost: free,
})

const fit = declareComponent({
  ...common,
  name: 'fit',
  stage: 'train',
  parts: { label: memberIn('label', text), feature: otherHoldersOf('train', text), dealer: theDealer(text) },
  inputs: { train: table(['label', 'feature']) },
  outputs: { model: model(['label', 'feature']) },
  params: z.strictObject({ label: columnRef(), batch: z.union([z.literal('auto'), z.int().min(1)]).default('auto') }),
  suite: 'test-fit',
  securityModel: 'semi-honest-with-dealer',
  resolve: ({ params, parts, link }) => ({
    ...params,
    batch:
      params.batch === 'auto'
        ? link(parts.label![0]!, parts.feature![0]!).roundTripMs > 5
          ? 1024
          : 128
        : params.batch,
  }),
  discloses: ({ parts, inputs }) => {
    const from = ['label', 'feature']
    const atMost = (m: string) => inputs.train![m]!.schema.columns.length
    const label = parts.label![0]!
    return [
      shape({ to: 'dealer', from }),
      modelWeights({ to: 'label', from, atMost, label }),
      modelWeights({ to: 'feature', from, atMost, label }),
    ]
  },
  uses: ({ inputs }) =>
    Object.entries(inputs.train!).flatMap(([member, f]) =>
      f.schema.columns.map(({ name }) => ({ member, column: name, use: 'train' as const })),
    ),
  describe: ({ inputs }) => ({ model: inputs.train! }),
  cost: ({ parts }) => ({
    seconds: 5,
    bytes: { [`${parts.label![0]!}>${parts.feature![0]!}`]: 1000, [`${parts.dealer![0]!}>${parts.label![0]!}`]: 50 },
    rounds: 40,
    memoryBytes: 3e6,
  }),
})

const apply = declareComponent({
  ...common,
  name: 'apply',
  stage: 'predict',
  parts: { receiver: memberIn('to', text), feature: otherHoldersOf('model', text, 'any') },
  inputs: { model: model(['receiver', 'feature']), rows: table(['receiver', 'feature']) },
  outputs: { scores: { type: 'scores', at: ['receiver'], about: text } },
  params: z.strictObject({ to: partyRef() }),
  securityModel: 'semi-honest',
  discloses: ({ parts, inputs }) =>
    parts.feature!.length === 0
      ? []
      : [score({ to: 'receiver', from: ['receiver', 'feature'], atMost: inputs.rows![parts.receiver![0]!]!.rows })],
  describe: ({ parts, inputs }) => ({ scores: { [parts.receiver![0]!]: inputs.rows![parts.receiver![0]!]! } }),
  cost: free,
})

export const testComponents: ComponentRegistry = componentRegistry([read, match, halve, fit, apply])

const testAsset = (owner: string, name: string, rows: number, columns: string[]): AssetFacts => ({
  id: `${owner}/${name}`,
  name,
  owner,
  rows,
  schema: { columns: columns.map((c) => ({ name: c, type: 'number' })) },
  digest: '11'.repeat(32),
  termsHash: '22'.repeat(32),
})

export const testAssets = [
  testAsset('bank-a', 'loans', 300, ['id', 'default', 'income']),
  testAsset('bank-b', 'payments', 350, ['id', 'late']),
  testAsset('centre', 'secrets', 10, ['id']),
]

export const testFlow = `flow: test
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans:    { use: read, at: lender, asset: loans }
  payments: { use: read, at: partner, asset: payments }
  aligned:  { use: match, of: { left: loans, right: payments }, on: id }
  parts:    { use: halve, of: aligned }
  model:    { use: fit, train: parts.one, label: lender.default }
  scores:   { use: apply, model: model, rows: parts.two, to: lender }
`
