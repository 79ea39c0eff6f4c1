/** Ready flows, for whatever members, datasets and columns there are: what the console and a new space begin with. */
import type { Flow, FlowStep } from './flow.ts'

export const templateNames = ['credit-risk', 'joint-marketing', 'sales-forecast', 'audience-overlap'] as const
export type TemplateName = (typeof templateNames)[number]

export interface TemplateSide {
  alias: string
  member: string
  asset: string
  /** Column that identifies a row. */
  id: string
  /** Default: all. */
  columns?: string[]
}

export interface TemplateParts {
  sides: [TemplateSide, TemplateSide]
  /** What a model predicts: 0 or 1, at the first side. */
  label?: string
  /** Deals correlated randomness; a joint model needs one. */
  dealer?: string
  purpose?: string
}

const names: Record<TemplateName, string> = {
  'credit-risk': 'joint-credit',
  'joint-marketing': 'joint-marketing',
  'sales-forecast': 'joint-forecast',
  'audience-overlap': 'audience-overlap',
}
const purposes: Record<TemplateName, string> = {
  'credit-risk': 'credit-risk',
  'joint-marketing': 'marketing',
  'sales-forecast': 'sales-forecast',
  'audience-overlap': 'overlap',
}

export function templateFlow(name: TemplateName, parts: TemplateParts): Flow {
  const [a, b] = parts.sides
  const parties = {
    [a.alias]: a.member,
    [b.alias]: b.member,
    ...(parts.dealer === undefined || name === 'audience-overlap' ? {} : { dealer: parts.dealer }),
  }
  const label = `${a.alias}.${parts.label ?? 'label'}`
  const head = { flow: names[name], purpose: parts.purpose ?? purposes[name], parties }
  switch (name) {
    case 'audience-overlap':
      return { ...head, steps: aligned(parts.sides) }
    case 'credit-risk':
      return { ...head, steps: [...jointModel(parts.sides, label), ...ownModel(a.alias, label)] }
    case 'sales-forecast':
      return { ...head, steps: [...jointModel(parts.sides, label), ...ownModel(a.alias, label)] }
    case 'joint-marketing':
      return {
        ...head,
        // Everybody in common is ranked, also those that the model was not tried on: these are the ones to write to.
        steps: [
          ...jointModel(parts.sides, label),
          ...ownModel(a.alias, label),
          step('ranking', 'predict', { model: 'model', rows: 'aligned' }, { to: a.alias }),
        ],
      }
  }
}

function step(name: string, use: string, of: FlowStep['of'], settings: FlowStep['settings'] = {}): FlowStep {
  return { name, use, ...(of === undefined ? {} : { of }), settings }
}

function read(name: string, { alias, asset, id, columns }: TemplateSide): FlowStep {
  return { name, use: 'read-table', at: alias, settings: { asset, id, ...(columns === undefined ? {} : { columns }) } }
}

function aligned([a, b]: TemplateParts['sides']): FlowStep[] {
  const on = a.id === b.id ? a.id : { left: a.id, right: b.id }
  const [left, right] = [`${a.alias}-rows`, `${b.alias}-rows`]
  return [read(left, a), read(right, b), step('aligned', 'psi', { left, right }, { on })]
}

const jointModel = (sides: TemplateParts['sides'], label: string): FlowStep[] => [
  ...aligned(sides),
  step('parts', 'split', 'aligned'),
  step('scaled', 'standardize', 'parts.train'),
  step('model', 'vertical-logistic-regression', 'scaled', { label }),
  step('scores', 'predict', { model: 'model', rows: 'parts.test' }, { to: sides[0].alias }),
  step('quality', 'evaluate', 'scores', { label }),
]

/** What the first side reaches alone, for comparison. */
const ownModel = (to: string, label: string): FlowStep[] => [
  step('own-model', 'local-logistic-regression', 'scaled', { label }),
  step('own-scores', 'predict', { model: 'own-model', rows: 'parts.test' }, { to }),
  step('own-quality', 'evaluate', 'own-scores', { label }),
]
