import { platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { Drafts } from './drafts.ts'

async function opened() {
  const db = await openDatabase(temporaryFolder())
  onTestFinished(() => db.destroy())
  let at = 1000
  return new Drafts(db, { now: () => at++ }, platformRng(nodePlatform))
}

test('every save is a version, and the newest is listed', async () => {
  const drafts = await opened()
  const layout = { read: { x: 1, y: 2 } }
  const { id } = await drafts.save({ after: 0, name: 'credit', text: 'one', layout: {} }, 'Ada')
  await drafts.save({ after: 0, name: 'other', text: 'x', layout: {} }, 'Bob')
  await drafts.save({ id, after: 1, name: 'credit risk', text: 'two', layout }, 'Bob')
  expect((await drafts.list()).map(({ name, version, by }) => [name, version, by])).toEqual([
    ['credit risk', 2, 'Bob'],
    ['other', 1, 'Bob'],
  ])
  expect(await drafts.show(id)).toMatchObject({ text: 'two', layout })
  expect(await drafts.show(id, 1)).toMatchObject({ text: 'one', by: 'Ada' })
  expect((await drafts.versions(id)).map((v) => v.version)).toEqual([2, 1])
})

test('what somebody else saved in between is not overwritten', async () => {
  const drafts = await opened()
  const { id } = await drafts.save({ after: 0, name: 'credit', text: 'one', layout: {} }, 'Ada')
  const saves = await Promise.allSettled(
    ['Ada', 'Bob'].map((by) => drafts.save({ id, after: 1, name: 'credit', text: by, layout: {} }, by)),
  )
  expect(saves.map((s) => s.status)).toEqual(['fulfilled', 'rejected'])
  expect(saves[1]).toMatchObject({ reason: { code: 'DRAFT_CHANGED', fields: { who: 'Ada', version: 2 } } })
  expect((await drafts.show(id)).text).toBe('Ada')
})

test('what is not there is told as such', async () => {
  const drafts = await opened()
  const { id } = await drafts.save({ after: 0, name: 'credit', text: 'one', layout: {} }, 'Ada')
  await drafts.remove(id)
  const missing = { code: 'API_NOT_FOUND' }
  await expect(drafts.show(id)).rejects.toMatchObject(missing)
  await expect(drafts.versions(id)).rejects.toMatchObject(missing)
  await expect(drafts.remove(id)).rejects.toMatchObject(missing)
  await expect(drafts.save({ id, after: 1, name: 'c', text: 'x', layout: {} }, 'Ada')).rejects.toMatchObject(missing)
})
