/** What is due to every caller of every function of Members in every state. */

import { accountOf, digestOf } from '../network.ts'
import { action, hash, role, type World } from '../world.ts'
import { actives, add, aloneFounder, anyone, except, type State, soleVoter, voters } from './rules.ts'

const newcomer = async (w: World, change = {}, signer = 'newcomer') => w.enrolment('newcomer', 0, change, signer)
const application = async (w: World, change = {}, signer = 'newcomer') => {
  const [enrolment, , consent] = await newcomer(w, change, signer)
  return [enrolment, consent]
}
const applied = async (w: World, later = 0) => {
  const [enrolment, , consent] = await w.enrolment('candidate', 0, { expiry: w.later + later })
  return [enrolment, consent]
}

for (const mode of ['alone', 'voting'] as const) {
  const apply = add('Members', 'applyForMembership', mode)
  apply('a newcomer', (w) => application(w), anyone())
  apply('the same application again', (w) => applied(w), anyone('ApplicationReplayed'))
  apply('an older application', (w) => applied(w, -60), anyone('ApplicationReplayed'))
  apply('a later application', (w) => applied(w, 60), anyone())
  apply('it has expired', (w) => application(w, { expiry: w.machine.time - 1 }), anyone('EnrolmentExpired'))
  apply('signed by another', (w) => application(w, {}, 'stranger'), anyone('ConsentInvalid'))
  apply('of a member', (w) => application(w, { account: accountOf('owner') }, 'owner'), anyone('AlreadyMember'))
  apply(
    'of a former account',
    (w) => application(w, { account: accountOf('former') }, 'former'),
    anyone('AlreadyMember'),
  )
  apply('no name', (w) => application(w, { name: 'Bank' }), anyone('NameInvalid'))

  const due = (error?: string) => aloneFounder(mode === 'voting' ? 'VoteNeeded' : error)
  const join = add('Members', 'addMember', mode)
  join('a newcomer', (w) => newcomer(w), due())
  join('it has expired', (w) => newcomer(w, { expiry: w.machine.time - 1 }), due('EnrolmentExpired'))
  join('signed by another', (w) => newcomer(w, {}, 'stranger'), due('ConsentInvalid'))
  join('its name is taken', (w) => newcomer(w, { name: 'owner' }), due('NameTaken'))
  join('its key is taken', (w) => newcomer(w, { peerKey: digestOf('peer key of owner') }), due('KeyTaken'))
  join('it is a member', (w) => newcomer(w, { account: accountOf('owner') }, 'owner'), due('AlreadyMember'))
  join('no name', (w) => newcomer(w, { name: 'bank-' }), due('NameInvalid'))
  join('no such role', async (w) => w.enrolment('newcomer', 16), due('RolesInvalid'))

  const suspend = add('Members', 'suspendMember', mode)
  suspend('an active member', async () => [accountOf('owner')], due())
  suspend('a suspended one', async () => [accountOf('suspended')], due('NotActiveMember'))
  suspend('the founder', async () => [accountOf('founder')], due('FounderStays'))
  suspend('a stranger', async () => [accountOf('stranger')], due('UnknownMember'))
  const reinstate = add('Members', 'reinstateMember', mode)
  reinstate('a suspended member', async () => [accountOf('suspended')], due())
  reinstate('an active one', async () => [accountOf('owner')], due('NotSuspended'))
  reinstate('a removed one', async () => [accountOf('removed')], due('NotSuspended'))
  reinstate('a former account', async () => [accountOf('former')], due('UnknownMember'))

  // What a sole voter proposes is carried out at once, so that what cannot be done is refused at once.
  const ask = mode === 'voting' ? voters : soleVoter
  const soon = (error: string) => ask(mode === 'voting' ? undefined : error)
  const propose = add('Members', 'propose', mode)
  const proposal =
    (kind: number, name?: string, value = 0, expiry = 0): State['prepare'] =>
    async (w) =>
      w.proposal(kind, name, value, w.later + expiry)
  propose('admits a candidate', proposal(action.admit, 'candidate', role.member), ask())
  propose('admits a stranger', proposal(action.admit, 'stranger', role.member), ask('NotCandidate'))
  propose('admits without a role', proposal(action.admit, 'candidate', 0), ask('RolesInvalid'))
  propose(
    'admits what has expired',
    async (w) => {
      w.machine.time += 7200
      return w.proposal(action.admit, 'candidate', role.member)
    },
    ask('EnrolmentExpired'),
  )
  propose('suspends a member', proposal(action.suspend, 'moved'), ask())
  propose('suspends a suspended one', proposal(action.suspend, 'suspended'), soon('NotActiveMember'))
  propose('suspends the founder', proposal(action.suspend, 'founder'), soon('FounderStays'))
  propose('suspends a stranger', proposal(action.suspend, 'stranger'), ask('UnknownMember'))
  propose('suspends a former account', proposal(action.suspend, 'former'), ask('UnknownMember'))
  propose('lets one in again', proposal(action.readmit, 'suspended'), ask())
  propose('lets in again who is there', proposal(action.readmit, 'moved'), soon('NotSuspended'))
  propose('removes a member', proposal(action.remove, 'moved'), ask())
  propose('removes a removed one', proposal(action.remove, 'removed'), soon('UnknownMember'))
  propose('removes the founder', proposal(action.remove, 'founder'), soon('FounderStays'))
  propose('gives roles', proposal(action.setRoles, 'moved', role.member | role.auditor), ask())
  propose('gives no such role', proposal(action.setRoles, 'moved', 16), ask('RolesInvalid'))
  propose('takes the founder’s vote', proposal(action.setRoles, 'founder', role.operator), soon('FounderStays'))
  propose('sets the quorum', proposal(action.setQuorum, undefined, 2), ask())
  propose('sets the quorum to one', proposal(action.setQuorum, undefined, 1), ask())
  propose('sets the quorum to none', proposal(action.setQuorum, undefined, 0), ask('QuorumInvalid'))
  propose('sets a quorum beyond reach', proposal(action.setQuorum, undefined, 7), ask('QuorumInvalid'))
  propose('is over already', proposal(action.suspend, 'moved', 0, -3600), ask('ProposalExpiryInvalid'))
  propose('is open too long', proposal(action.suspend, 'moved', 0, 90 * 86_400), ask('ProposalExpiryInvalid'))

  const renew = add('Members', 'renewMember', mode)
  renew('another key', async () => [hash('certificate'), hash('key')], actives())
  const takenFrom = except(actives('KeyTaken'), { owner: undefined })
  renew('a member’s key', async () => [hash('certificate'), hash('peer key of owner')], takenFrom)
  const gateway = add('Members', 'setGateway', mode)
  gateway('an address', async () => ['bank.example:7000'], actives())
  gateway('nowhere', async () => [''], actives())
  for (const odd of ['bank.example', ':7000', 'bank:', 'bank:123456', 'ba nk:1', `${'b'.repeat(255)}:1`])
    gateway(`“${odd.slice(0, 16)}”`, async () => [odd], actives('GatewayInvalid'))
  const move = add('Members', 'changeAccount', mode)
  const moves = (error?: string) => except(actives(error), { founder: 'FounderAccountFixed' })
  move('a new account', async (w) => (c) => w.move(c, 'anew'), moves())
  move('another’s account', async (w) => (c) => w.move(c, 'removed'), moves('AlreadyMember'))
  move('a former account', async (w) => (c) => w.move(c, 'former'), moves('AlreadyMember'))
  move('too late', async (w) => (c) => w.move(c, 'anew', w.machine.time - 1), moves('EnrolmentExpired'))
  move('signed by itself', async (w) => (c) => w.move(c, 'anew', w.later, c), moves('ConsentInvalid'))
  move(
    'signed for another member',
    async (w) => {
      const args = await w.move('moved', 'anew')
      return async () => args
    },
    moves('ConsentInvalid'),
  )
}

