/** What is due to every caller of every function of Assets in every state. */

import type { Hex } from 'viem'
import { accountOf } from '../network.ts'
import { type Caller, hash, type World, zeroAddress } from '../world.ts'
import { actives, add, anyone, except, only, ownerOnly, type State } from './rules.ts'

/** A composite of the grantee with one asset of the owner. */
export async function composite(w: World, granted = false): Promise<[id: Hex, child: Hex]> {
  const child = await w.asset('child')
  const id = await w.asset('composite', 'grantee', [child])
  if (granted) await w.do('owner', 'Assets', 'grantChild', id, child)
  return [id, child]
}
export const pending = async (w: World): Promise<Hex> =>
  w.asset('pending', 'owner', [await w.asset('other', 'grantee')])
export const retired = async (w: World): Promise<Hex> => {
  const id = await w.asset('retired')
  await w.do('owner', 'Assets', 'retireAsset', id)
  return id
}
export const none = hash('no such asset')

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
