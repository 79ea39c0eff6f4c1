/** What an asset's terms begin with. */
import { disclosureKinds, type Terms } from '@secureflow/flow'

const yearMs = 365 * 86_400_000
const inOneYear = (now: number): string => new Date(now + yearMs).toISOString().slice(0, 10)

/** Nobody may do anything: what a dataset begins with unless its owner says more. */
export const closedTerms = (now: number): Terms => ({
  members: [],
  purposes: [],
  components: [],
  disclosures: {},
  minimumRows: 0,
  expires: inOneYear(now),
})

/** These members may use it for any purpose and learn whatever a component discloses, for a year. */
export const openTerms = (members: string[], now: number): Terms => ({
  members,
  purposes: 'any',
  components: 'any',
  disclosures: Object.fromEntries(disclosureKinds.map((kind) => [kind, members])),
  minimumRows: 0,
  expires: inOneYear(now),
})
