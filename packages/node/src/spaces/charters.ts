/** Whether a charter says what is so, and whether its flows could run under it. */
import type { MemberId } from '@secureflow/base'
import { asSecureflowError, type SecureflowError } from '@secureflow/base'
import {
  type ComponentRegistry,
  charterBreaches,
  checkFlow,
  checkPlan,
  giftFacts,
  type HouseView,
  houseView,
  type SpaceCharter,
} from '@secureflow/flow'
import type { RunAssets } from '../runs/dependencies.ts'
import { spaceErrors } from './errors.ts'
import { spaceError } from './refusals.ts'

export interface CharterFlow extends HouseView {
  name: string
  problems: SecureflowError[]
}

/** Each flow as it would run, from the point of view of this member. */
export function charterFlows(charter: SpaceCharter, self: string, components: ComponentRegistry): CharterFlow[] {
  return charter.flows.map(({ name, text }) => {
    const nothing = { name, leaves: [], learns: [] }
    try {
      const flow = checkFlow(text)
      if (!flow.ok) return { ...nothing, problems: flow.problems.map((p) => p.error) }
      const plan = checkPlan({
        flow: flow.value,
        components,
        assets: giftFacts(charter.gives),
        links: {},
        initiator: charter.proposer,
      })
      if (!plan.ok) return { ...nothing, problems: plan.problems.map((p) => p.error) }
      const problems = charterBreaches(charter, plan.value).map((b) => spaceError(b, self))
      return { name, ...houseView(plan.value.statement, self), problems }
    } catch (cause) {
      return { ...nothing, problems: [asSecureflowError(cause)] }
    }
  })
}

/** @throws SPACE_FLOW */
export function checkCharterFlows(charter: SpaceCharter, self: string, components: ComponentRegistry): void {
  for (const { name, problems } of charterFlows(charter, self, components))
    if (problems.length > 0)
      throw spaceErrors.SPACE_FLOW({ flow: name, reason: problems[0]!.say('en').what }, { cause: problems[0]! })
}

/** That this member gives exactly what it has. @throws SPACE_GIVES */
export async function checkOwnGifts({ gives }: SpaceCharter, self: MemberId, assets: RunAssets): Promise<void> {
  for (const { member, asset, name, columns, rows } of gives) {
    if (member !== self) continue
    const wrong = (reason: string) => spaceErrors.SPACE_GIVES({ who: self, asset: name, reason }, { party: self })
    const own = await assets.own(asset)
    if (own === undefined) throw wrong('no such dataset')
    const { facts } = own
    if (facts.name !== name || facts.rows !== rows) throw wrong(`${facts.name}, ${facts.rows} rows`)
    for (const c of columns)
      if (!facts.schema.columns.some((o) => o.name === c.name && o.type === c.type)) throw wrong(`column ${c.name}`)
  }
}
