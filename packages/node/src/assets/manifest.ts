/** What names a version of a dataset: a digest over its public facts, which the ledger holds under the owner's account. */
import { type AssetFacts, digestOf, disclosureKinds, type Terms } from '@secureflow/flow'

type Manifest = Pick<AssetFacts, 'name' | 'owner' | 'rows' | 'schema' | 'digest'>

/** Hex. Whoever has the facts can compute it again, so it vouches for each of them. */
export const assetIdOf = ({ name, owner, rows, schema, digest }: Manifest): string =>
  digestOf('dataset', { name, owner, rows, columns: schema.columns.map((c) => [c.name, c.type]), digest })

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

/** Who may know that the dataset exists. */
export const isVisibleTo = (terms: Terms, member: string): boolean =>
  terms.members === 'any' || terms.members.includes(member)
