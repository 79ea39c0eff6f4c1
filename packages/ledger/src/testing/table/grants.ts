/** What is due to every caller of every function of Grants in every state. */

import type { Hex } from 'viem'
import { accountOf } from '../network.ts'
import { hash, hex, type World } from '../world.ts'
import { composite, none, pending, retired } from './assets.ts'
import { actives, add, anyone, ownerOnly, type State } from './rules.ts'

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
export const given = async (w: World, change: object = {}): Promise<Hex> => w.grant(await w.asset('data'), change)
export const taken = async (w: World): Promise<Hex> => {
  const id = await given(w)
  await w.do('owner', 'Grants', 'revokeGrant', id)
  return id
}
export const spent = async (w: World): Promise<Hex> => {
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
