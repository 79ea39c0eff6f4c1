import type { MemberDetail } from '@secureflow/api'
import type { MemberId, Plain } from '@secureflow/base'
import { expect, test } from 'vitest'
import type { PeerState } from '../peers/index.ts'
import { checkMember } from './check.ts'

const member: MemberDetail = {
  id: 'bank-b',
  account: '0x',
  fingerprint: '',
  certificate: '',
  address: '',
  self: false,
  founder: false,
  connected: true,
  state: 'active',
  roles: ['member'],
  expiresAt: 5000,
}
const genesis = new Uint8Array([1, 2, 3])

/** A partner that answers with this. */
function check(answer: () => Promise<Plain>, change: Partial<MemberDetail> = {}, version = '1') {
  const state = new Map([['bank-b' as MemberId, { version } as PeerState]])
  const peers = {
    request: answer,
    measure: async () => ({ roundTripMs: 4, bytesPerSecond: 1e6 }),
    state: () => state,
  }
  const parts = { peers, clock: { now: () => 1000 }, genesis, release: '1' }
  return checkMember({ ...member, ...change }, parts, new AbortController().signal)
}
const failing = ({ steps }: Awaited<ReturnType<typeof check>>) => steps.filter((s) => !s.ok).map((s) => s.what)

test('a partner with which all is well', async () => {
  const found = await check(async () => ({ genesis }))
  expect(found.ok).toBe(true)
  expect(found.steps.map((s) => s.what)).toEqual([
    'active',
    'certificate',
    'answers',
    'same-network',
    'same-release',
    'speed',
  ])
})

test('a partner that lies, is elsewhere, is old, is late', async () => {
  expect(failing(await check(async () => 'nonsense'))).toEqual(['same-network'])
  expect(failing(await check(async () => null))).toEqual(['same-network'])
  expect(failing(await check(async () => ({ genesis: new Uint8Array([9]) })))).toEqual(['same-network'])
  expect(failing(await check(async () => ({ genesis }), {}, '0'))).toEqual(['same-release'])
  expect(failing(await check(async () => ({ genesis }), { expiresAt: 999 }))).toEqual(['certificate'])
  expect(failing(await check(async () => ({ genesis }), { state: 'suspended' }))).toEqual(['active'])
})

test('a partner that does not answer: the reason is told, and nothing more is asked', async () => {
  const found = await check(async () => {
    throw new Error('away')
  })
  expect(failing(found)).toEqual(['answers'])
  expect(found.ok).toBe(false)
  expect(found.error).toBeDefined()
})
