import { platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { closedTerms } from './initial-terms.ts'
import { Publisher } from './publisher.ts'
import { OwnStore } from './store.ts'
import { accountOf, ListedTokens } from './testing/tokens.ts'

test('members hear of a token once this node answers for it: the block may have reached them before', async () => {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const store = new OwnStore(db)
  const token = 'ab'.repeat(32)
  const answered: Promise<unknown>[] = []
  const publisher = new Publisher({
    ...{ store, account: accountOf('bank-a'), rng: platformRng(nodePlatform), clock: { now: () => 1 } },
    ledger: () => Object.assign(new ListedTokens(), { register: async () => token }),
    registered: (told) => answered.push(store.byToken(told)),
  })
  await publisher.publish({
    ...{ kind: 'compute', name: 'cores', content: { form: 'compute' }, parameters: {}, visibility: 'network' },
    ...{ metadata: { title: '', description: '', tags: [], licence: '' }, terms: closedTerms(1) },
    ...{ grantees: [], tellTerms: false },
  })
  expect(await Promise.all(answered)).toMatchObject([{ token, name: 'cores' }])
})
