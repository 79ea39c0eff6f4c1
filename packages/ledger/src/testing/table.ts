/** What is due to every caller of every function in every state: written down apart from the contracts. */
import type { Hex } from 'viem'
import type { ContractName } from '../genesis.ts'
import { accountOf, digestOf } from './network.ts'
import { action, type Caller, callers, hash, hex, role, runParties, type World, zeroAddress } from './world.ts'

/** Name of the error; undefined where the call is accepted. */
export type Expected = string | undefined
type Arguments = readonly unknown[]

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
type Rule = (caller: Caller) => Expected

const anyone =
  (error?: string): Rule =>
  () =>
    error
const actives =
  (error?: string): Rule =>
  (c) =>
    active.includes(c) ? error : 'NotActiveMember'
const only =
  (who: Caller, otherwise: string, error?: string): Rule =>
  (c) =>
    actives(c === who ? error : otherwise)(c)
const ownerOnly = (error?: string): Rule => only('owner', 'NotOwner', error)
const aloneFounder =
  (error?: string): Rule =>
  (c) =>
    c === 'founder' ? error : 'NotFounder'
const voters =
  (error?: string): Rule =>
  (c) =>
    actives(c === 'auditor' ? 'NotVoter' : error)(c)
const soleVoter =
  (error?: string): Rule =>
  (c) =>
    voters(c === 'founder' ? error : 'NotFounder')(c)
/** As `rule`, but these callers get something else. */
const except =
  (rule: Rule, others: Partial<Record<Caller, Expected>>): Rule =>
  (c) =>
    c in others ? others[c] : rule(c)

function add(contract: ContractName, name: string, mode: State['mode'] = 'alone') {
  return (state: string, prepare: State['prepare'], expected: Rule) =>
    void states.push({ contract, name, mode, state, prepare, expected })
}

// ---- Members -----------------------------------------------------------------------------------------------------

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

// ---- Assets ------------------------------------------------------------------------------------------------------

/** A composite of the grantee with one asset of the owner. */
async function composite(w: World, granted = false): Promise<[id: Hex, child: Hex]> {
  const child = await w.asset('child')
  const id = await w.asset('composite', 'grantee', [child])
  if (granted) await w.do('owner', 'Assets', 'grantChild', id, child)
  return [id, child]
}
const pending = async (w: World): Promise<Hex> => w.asset('pending', 'owner', [await w.asset('other', 'grantee')])
const retired = async (w: World): Promise<Hex> => {
  const id = await w.asset('retired')
  await w.do('owner', 'Assets', 'retireAsset', id)
  return id
}
const none = hash('no such asset')

const register = add('Assets', 'registerAsset')
const minted =
  (children: (w: World) => Promise<Hex[]>, previous?: (w: World) => Promise<Hex>): State['prepare'] =>
  async (w) => [{ ...w.content('new'), children: await children(w), ...(previous && { previous: await previous(w) }) }]
const noChildren = async () => []
register('a new one', minted(noChildren), actives())
register(
  'the owner has it',
  async (w) => {
    await w.asset('new')
    return [w.content('new')]
  },
  except(actives(), { owner: 'AssetExists' }),
)
register(
  'a composite',
  minted(async (w) => [await w.asset('child')]),
  actives(),
)
register(
  'a composite of composites',
  minted(async (w) => [(await composite(w))[0]]),
  actives(),
)
register(
  'of something unknown',
  minted(async () => [none]),
  actives('UnknownAsset'),
)
register(
  'of something retired',
  minted(async (w) => [await retired(w)]),
  actives('AlreadyRetired'),
)
const twice = minted(async (w) => {
  const child = await w.asset('child')
  return [child, child]
})
register('of the same twice', twice, actives('ChildrenUnordered'))
const many = minted(async (w) => {
  const children: Hex[] = []
  for (let i = 0; i < 64; i++) children.push(await w.asset(`child ${i}`))
  return children.sort()
})
register('of too many', many, actives('CompositeTooLarge'))
register(
  'a version of the owner’s',
  minted(noChildren, (w) => w.asset('old')),
  ownerOnly(),
)
register(
  'a version of nothing',
  minted(noChildren, async () => none),
  actives('UnknownAsset'),
)
const superseded = async (w: World) => {
  const previous = await w.asset('old')
  await w.do('owner', 'Assets', 'registerAsset', { ...w.content('newer'), previous })
  return previous
}
register('a version of what has one', minted(noChildren, superseded), ownerOnly('AlreadySuperseded'))

