/** Tokens, invitations and the second factor. Passwords are dear to look at: the cases share what they can. */
import { callerMay, roleCovers } from '@secureflow/api'
import { platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../storage/index.ts'
import { temporaryFolderForFile } from '../testing/folders.ts'
import { People } from './people.ts'
import { codeAt } from './totp.ts'

const password = 'a long enough password'
const minute = 60_000
const day = 24 * 60 * minute
const clock = { at: 1e12, now: () => clock.at }
let db: Database
let people: People
let ada: string

beforeAll(async () => {
  db = await openDatabase(temporaryFolderForFile())
  people = new People(db, clock, platformRng(nodePlatform), new Uint8Array(32).fill(7))
  await people.setUp((await people.setUpCode()).code, 'Ada', password)
  ada = (await people.list())[0]!.id
})
afterAll(() => db.destroy())

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
}
const steps = () => Math.floor(clock.at / 30_000)

test('a token acts for its owner within its role and scope, until it ends or is revoked', async () => {
  const { token, secret } = await people.tokens.add(ada, { name: 'ci', scope: 'run', role: 'analyst', days: 2 })
  const caller = (await people.holderOf(secret))!
  expect(caller).toEqual({ id: ada, name: 'Ada', role: 'analyst', token: { name: 'ci', scope: 'run' } })
  expect(callerMay(caller, 'POST', 'runs.start')).toBe(true)
  expect(callerMay(caller, 'GET', 'runs.list')).toBe(true)
  expect(callerMay(caller, 'GET', undefined)).toBe(true)
  for (const beyond of ['drafts.remove', 'data.add', 'people.add', 'node.stop', 'requests.approve'])
    expect(callerMay(caller, 'POST', beyond), beyond).toBe(false)
  expect(callerMay({ ...caller, token: { name: 'ci', scope: 'read' } }, 'POST', 'runs.start')).toBe(false)
  expect(callerMay({ ...caller, token: { name: 'ci', scope: 'all' } }, 'POST', 'people.add')).toBe(false)

  expect((await people.tokens.list(ada))[0]).toMatchObject({ id: token.id, lastUsedAt: clock.at })
  for (const wrong of ['', 'sfp_', `${secret}0`, secret.slice(4), token.id])
    expect(await people.holderOf(wrong), wrong).toBeUndefined()
  clock.at += 2 * day
  expect(await people.holderOf(secret)).toBeUndefined()
  const again = await people.tokens.add(ada, { name: 'ci', scope: 'read', days: 1 })
  expect((await people.holderOf(again.secret))!.role).toBe('admin')
  await expect(people.tokens.revoke(again.token.id, 'somebody else')).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
  await people.tokens.revoke(again.token.id, ada)
  expect(await people.holderOf(again.secret)).toBeUndefined()
  const stored = JSON.stringify(await db.selectFrom('api_tokens').selectAll().execute())
  expect(stored).not.toContain(secret.slice(4))
})

test('no token may more than its owner does, also when the owner may less than before', async () => {
  expect(roleCovers('admin', 'steward')).toBe(true)
  for (const [own, wanted] of [
    ['steward', 'admin'],
    ['steward', 'analyst'],
    ['analyst', 'steward'],
    ['analyst', 'auditor'],
    ['auditor', 'admin'],
  ] as const)
    expect(roleCovers(own, wanted), `${own} ${wanted}`).toBe(false)
  const { code } = await people.invitations.add('admin', 1, 'Ada')
  await people.accept(code, 'Bob', password)
  const bob = (await people.list()).find((p) => p.name === 'Bob')!.id
  const strong = await people.tokens.add(bob, { name: 'a', scope: 'all', days: 30 })
  expect((await people.holderOf(strong.secret))!.role).toBe('admin')
  await people.change(bob, { role: 'analyst' })
  expect(await people.holderOf(strong.secret)).toBeUndefined()
  await expect(people.tokens.add(bob, { name: 'b', scope: 'all', role: 'steward', days: 1 })).rejects.toMatchObject({
    code: 'PEOPLE_TOKEN_ROLE',
  })
  const own = await people.tokens.add(bob, { name: 'b', scope: 'all', days: 1 })
  await people.change(bob, { disabled: true })
  expect(await people.holderOf(own.secret)).toBeUndefined()
  await people.change(bob, { disabled: false })
  expect(await people.holderOf(own.secret)).toBeDefined()
  await people.remove(bob)
  expect(await people.holderOf(own.secret)).toBeUndefined()
  expect((await people.list()).map((p) => p.name)).toEqual(['Ada'])
  await expect(people.remove(ada)).rejects.toMatchObject({ code: 'PEOPLE_LAST_ADMIN' })
  await expect(people.remove('nobody')).rejects.toMatchObject({ code: 'API_NOT_FOUND' })
})

