import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { type Received, RequestStore } from './requests.ts'

const request = (id: string, initiator: string, bytes: number, decided_at: number | null): Received => ({
  ...{ id, initiator, proposal: new Uint8Array(bytes), decided_at, direction: 'received' },
  ...{ flow: '', purpose: '', space: null, flow_hash: '', parameters: '', asked_at: 0 },
  status: decided_at === null ? 'waiting' : 'refused',
  state: { kind: 'use', terms: [], endorsedBy: [], heard: [], said: [] },
})

test('an initiator fills the store up to a bound, and pushes out nothing but its own', async () => {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  const store = new RequestStore(db, { now: () => 0 })
  await store.put(request('other', 'bank-c', 100, 1))
  await store.put(request('open', 'bank-b', 500, null))
  for (let i = 0; i < 10; i++) await store.put(request(`large-${i}`, 'bank-b', 100, 10 + i))
  await store.prune('received', 'bank-b', { requests: 100, bytes: 350 })
  const ids = async () => (await store.list()).map((r) => r.id).sort()
  expect(await ids()).toEqual(['large-7', 'large-8', 'large-9', 'open', 'other'])
  await store.prune('received', 'bank-b', { requests: 1, bytes: 350 })
  expect(await ids()).toEqual(['large-9', 'open', 'other'])
  expect(await store.waitingOf('bank-b')).toEqual({ requests: 1, bytes: 500 })
})