for (const [name, more] of [
  ['setTerms', [hash('other terms')]],
  ['retireAsset', []],
  ['offerAsset', [accountOf('grantee')]],
] as const) {
  const change = add('Assets', name)
  change('an active one', async (w) => [await w.asset('active'), ...more], ownerOnly())
  change('a pending one', async (w) => [await pending(w), ...more], ownerOnly())
  change('a retired one', async (w) => [await retired(w), ...more], ownerOnly('AlreadyRetired'))
  change('no asset', async () => [none, ...more], anyone('UnknownAsset'))
}
add('Assets', 'offerAsset')('to nobody', async (w) => [await w.asset('active'), zeroAddress], ownerOnly())
const toSuspended: State['prepare'] = async (w) => [await w.asset('active'), accountOf('suspended')]
add('Assets', 'offerAsset')('to a suspended member', toSuspended, ownerOnly('NotActiveMember'))

const grantChild = add('Assets', 'grantChild')
grantChild('not granted', (w) => composite(w), ownerOnly())
grantChild('granted', (w) => composite(w, true), ownerOnly('ChildAlreadyGranted'))
grantChild('not its child', async (w) => [(await composite(w))[0], await w.asset('x')], ownerOnly('NotChild'))
grantChild('no composite', async (w) => [none, await w.asset('x')], ownerOnly('UnknownAsset'))
grantChild('no child', async (w) => [(await composite(w))[0], none], anyone('UnknownAsset'))
const retire = (which: 0 | 1, owner: Caller) => async (w: World) => {
  const both = await composite(w)
  await w.do(owner, 'Assets', 'retireAsset', both[which])
  return both
}
grantChild('a retired composite', retire(0, 'grantee'), ownerOnly('AlreadyRetired'))
grantChild('a retired child', retire(1, 'owner'), ownerOnly('AlreadyRetired'))
const revokeChild = add('Assets', 'revokeChild')
revokeChild('granted', (w) => composite(w, true), ownerOnly())
revokeChild('not granted', (w) => composite(w), ownerOnly('ChildNotGranted'))
revokeChild('no child', async () => [none, none], anyone('UnknownAsset'))

const accept = add('Assets', 'acceptAsset')
const offered = async (w: World): Promise<[Hex]> => {
  const id = await w.asset('offered', 'owner', [await w.asset('child')])
  await w.do('owner', 'Assets', 'offerAsset', id, accountOf('grantee'))
  return [id]
}
accept('offered to the grantee', offered, only('grantee', 'NotOffered'))
accept('not offered', async (w) => [await w.asset('kept')], actives('NotOffered'))
accept('a retired one', async (w) => [await retired(w)], actives('AlreadyRetired'))
accept('no asset', async () => [none], actives('UnknownAsset'))

// ---- Grants ------------------------------------------------------------------------------------------------------

const hashes = [hash('flow'), hash('parameters')]
const askUse = add('Grants', 'askUse')
askUse('a usable asset', async (w) => [await w.asset('data'), ...hashes, 1], actives())
askUse('a pending one', async (w) => [await pending(w), ...hashes, 1], actives('AssetNotUsable'))
askUse('a retired one', async (w) => [await retired(w), ...hashes, 1], actives('AssetNotUsable'))
askUse(
  'a composite of what is retired',
  async (w) => {
    const both = await composite(w, true)
    await w.do('owner', 'Assets', 'retireAsset', both[1])
    return [both[0], ...hashes, 1]
  },
  actives('AssetNotUsable'),
)
askUse(
  'no flow',
  async (w) => [await w.asset('data'), hex(new Uint8Array(32)), hash('p'), 1],
  actives('FlowHashMissing'),
)
askUse('for no run', async (w) => [await w.asset('data'), ...hashes, 0], actives('QuotaMissing'))
const refuseUse = add('Grants', 'refuseUse')
refuseUse('to a member', async (w) => [await w.asset('data'), accountOf('grantee'), ...hashes], ownerOnly())
const toStranger: State['prepare'] = async (w) => [await w.asset('data'), accountOf('stranger'), ...hashes]
refuseUse('to a stranger', toStranger, ownerOnly('UnknownMember'))
refuseUse('no asset', async () => [none, accountOf('grantee'), ...hashes], anyone('UnknownAsset'))

