/** Who is due what: rules from callers to answers, and the list of states that the tables are written into. */
import type { ContractName } from '../../genesis.ts'
import type { Caller, World } from '../world.ts'

/** Name of the error; undefined where the call is accepted. */
export type Expected = string | undefined
export type Arguments = readonly unknown[]

export interface State {
  contract: ContractName
  name: string
  /** `alone`: the quorum is 1 and the founder decides; `voting`: three votes carry. */
  mode: 'alone' | 'voting'
  state: string
  prepare(world: World): Promise<Arguments | ((caller: Caller) => Promise<Arguments>)>
  expected(caller: Caller): Expected
}

export const states: State[] = []

const active: readonly Caller[] = ['founder', 'owner', 'grantee', 'operator', 'auditor', 'endorser']
export type Rule = (caller: Caller) => Expected

export const anyone =
  (error?: string): Rule =>
  () =>
    error
export const actives =
  (error?: string): Rule =>
  (c) =>
    active.includes(c) ? error : 'NotActiveMember'
export const only =
  (who: Caller, otherwise: string, error?: string): Rule =>
  (c) =>
    actives(c === who ? error : otherwise)(c)
export const ownerOnly = (error?: string): Rule => only('owner', 'NotOwner', error)
export const aloneFounder =
  (error?: string): Rule =>
  (c) =>
    c === 'founder' ? error : 'NotFounder'
export const voters =
  (error?: string): Rule =>
  (c) =>
    actives(c === 'auditor' ? 'NotVoter' : error)(c)
export const soleVoter =
  (error?: string): Rule =>
  (c) =>
    voters(c === 'founder' ? error : 'NotFounder')(c)
/** As `rule`, but these callers get something else. */
export const except =
  (rule: Rule, others: Partial<Record<Caller, Expected>>): Rule =>
  (c) =>
    c in others ? others[c] : rule(c)

export function add(contract: ContractName, name: string, mode: State['mode'] = 'alone') {
  return (state: string, prepare: State['prepare'], expected: Rule) =>
    void states.push({ contract, name, mode, state, prepare, expected })
}
