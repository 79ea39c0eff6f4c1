/** Flows to begin with, for the members and datasets that there are. */
import type { AssetFacts, Flow, FlowStep } from '@secureflow/flow'

export const templateNames = ['creditRisk', 'marketing', 'overlap'] as const
export type TemplateName = (typeof templateNames)[number]

export interface Surroundings {
  self: string
  /** All members of the network. */
  members: string[]
  assets: readonly AssetFacts[]
  /** Of the own datasets, by name. */
  idColumn: Record<string, string>
  labelColumn: Record<string, string>
}

interface Sides {
  alias: string
  asset: string
  id: string
}

export function template(name: TemplateName, around: Surroundings): Flow {
  const others = around.members.filter((m) => m !== around.self)
  const withData = others.filter((m) => around.assets.some((a) => a.owner === m))
  const partner = withData[0] ?? others[0] ?? 'partner'
  const dealer = others.find((m) => m !== partner)
  const own = around.assets.find((a) => a.owner === around.self && a.name in around.labelColumn)
  const mine = own ?? around.assets.find((a) => a.owner === around.self)
  const theirs = around.assets.find((a) => a.owner === partner)
  const id = (mine && around.idColumn[mine.name]) ?? 'id'
  const label = `own.${(mine && around.labelColumn[mine.name]) ?? 'label'}`
  const sides: [Sides, Sides] = [
    { alias: 'own', asset: mine?.name ?? 'table', id },
    { alias: 'partner', asset: theirs?.name ?? 'table', id },
  ]
  const flow = {
    parties: { own: around.self, partner, ...(dealer === undefined ? {} : { dealer }) },
  }
  switch (name) {
    case 'creditRisk':
      return { flow: 'joint-credit', purpose: 'credit-risk', ...flow, steps: jointModel(sides, label) }
    case 'marketing':
      return { flow: 'joint-marketing', purpose: 'marketing', ...flow, steps: jointModel(sides, label) }
    case 'overlap':
      return { flow: 'audience-overlap', purpose: 'overlap', ...flow, steps: overlap(sides) }
  }
}

export const blank = (self: string): Flow => ({ flow: 'flow', purpose: '', parties: { own: self }, steps: [] })

const read = (name: string, { alias, asset, id }: Sides): FlowStep => ({
  name,
  use: 'read-table',
  at: alias,
  settings: { asset, id },
})

const overlap = ([a, b]: [Sides, Sides]): FlowStep[] => [
  read('own-rows', a),
  read('partner-rows', b),
  { name: 'aligned', use: 'psi', of: { left: 'own-rows', right: 'partner-rows' }, settings: { on: on(a, b) } },
]

const on = (a: Sides, b: Sides) => (a.id === b.id ? a.id : { left: a.id, right: b.id })

function jointModel(sides: [Sides, Sides], label: string): FlowStep[] {
  const step = (name: string, use: string, of: FlowStep['of'], settings: FlowStep['settings'] = {}): FlowStep => ({
    name,
    use,
    ...(of === undefined ? {} : { of }),
    settings,
  })
  return [
    ...overlap(sides),
    step('parts', 'split', 'aligned'),
    step('scaled', 'standardize', 'parts.train'),
    step('model', 'vertical-logistic-regression', 'scaled', { label }),
    step('scores', 'predict', { model: 'model', rows: 'parts.test' }, { to: 'own' }),
    step('quality', 'evaluate', 'scores', { label }),
    step('own-model', 'local-logistic-regression', 'scaled', { label }),
    step('own-scores', 'predict', { model: 'own-model', rows: 'parts.test' }, { to: 'own' }),
    step('own-quality', 'evaluate', 'own-scores', { label }),
  ]
}