const grantUse = add('Grants', 'grantUse')
const granting =
  (change: (w: World) => object, asset = (w: World) => w.asset('data')): State['prepare'] =>
  async (w) => [w.use(await asset(w), change(w))]
grantUse(
  'a usable asset',
  granting(() => ({})),
  ownerOnly(),
)
grantUse(
  'a pending one',
  granting(() => ({}), pending),
  ownerOnly('AssetNotUsable'),
)
grantUse(
  'a retired one',
  granting(() => ({}), retired),
  ownerOnly('AssetNotUsable'),
)
grantUse(
  'no asset',
  granting(
    () => ({}),
    async () => none,
  ),
  anyone('UnknownAsset'),
)
const toNobody = granting(() => ({ grantee: accountOf('suspended') }))
grantUse('to a suspended member', toNobody, ownerOnly('NotActiveMember'))
grantUse(
  'for no flow',
  granting(() => ({ flowHash: hex(new Uint8Array(32)) })),
  ownerOnly('FlowHashMissing'),
)
grantUse(
  'for no run',
  granting(() => ({ quota: 0 })),
  ownerOnly('QuotaMissing'),
)
const past = granting((w) => ({ expiry: BigInt(w.machine.time) }))
grantUse('until a time past', past, ownerOnly('GrantExpiryInvalid'))
grantUse(
  'given already',
  async (w) => {
    const asset = await w.asset('data')
    await w.grant(asset)
    return [w.use(asset)]
  },
  ownerOnly('GrantExists'),
)
const given = async (w: World, change: object = {}): Promise<Hex> => w.grant(await w.asset('data'), change)
const taken = async (w: World): Promise<Hex> => {
  const id = await given(w)
  await w.do('owner', 'Grants', 'revokeGrant', id)
  return id
}
const spent = async (w: World): Promise<Hex> => {
  const id = await given(w, { quota: 1 })
  await w.run('spends', [id])
  return id
}
const revokeGrant = add('Grants', 'revokeGrant')
revokeGrant('given', async (w) => [await given(w)], ownerOnly())
revokeGrant('used up', async (w) => [await spent(w)], ownerOnly())
revokeGrant('revoked', async (w) => [await taken(w)], ownerOnly('GrantWasRevoked'))
revokeGrant('no grant', async () => [none], anyone('UnknownGrant'))
const useUp = add('Grants', 'useUp')
useUp('given', async (w) => [hash('run'), [await given(w)], ...hashes, [3]], anyone('NotConsumer'))
useUp('none at all', async () => [hash('run'), [], ...hashes, []], anyone('NotConsumer'))

// ---- Agreements --------------------------------------------------------------------------------------------------

const agree = add('Agreements', 'register')
const parties = (...names: string[]) => ({ parties: names.map(accountOf) })
agree('signed by all', (w) => w.agreement('n'), anyone())
agree(
  'registered before',
  async (w) => {
    await w.run('n')
    return w.agreement('n')
  },
  anyone('AgreementReplayed'),
)
agree(
  'another one with its nonce',
  async (w) => {
    await w.run('n')
    return w.agreement('n', [], { attemptLimit: 9 })
  },
  anyone('AgreementReplayed'),
)
const foreign: State['prepare'] = async (w) => [hash('foreign'), ...(await w.agreement('n')).slice(1)]
agree('for another network', foreign, anyone('WrongNetwork'))
agree('too late', (w) => w.agreement('n', [], { expiry: w.machine.time - 1 }), anyone('AgreementExpired'))
agree('a deadline before its end', (w) => w.agreement('n', [], { deadline: w.later - 1 }), anyone('DeadlineInvalid'))
agree('nobody agrees', (w) => w.agreement('n', [], parties(), []), anyone('PartiesInvalid'))
const more = [...runParties, 'founder']
agree('one signature too many', (w) => w.agreement('n', [], {}, more), anyone('PartiesInvalid'))
agree('one party twice', (w) => w.agreement('n', [], parties('owner', 'owner'), ['owner']), anyone('DuplicateSigner'))
for (const name of ['suspended', 'removed', 'former', 'candidate', 'stranger'])
  agree(`${name} agrees`, (w) => w.agreement('n', [], parties(name), [name]), anyone('SignerNotActive'))
