import { type MemberId, silentLogger } from '@secureflow/base'
import { expect, test } from 'vitest'
import type { GrantLedger } from './ledger.ts'
import { Refused, refusalsAnHour } from './refused.ts'

test('a partner that asks again and again does not fill the ledger in the name of the owner', async () => {
  let now = 0
  const told: string[] = []
  const refused = new Refused({
    ledger: { refuse: async ({ grantee }: { grantee: string }) => void told.push(grantee) } as unknown as GrantLedger,
    accountOf: (member: MemberId) => (member === 'nobody' ? undefined : `0x${member}`),
    store: { now: () => now },
    logger: silentLogger,
  })
  const request = (initiator: string) => ({ initiator, flow_hash: '', parameters: '' })
  for (let i = 0; i < refusalsAnHour; i++) await refused.tell(request('bank-b'), ['loans', 'cards'])
  await refused.tell(request('nobody'), ['loans'])
  await refused.tell(request('centre'), ['loans'])
  expect(told).toEqual([...Array(refusalsAnHour).fill('0xbank-b'), '0xcentre'])
  now = 3_600_001
  await refused.tell(request('bank-b'), ['loans'])
  expect(told.at(-1)).toBe('0xbank-b')
})
