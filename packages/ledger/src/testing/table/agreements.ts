/** What is due to every caller of every function of Agreements in every state. */

import type { Hex } from 'viem'
import { accountOf, digestOf } from '../network.ts'
import { hash, runParties, type World } from '../world.ts'
import { none } from './assets.ts'
import { given, spent, taken } from './grants.ts'
import { add, anyone, type State } from './rules.ts'

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