add('Members', 'vote')('a carried proposal', async () => [0n], soleVoter('ProposalExecuted'))
add('Members', 'vote')('no proposal', async () => [99n], soleVoter('UnknownProposal'))
const vote = add('Members', 'vote', 'voting')
const suspending = (w: World, by = 'moved') => w.propose(action.suspend, 'moved', 0, by)
vote('it is open', async (w) => [await suspending(w)], voters())
vote('the caller’s own', async (w) => [await suspending(w, 'owner')], except(voters(), { owner: 'AlreadyVoted' }))
const lacksOne = async (w: World) => {
  const id = await suspending(w)
  await w.do('endorser', 'Members', 'vote', id)
  return [id]
}
vote('one vote is lacking', lacksOne, except(voters(), { endorser: 'AlreadyVoted' }))
vote(
  'it was carried',
  async (w) => {
    const [id] = await lacksOne(w)
    await w.do('owner', 'Members', 'vote', id)
    return [id]
  },
  voters('ProposalExecuted'),
)
vote(
  'it is over',
  async (w) => {
    const [id] = await lacksOne(w)
    w.machine.time += 3601
    return [id]
  },
  voters('ProposalExpired'),
)
vote('no proposal', async () => [99n], voters('UnknownProposal'))
vote(
  'the candidate applied anew',
  async (w) => {
    const id = await w.propose(action.admit, 'candidate', role.member, 'moved')
    await w.do('endorser', 'Members', 'vote', id)
    await w.do('stranger', 'Members', 'applyForMembership', ...(await applied(w, 60)))
    return [id]
  },
  except(voters('ApplicationChanged'), { endorser: 'AlreadyVoted' }),
)
vote(
  'it concerns the last voter',
  async (w) => {
    const carry = async (name: string, by: string[]) => {
      const id = await w.propose(action.suspend, name, 0, by[0])
      for (const voter of by.slice(1)) await w.do(voter, 'Members', 'vote', id)
    }
    const open = await w.propose(action.suspend, 'founder', 0, 'moved')
    for (const name of ['owner', 'grantee', 'operator']) await carry(name, ['founder', 'endorser', 'moved'])
    await carry('moved', ['founder', 'endorser', 'moved'])
    await carry('endorser', ['founder', 'endorser'])
    return [open]
  },
  (c) => (c === 'founder' ? 'LastVoter' : c === 'auditor' ? 'NotVoter' : 'NotActiveMember'),
)
