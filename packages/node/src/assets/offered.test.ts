/** An owner that lies about what it offers. */
import { type MemberId, silentLogger } from '@secureflow/base'
import { expect, test } from 'vitest'
import { Assets, type AssetsDependencies } from './assets.ts'
import { accountOf, describe, ListedTokens, tokenFor } from './testing/tokens.ts'

test('an owner that tells its datasets again and again is heard once', async () => {
  const { token, bytes } = tokenFor(describe('bank-b'))
  let asked = 0
  const assets = new Assets({
    self: 'bank-a' as MemberId,
    ledger: () => new ListedTokens([token]),
    accountOf,
    peers: {
      request: async () => {
        if (++asked > 20) throw new RangeError('it never comes to an end')
        return { descriptions: [bytes], next: asked }
      },
      handle: () => {},
    },
    confirmed: async () => {},
    clock: { now: () => 1 },
    logger: silentLogger,
  } as unknown as AssetsDependencies)
  await expect(assets.offered('bank-b' as MemberId)).rejects.toMatchObject({ code: 'ASSET_DIFFERS', party: 'bank-b' })
  expect(asked).toBe(2)
})