agree('a signature is missing', (w) => w.agreement('n', [], {}, ['owner', 'grantee']), anyone('MissingSignature'))
const swapped = ['grantee', 'owner', 'operator']
agree('signatures of others', (w) => w.agreement('n', [], {}, swapped), anyone('SignatureInvalid'))
const dealer = { dealer: accountOf('founder') }
agree('a dealer from outside', (w) => w.agreement('n', [], dealer), anyone('DealerNotParty'))
const using =
  (id: (w: World) => Promise<Hex>, change = {}): State['prepare'] =>
  async (w) =>
    w.agreement('n', [await id(w)], change)
agree('uses a grant', using(given), anyone())
agree(
  'uses a grant twice over',
  async (w) => {
    const id = await given(w, { quota: 1 })
    return w.agreement('n', [id, id])
  },
  anyone('QuotaSpent'),
)
agree('uses a revoked grant', using(taken), anyone('GrantWasRevoked'))
agree('uses a spent grant', using(spent), anyone('QuotaSpent'))
agree(
  'uses no grant that there is',
  using(async () => none),
  anyone('UnknownGrant'),
)
agree('for another flow', using(given, { flowHash: digestOf('other') }), anyone('GrantMismatch'))
agree('for other parameters', using(given, { parametersHash: digestOf('other') }), anyone('GrantMismatch'))
const another = (w: World) => given(w, { grantee: accountOf('endorser') })
agree('uses another’s grant', using(another), anyone('GranteeNotParty'))
agree(
  'uses an expired grant',
  async (w) => {
    const id = await given(w)
    w.machine.time += 3601
    return w.agreement('n', [id])
  },
  anyone('GrantExpired'),
)
agree(
  'uses a retired asset',
  async (w) => {
    const asset = await w.asset('data')
    const id = await w.grant(asset)
    await w.do('owner', 'Assets', 'retireAsset', asset)
    return w.agreement('n', [id])
  },
  anyone('AssetNotUsable'),
)
agree(
  'uses an asset whose child was taken back',
  async (w) => {
    const child = await w.asset('child', 'grantee')
    const asset = await w.asset('data', 'owner', [child])
    await w.do('grantee', 'Assets', 'grantChild', asset, child)
    const id = await w.grant(asset)
    await w.do('grantee', 'Assets', 'revokeChild', asset, child)
    return w.agreement('n', [id])
  },
  anyone('AssetNotUsable'),
)
const tooMany = Array.from({ length: 65 }, (_, i) => hash(`grant ${i}`))
agree('uses too many grants', (w) => w.agreement('n', tooMany), anyone('GrantsInvalid'))

// ---- Receipts ----------------------------------------------------------------------------------------------------

const record = [hash('root'), 7n, 3]
const partyOnly =
  (error?: string): Rule =>
  (c) =>
    runParties.includes(c) ? error : 'NotParty'
for (const [name, args] of [
  ['anchor', record],
  ['fail', [1]],
] as const) {
  const act = add('Receipts', name)
  const after =
    (...calls: [caller: string, name: string, ...args: unknown[]][]): State['prepare'] =>
    async (w) => {
      const run = await w.run('n')
      for (const [caller, what, ...more] of calls) await w.do(caller, 'Receipts', what, run, ...more)
      return [run, ...args]
    }
  const once = name === 'anchor' ? 'AlreadyAnchored' : undefined
  act('an open run', after(), partyOnly())
  act('the owner anchored', after(['owner', 'anchor', ...record]), except(partyOnly(), { owner: once }))
  act('it failed', after(['owner', 'fail', 1]), partyOnly('RunAlreadyFailed'))
  const complete = after(...runParties.map((p) => [p, 'anchor', ...record] as [string, string, ...unknown[]]))
  act('it is complete', complete, partyOnly(once ?? 'RunAlreadyComplete'))
  act('no run', async () => [none, ...args], anyone('UnknownRun'))
  act(
    'its deadline passed',
    async (w) => {
      const run = await w.run('n')
      w.machine.time += 7201
      return [run, ...args]
    },
    partyOnly('DeadlinePassed'),
  )
  act(
    'the owner is suspended',
    async (w) => {
      const run = await w.run('n')
      await w.do('founder', 'Members', 'suspendMember', accountOf('owner'))
      return [run, ...args]
    },
    except(partyOnly(), { owner: 'NotActiveMember' }),
  )
  act(
    'the owner has another account',
    async (w) => {
      const run = await w.run('n')
      await w.do('owner', 'Members', 'changeAccount', ...(await w.move('owner', 'anew')))
      return [run, ...args]
    },
    except(partyOnly(), { owner: 'NotActiveMember' }),
  )
}
add('Receipts', 'fail')('without a code', async (w) => [await w.run('n'), 0], partyOnly('FailureCodeMissing'))

