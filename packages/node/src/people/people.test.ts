import { platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../storage/index.ts'
import { temporaryFolder } from '../testing/folders.ts'
import { People } from './people.ts'

const password = 'a long enough password'
const minute = 60_000

async function opened(home = temporaryFolder()) {
  const db = await openDatabase(home)
  onTestFinished(() => db.destroy())
  const clock = { at: 1e12, now: () => clock.at }
  return { db, clock, people: new People(db, clock, platformRng(nodePlatform), new Uint8Array(32)) }
}

async function withAdmin() {
  const made = await opened()
  const { code } = await made.people.setUpCode()
  const session = await made.people.setUp(code, 'Ada', password)
  return { ...made, session }
}

test('the first account needs a code, which holds once, for a quarter of an hour', async () => {
  const { people, clock } = await opened()
  await expect(people.setUp('', 'Ada', password)).rejects.toMatchObject({ code: 'PEOPLE_CODE' })
  const first = await people.setUpCode()
  const { code } = await people.setUpCode()
  await expect(people.setUp(first.code, 'Ada', password)).rejects.toMatchObject({ code: 'PEOPLE_CODE' })
  clock.at += 16 * minute
  await expect(people.setUp(code, 'Ada', password)).rejects.toMatchObject({ code: 'PEOPLE_CODE' })
  const { secret } = await people.setUp((await people.setUpCode()).code, 'Ada', password)
  expect(await people.callerOf(secret)).toMatchObject({ name: 'Ada', role: 'admin' })
  await expect(people.setUpCode()).rejects.toMatchObject({ code: 'PEOPLE_SET_UP' })
  await expect(people.setUp(code, 'Eve', password)).rejects.toMatchObject({ code: 'PEOPLE_SET_UP' })
})

test('a wrong password, a wrong name and a disabled account sound the same', async () => {
  const { people } = await withAdmin()
  const { id } = await people.add('Bob', 'analyst', password)
  await people.change(id, { disabled: true })
  for (const [name, word] of [
    ['Ada', 'something else!'],
    ['Eve', password],
    ['Bob', password],
  ] as const)
    await expect(people.signIn(name, word)).rejects.toMatchObject({ code: 'PEOPLE_SIGN_IN' })
})

test('five wrong passwords close a name for a while, to the right one too, guesses at the same time included', async () => {
  const { people, clock } = await withAdmin()
  const guesses = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => people.signIn('ada', `guess number ${i}`)),
  )
  expect(guesses.every((g) => g.status === 'rejected')).toBe(true)
  await expect(people.signIn('ada', password)).rejects.toMatchObject({ code: 'PEOPLE_LOCKED' })
  clock.at += 16 * minute
  expect((await people.signIn('ADA', password)).caller.name).toBe('Ada')
})

test('a session ends when it is idle, when it is a week old, by signing out, and with a change of its person', async () => {
  const { people, clock, session } = await withAdmin()
  const works = async (secret: string) => (await people.callerOf(secret)) !== undefined
  for (let hour = 0; hour < 20; hour++) {
    clock.at += 60 * minute
    expect(await works(session.secret)).toBe(true)
  }
  clock.at += 13 * 60 * minute
  expect(await works(session.secret)).toBe(false)

  const [a, b] = [await people.signIn('Ada', password), await people.signIn('Ada', password)]
  await people.sessions.signOut(a.secret, false)
  expect([await works(a.secret), await works(b.secret)]).toEqual([false, true])
  const c = await people.signIn('Ada', password)
  await people.sessions.signOut(c.secret, true)
  expect([await works(b.secret), await works(c.secret)]).toEqual([false, false])

  const bob = await people.add('Bob', 'analyst', password)
  const d = await people.signIn('Bob', password)
  expect(d.caller.role).toBe('analyst')
  await people.change(bob.id, { role: 'auditor' })
  expect(await works(d.secret)).toBe(false)
  expect((await people.signIn('Bob', password)).caller.role).toBe('auditor')
})

test('whoever signs in while the password is changed or the account is closed does not come in', async () => {
  const { people, db } = await withAdmin()
  const { id } = await people.add('Bob', 'analyst', password)
  // Passwords are looked at one after the other: the old one is still to be looked at when the new one is in force.
  const changed = people.change(id, { password: 'another long password' })
  const late = Promise.allSettled([people.signIn('Bob', password), people.signIn('Bob', password)])
  await changed
  expect((await late).map((l) => l.status)).toEqual(['rejected', 'rejected'])

  const signing = Promise.allSettled([people.signIn('Bob', 'another long password')])
  const opened = db.updateTable('people').set({ disabled: 1 }).where('id', '=', id).execute()
  expect((await signing)[0]!.status).toBe('rejected')
  await opened
  expect(await db.selectFrom('sessions').selectAll().where('person', '=', id).execute()).toEqual([])
})

test('there is always an admin, and no two people by one name', async () => {
  const { people } = await withAdmin()
  const { id } = (await people.list())[0]!
  await expect(people.change(id, { disabled: true })).rejects.toMatchObject({ code: 'PEOPLE_LAST_ADMIN' })
  await expect(people.change(id, { role: 'analyst' })).rejects.toMatchObject({ code: 'PEOPLE_LAST_ADMIN' })
  expect((await people.list())[0]).toMatchObject({ role: 'admin', disabled: false })
  await expect(people.add('aDA', 'analyst', password)).rejects.toMatchObject({ code: 'PEOPLE_NAME_TAKEN' })
  await expect(people.change('nobody', {})).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
})

test('neither a password nor the secret of a session or a code is in the database', async () => {
  const { people, db, session } = await withAdmin()
  const { secret } = await people.signIn('Ada', password)
  const rows = JSON.stringify([
    await db.selectFrom('people').selectAll().execute(),
    await db.selectFrom('sessions').selectAll().execute(),
  ])
  for (const canary of [password, secret, session.secret]) expect(rows).not.toContain(canary)
})

test('many who sign in at the same time are told to come again, and the record of nobody is bounded', async () => {
  const { people } = await withAdmin()
  const tries = await Promise.allSettled(Array.from({ length: 60 }, () => people.signIn('nobody', 'x')))
  const codes = new Set(tries.map((t) => (t.status === 'rejected' ? t.reason.code : 'in')))
  expect(codes).toEqual(new Set(['PEOPLE_SIGN_IN', 'PEOPLE_BUSY']))
  expect((await people.signIn('Ada', password)).caller.name).toBe('Ada')
})

test('what nobody in particular tried does not push out what people did', async () => {
  const { people, db } = await withAdmin()
  await people.record({ name: 'Ada', role: 'admin' }, 'people.add', 'done')
  await people.record({ name: '-', role: '-' }, 'session.signIn', 'PEOPLE_SIGN_IN')
  await db.updateTable('operations').set({ seq: 20_000 }).where('role', '=', '-').execute()
  await people.record({ name: '-', role: '-' }, 'session.signIn', 'PEOPLE_LOCKED')
  await db.updateTable('operations').set({ seq: 40_000 }).where('outcome', '=', 'PEOPLE_LOCKED').execute()
  await people.record({ name: '-', role: '-' }, 'session.signIn', 'PEOPLE_BUSY')
  expect((await people.operations(undefined, 10)).map((o) => o.outcome)).toEqual([
    'PEOPLE_BUSY',
    'PEOPLE_LOCKED',
    'done',
  ])
})
