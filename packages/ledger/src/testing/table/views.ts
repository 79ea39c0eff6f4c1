/** What only reads: everyone reads the same. */
import type { Hex } from 'viem'
import { accountOf } from '../network.ts'
import type { World } from '../world.ts'
import type { Arguments } from './rules.ts'

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