/** All there are. */
export const cells = states.length * callers.length

/** What differs from what is due, one line a cell; `tell` is called for each cell that was tried. */
export async function wrongCells(
  world: World,
  wanted: readonly State[],
  callersOf: (state: State) => readonly Caller[],
  tell: () => void = () => {},
): Promise<string[]> {
  const wrong: string[] = []
  for (const state of wanted)
    await world.machine.fork(async () => {
      const args = await state.prepare(world)
      for (const caller of callersOf(state)) {
        const given = typeof args === 'function' ? await args(caller) : args
        const { error, events } = await world.machine.fork(() => world.call(caller, state.contract, state.name, given))
        const due = state.expected(caller)
        tell()
        const cell = `${state.contract}.${state.name} · ${state.mode} · ${state.state} · ${caller}`
        if (error !== due) wrong.push(`${cell}: ${error ?? 'accepted'} instead of ${due ?? 'accepted'}`)
        // Nothing changes without an event.
        if (error === undefined && events.length === 0) wrong.push(`${cell}: no event`)
      }
    })
  return wrong
}

// ---- what only reads ---------------------------------------------------------------------------------------------

interface Known {
  world: World
  asset: Hex
  grant: Hex
  run: Hex
}

/** Arguments with which each answers. */
export const views: Record<string, (known: Known) => Promise<Arguments> | Arguments> = {
  'Agreements.MAX_GRANTS': () => [],
  'Agreements.MAX_PARTIES': () => [],
  'Agreements.digestOf': async ({ world }) => [(await world.agreement('n'))[1]],
  'Agreements.grants': () => [],
  'Agreements.heightOf': ({ run }) => [run],
  'Agreements.network': () => [],
  'Agreements.networkId': () => [],
  'Agreements.run': ({ run }) => [run],
  'Assets.MAX_SIZE': () => [],
  'Assets.assetOf': ({ asset }) => [asset],
  'Assets.count': () => [],
  'Assets.isGranted': ({ asset }) => [asset, asset],
  'Assets.isUsable': ({ asset }) => [asset],
  'Assets.network': () => [],
  'Assets.networkId': () => [],
  'Assets.ownerOf': ({ asset }) => [asset],
  'Assets.page': () => [0n, 10n],
  'Assets.successorOf': ({ asset }) => [asset],
  'Assets.tokenId': ({ world }) => [accountOf('owner'), world.content('x')],
  'Grants.assets': () => [],
  'Grants.consumer': () => [],
  'Grants.grantId': ({ world, asset }) => [world.use(asset)],
  'Grants.grantOf': ({ grant }) => [grant],
  'Grants.network': () => [],
  'Grants.networkId': () => [],
  'Grants.stands': ({ grant }) => [grant],
  'Members.AUDITOR': () => [],
  'Members.ENDORSER': () => [],
  'Members.MAX_PROPOSAL_SECONDS': () => [],
  'Members.MEMBER': () => [],
  'Members.OPERATOR': () => [],
  'Members.activeNumberOf': () => [accountOf('owner')],
  'Members.candidate': () => [accountOf('candidate')],
  'Members.enrolmentDigest': async ({ world }) => [(await world.enrolment('x'))[0]],
  'Members.founder': () => [],
  'Members.isActive': () => [accountOf('owner')],
  'Members.isActiveNumber': () => [1],
  'Members.members': () => [],
  'Members.networkId': () => [],
  'Members.numberOf': () => [accountOf('owner')],
  'Members.proposalAt': () => [0n],
  'Members.proposalCount': () => [],
  'Members.quorum': () => [],
  'Members.voters': () => [],
  'Members.votesNeeded': () => [],
  'Receipts.agreements': () => [],
  'Receipts.complete': ({ run }) => [run],
  'Receipts.status': ({ run }) => [run],
}