test('an invitation makes one account of its role, once, until it ends or is withdrawn', async () => {
  const [used, late, withdrawn] = [
    await people.invitations.add('auditor', 1, 'Ada'),
    await people.invitations.add('auditor', 1, 'Ada'),
    await people.invitations.add('admin', 3, 'Ada'),
  ]
  expect(await people.invitations.list()).toHaveLength(3)
  await expect(people.accept(used.code, 'ada', password)).rejects.toMatchObject({ code: 'PEOPLE_NAME_TAKEN' })
  const racing = await Promise.allSettled(['Cleo', 'Carl'].map((name) => people.accept(used.code, name, password)))
  expect(racing.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await people.list()).filter((p) => p.name !== 'Ada')).toMatchObject([{ role: 'auditor' }])
  await expect(people.accept(used.code, 'Dan', password)).rejects.toMatchObject({ code: 'PEOPLE_INVITATION' })
  await people.invitations.withdraw(withdrawn.invitation.id)
  await expect(people.accept(withdrawn.code, 'Dan', password)).rejects.toMatchObject({ code: 'PEOPLE_INVITATION' })
  clock.at += day
  await expect(people.accept(late.code, 'Dan', password)).rejects.toMatchObject({ code: 'PEOPLE_INVITATION' })
  expect(await people.invitations.list()).toEqual([])
  const rest = (await people.list()).filter((p) => p.name !== 'Ada')
  for (const { id } of rest) await people.remove(id)
})

test('with a second factor nobody signs in without a code, with an old one, or twice with the same', async () => {
  const { secret, uri } = await people.secondFactor.begin(ada, 'secureflow bank-a')
  expect(uri).toContain(secret)
  const key = fromBase32(secret)
  // Nothing is asked for before it is confirmed.
  const before = await people.signIn('Ada', password)
  await expect(people.secondFactor.confirm(ada, '000000')).rejects.toMatchObject({ code: 'PEOPLE_WRONG_CODE' })
  const recovery = await people.secondFactor.confirm(ada, codeAt(key, steps()))
  expect(new Set(recovery).size).toBe(10)
  expect((await people.callerOf(before.secret))?.name).toBe('Ada')

  // Without a code: asked for it, and no attempt is lost, however often.
  for (let i = 0; i < 6; i++)
    await expect(people.signIn('Ada', password)).rejects.toMatchObject({ code: 'PEOPLE_SECOND_FACTOR' })
  // The code that confirmed was used.
  await expect(people.signIn('Ada', password, codeAt(key, steps()))).rejects.toMatchObject({
    code: 'PEOPLE_WRONG_CODE',
  })
  clock.at += minute
  const code = codeAt(key, steps())
  const twice = await Promise.allSettled([people.signIn('Ada', password, code), people.signIn('Ada', password, code)])
  expect(twice.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected'])
  // A recovery code, however it is written, once.
  const typed = recovery[0]!.toLowerCase().replaceAll('-', ' ')
  expect((await people.signIn('Ada', password, typed)).caller.name).toBe('Ada')
  expect(await people.secondFactor.recoveryCodesLeft(ada)).toBe(9)
  await expect(people.signIn('Ada', password, typed)).rejects.toMatchObject({ code: 'PEOPLE_WRONG_CODE' })

  const rows = JSON.stringify([
    await db.selectFrom('people').selectAll().execute(),
    await db.selectFrom('recovery_codes').selectAll().execute(),
  ])
  for (const canary of [secret, key.toString('base64url'), key.toString('hex'), recovery[1]!.replaceAll('-', '')])
    expect(rows).not.toContain(canary)

  // Guessing codes closes the name, as guessing passwords does: the wrong one above was the first.
  for (let i = 0; i < 4; i++)
    await expect(people.signIn('Ada', password, '000000')).rejects.toMatchObject({ code: 'PEOPLE_WRONG_CODE' })
  clock.at += minute
  await expect(people.signIn('Ada', password, codeAt(key, steps()))).rejects.toMatchObject({ code: 'PEOPLE_LOCKED' })
  expect((await people.list())[0]!.lockedUntil).toBeGreaterThan(clock.at)
  await people.change(ada, { unlock: true })
  expect((await people.signIn('Ada', password, codeAt(key, steps()))).caller.name).toBe('Ada')

  // Lost: an admin takes it away, and with it what was signed in.
  const { secret: session } = await people.signIn('Ada', password, recovery[2]!)
  await people.change(ada, { resetSecondFactor: true })
  expect(await people.callerOf(session)).toBeUndefined()
  expect(await people.secondFactor.recoveryCodesLeft(ada)).toBe(0)
  expect((await people.signIn('Ada', password)).caller.name).toBe('Ada')
}, 60_000)

test('where a second factor is required, who has none may do nothing but set one up, tokens included', async () => {
  const { secret: session } = await people.signIn('Ada', password)
  const token = await people.tokens.add(ada, { name: 'ci', scope: 'all', days: 1 })
  await people.rules.change({ requireSecondFactor: true })
  for (const caller of [await people.callerOf(session), await people.holderOf(token.secret)]) {
    expect(caller).toMatchObject({ mustEnrol: true })
    expect(callerMay(caller!, 'GET', 'runs.list')).toBe(false)
    expect(callerMay(caller!, 'GET', undefined)).toBe(false)
    expect(callerMay(caller!, 'GET', 'account.show')).toBe(true)
  }
  const { secret } = await people.secondFactor.begin(ada, 'x')
  await people.secondFactor.confirm(ada, codeAt(fromBase32(secret), steps()))
  expect(await people.callerOf(session)).not.toHaveProperty('mustEnrol')
  expect(await people.holderOf(token.secret)).not.toHaveProperty('mustEnrol')
  // It outlives a restart.
  const reopened = new People(db, clock, platformRng(nodePlatform), new Uint8Array(32).fill(7))
  expect(await reopened.rules.current()).toMatchObject({ requireSecondFactor: true })
})
