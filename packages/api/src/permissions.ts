/**
 * Which role may call which route, beside admin, who may call all. A route that is not named here is for admins alone: what
 * is new is closed until somebody decides.
 */
import { type Caller, type PersonRole, personRoles } from './people.ts'

const everybody: readonly PersonRole[] = personRoles
const working: readonly PersonRole[] = ['steward', 'analyst']
const steward: readonly PersonRole[] = ['steward']
const analyst: readonly PersonRole[] = ['analyst']
const auditor: readonly PersonRole[] = ['auditor', 'steward']

const permissions: Readonly<Record<string, readonly PersonRole[]>> = {
  'node.status': everybody,
  'network.show': everybody,
  'members.application': everybody,
  'members.list': everybody,
  'members.show': everybody,
  'members.check': working,
  'members.candidates': everybody,
  'members.proposals': everybody,
  'data.list': everybody,
  'data.show': everybody,
  'data.offered': everybody,
  'data.add': steward,
  'data.version': steward,
  'data.setTerms': steward,
  'data.setRoles': steward,
  // What rows hold: figures for those who draw flows, the rows for whoever answers for the data; an auditor sees neither.
  'data.profile': working,
  'data.computeProfile': working,
  'data.rows': steward,
  'connections.list': steward,
  'connections.save': steward,
  'connections.test': steward,
  'connections.remove': steward,
  'imports.start': steward,
  'imports.content': steward,
  'imports.list': steward,
  'imports.show': steward,
  'imports.examine': steward,
  'imports.check': steward,
  'imports.bad': steward,
  'imports.register': steward,
  'imports.cancel': steward,
  'assets.list': everybody,
  'assets.show': everybody,
  'assets.waiting': everybody,
  'assets.lineage': everybody,
  'assets.prov': everybody,
  'assets.publish': steward,
  'assets.change': steward,
  'assets.retire': steward,
  'assets.offer': steward,
  'assets.accept': steward,
  'assets.grantChild': steward,
  'assets.revokeChild': steward,
  'drafts.list': everybody,
  'drafts.show': everybody,
  'drafts.versions': everybody,
  'drafts.save': analyst,
  'drafts.remove': analyst,
  'flows.check': working,
  'runs.start': analyst,
  'runs.list': everybody,
  'runs.show': everybody,
  'runs.events': everybody,
  'runs.cancel': working,
  'requests.list': everybody,
  'requests.show': everybody,
  'requests.approve': steward,
  'requests.refuse': steward,
  'requests.ask': steward,
  'requests.answer': working,
  'requests.withdraw': working,
  'grants.list': everybody,
  'grants.show': everybody,
  'grants.revoke': steward,
  'simulation.show': everybody,
  'simulation.start': working,
  'simulation.stop': working,
  'simulation.remove': working,
  'spaces.list': everybody,
  'spaces.show': everybody,
  'spaces.propose': working,
  'spaces.withdraw': working,
  'spaces.accept': steward,
  'spaces.refuse': steward,
  'spaces.change': steward,
  'spaces.leave': steward,
  'spaces.close': steward,
  'terms.simulate': steward,
  'audit.verify': auditor,
  'account.show': everybody,
  'account.changePassword': everybody,
  'account.endSession': everybody,
  'account.addToken': everybody,
  'account.revokeToken': everybody,
  'account.beginSecondFactor': everybody,
  'account.confirmSecondFactor': everybody,
  'account.endSecondFactor': everybody,
  'account.renewRecoveryCodes': everybody,
  'people.operations': ['auditor'],
  'usage.show': everybody,
  'usage.dataset': auditor,
}

export const mayCall = (role: PersonRole, route: string): boolean =>
  role === 'admin' || permissions[route]?.includes(role) === true

/** What a token may call beside everything that only reads. */
const running: readonly string[] = [
  'flows.check',
  'runs.start',
  'runs.cancel',
  'drafts.save',
  'requests.answer',
  'requests.withdraw',
  'terms.simulate',
  'audit.verify',
]

/** @param route absent for what is in no table, such as the stream of events, which only reads */
export function callerMay({ role, token, mustEnrol }: Caller, method: string, route: string | undefined): boolean {
  if (mustEnrol === true && route?.startsWith('account.') !== true) return false
  if (route !== undefined && !mayCall(role, route)) return false
  if (token === undefined || token.scope === 'all' || method === 'GET') return true
  return token.scope === 'run' && route !== undefined && running.includes(route)
}

/** Whether whoever has the role `own` may give a token the role `wanted`: it may then do nothing that `own` may not. */
export const roleCovers = (own: PersonRole, wanted: PersonRole): boolean =>
  own === 'admin' ||
  (wanted !== 'admin' && Object.values(permissions).every((roles) => !roles.includes(wanted) || roles.includes(own)))
