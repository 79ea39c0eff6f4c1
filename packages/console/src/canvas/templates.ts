/** Flows to begin with, for the members and datasets that there are. */
import { type AssetFacts, type Flow, type TemplateName as Template, templateFlow } from '@secureflow/flow'

export const templateNames = ['creditRisk', 'marketing', 'overlap'] as const
export type TemplateName = (typeof templateNames)[number]
const templates: Record<TemplateName, Template> = {
  creditRisk: 'credit-risk',
  marketing: 'joint-marketing',
  overlap: 'audience-overlap',
}

export interface Surroundings {
  self: string
  /** All members of the network. */
  members: string[]
  assets: readonly AssetFacts[]
  /** Of the own datasets, by name. */
  idColumn: Record<string, string>
  labelColumn: Record<string, string>
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
  const flow = templateFlow(templates[name], {
    sides: [
      { alias: 'own', member: around.self, asset: mine?.name ?? 'table', id },
      { alias: 'partner', member: partner, asset: theirs?.name ?? 'table', id },
    ],
    label: (mine && around.labelColumn[mine.name]) ?? 'label',
  })
  return { ...flow, parties: { ...flow.parties, ...(dealer === undefined ? {} : { dealer }) } }
}

export const blank = (self: string): Flow => ({ flow: 'flow', purpose: '', parties: { own: self }, steps: [] })
