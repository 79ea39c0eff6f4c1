/** What the simulation begins with: four invented tables of two houses, and three spaces, one for each ready flow. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import { generateDemoTables } from '@secureflow/data'
import {
  compile,
  formatFlow,
  giftFacts,
  type SpaceDraft,
  type SpaceGoal,
  seenIn,
  type TemplateName,
  templateFlow,
} from '@secureflow/flow'

/** The node that people look at, and the two partners; nobody takes these names for real ones. */
export const simulated = ['you', 'sim-bank', 'sim-centre'] as const
export type Simulated = (typeof simulated)[number]

export interface SampleTables {
  loans: string
  payments: string
  campaign: string
  purchases: string
}

const sizes = { loans: 2000, payments: 2400, common: 1500 }
/** Enough for tables of this size; people wait for the result. */
const epochs = 5
export const sampleId = 'customer_id'

/** Of the same form as the credit tables, with the columns of a shop and a newspaper's campaign. */
const shopNames: Record<string, string> = {
  default: 'responded',
  loan_amount: 'basket_value',
  loan_term_months: 'contract_months',
  debt_to_income: 'discount_share',
  credit_utilisation: 'app_use',
  enquiries_6m: 'visits_6m',
  late_payments_12m: 'returns_12m',
  low_balance_days_90d: 'days_since_order',
  salary_regularity: 'order_regularity',
  utility_on_time_share: 'coupon_share',
}

export async function makeSampleTables(folder: string): Promise<SampleTables> {
  const credit = await generateDemoTables({ seed: 11, folder: join(folder, 'credit'), ...sizes })
  const shop = await generateDemoTables({ seed: 12, folder: join(folder, 'shop'), ...sizes })
  const renamed = async (path: string, name: string): Promise<string> => {
    const text = await readFile(path, 'utf8')
    const end = text.indexOf('\n')
    const header = text.slice(0, end).split(',')
    const target = join(folder, 'shop', name)
    await writeFile(target, header.map((c) => shopNames[c] ?? c).join(',') + text.slice(end))
    return target
  }
  return {
    loans: credit.loans.path,
    payments: credit.payments.path,
    campaign: await renamed(shop.loans.path, 'campaign.csv'),
    purchases: await renamed(shop.payments.path, 'purchases.csv'),
  }
}

type Given = Pick<Dataset, 'id' | 'name' | 'rows' | 'columns'>

export interface SampleSpace {
  goal: SpaceGoal & TemplateName
  mine: string
  theirs: string
  label?: string
  title: string
}

export const sampleSpaces: readonly SampleSpace[] = [
  { goal: 'audience-overlap', mine: 'campaign', theirs: 'purchases', title: 'Audience overlap (simulated)' },
  {
    goal: 'joint-marketing',
    mine: 'campaign',
    theirs: 'purchases',
    label: 'responded',
    title: 'Joint marketing (simulated)',
  },
  { goal: 'credit-risk', mine: 'loans', theirs: 'payments', label: 'default', title: 'Credit risk (simulated)' },
]

const dayMs = 86_400_000

export function sampleDraft({ goal, label, title }: SampleSpace, mine: Given, theirs: Given, now: number): SpaceDraft {
  const [own, bank, centre] = simulated
  const overlap = goal === 'audience-overlap'
  const gift = (member: string, { id, name, rows, columns }: Given) => ({
    ...{ member, asset: id, name, rows },
    columns: columns.filter((c) => !overlap || c.name === sampleId).map((c) => ({ name: c.name, type: c.type })),
  })
  const gives = [gift(own, mine), gift(bank, theirs)]
  const only = overlap ? { columns: [sampleId] } : {}
  const written = templateFlow(goal, {
    sides: [
      { alias: 'own', member: own, asset: mine.name, id: sampleId, ...only },
      { alias: 'partner', member: bank, asset: theirs.name, id: sampleId, ...only },
    ],
    ...(label === undefined ? {} : { label }),
    dealer: centre,
  })
  // Customer numbers are written differently here and there; both sides write them alike before they compare.
  const id = { column: sampleId, case: 'upper' }
  const flow = {
    ...written,
    steps: written.steps.map((s) => {
      if (s.use === 'read-table') return { ...s, settings: { ...s.settings, id } }
      return 'label' in s.settings && s.use.endsWith('regression') ? { ...s, settings: { ...s.settings, epochs } } : s
    }),
  }
  const plan = compile({ flow, components, assets: giftFacts(gives), links: {}, initiator: own })
  return {
    ...{ title, goal, purpose: flow.purpose, gives },
    members: overlap ? [own, bank] : [own, bank, centre],
    flows: [{ name: flow.flow, text: formatFlow(flow) }],
    terms: {
      from: now - dayMs,
      until: now + 365 * dayMs,
      runs: 1000,
      flows: 'alike',
      sees: seenIn([plan]),
    },
  }
}
