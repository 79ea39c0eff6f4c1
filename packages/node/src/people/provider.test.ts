/** Sign-in through a provider that runs here: what it says truly lets people in, and each lie is noticed. */
import { platformRng } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../storage/index.ts'
import { temporaryFolderForFile } from '../testing/folders.ts'
import { People } from './people.ts'
import { IdentityProvider, visit } from './testing/identity-provider.ts'

const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
const provider = new IdentityProvider()
const olga = provider.user
let db: Database
let people: People

const settings = () => ({
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  label: 'Bank A',
  baseUrl: 'https://bank-a.example:7440',
  roleClaim: 'groups',
  roles: [
    { value: 'sf-admins', role: 'admin' as const },
    { value: 'sf-analysts', role: 'analyst' as const },
  ],
})

beforeAll(async () => {
  await provider.start()
  db = await openDatabase(temporaryFolderForFile())
  people = new People(db, clock, platformRng(nodePlatform), new Uint8Array(32).fill(7))
  await people.setUp((await people.setUpCode()).code, 'olga', 'a long enough password')
  await expect(people.beginProvider()).rejects.toMatchObject({ code: 'PEOPLE_PROVIDER_NONE' })
  await people.changeRules({ provider: settings() })
})
afterEach(() => {
  Object.assign(provider, { lies: {}, otherKey: false, thinTokens: false, user: olga })
  clock.ahead = 0
})
afterAll(async () => {
  await provider.close()
  await db.destroy()
})

async function signIn() {
  const { url, pledge } = await people.beginProvider()
  return people.finishProvider(await visit(url), pledge, 'Firefox')
}
const refused = (code: string, reason?: RegExp) =>
  expect(signIn()).rejects.toMatchObject({
    code,
    ...(reason === undefined ? {} : { fields: { reason: expect.stringMatching(reason) } }),
  })

test('whom the provider vouches for comes in with the role of its groups, and never as somebody who was here', async () => {
  const { secret } = await signIn()
  // There is an olga already, and she is an admin: this is another person.
  expect(await people.callerOf(secret)).toMatchObject({ name: 'olga 2', role: 'analyst' })
  const again = await signIn()
  expect((await people.callerOf(again.secret))!.id).toBe((await people.callerOf(secret))!.id)
  const id = (await people.callerOf(secret))!.id
  expect((await people.sessions.list(id, secret))[0]).toMatchObject({ via: 'provider', device: 'Firefox' })

  // The role follows the provider; what was signed in before ends with the old one.
  provider.user = { ...olga, groups: ['sf-admins'], preferred_username: 'another name' }
  const promoted = await signIn()
  expect(await people.callerOf(promoted.secret)).toMatchObject({ id, name: 'olga 2', role: 'admin' })
  expect(await people.callerOf(secret)).toBeUndefined()
  provider.user = olga
  await signIn()

  await people.change(id, { disabled: true })
  await refused('PEOPLE_SIGN_IN')
  await people.change(id, { disabled: false })
  // A second factor is the provider's matter.
  await people.rules.change({ requireSecondFactor: true })
  expect(await people.callerOf((await signIn()).secret)).not.toHaveProperty('mustEnrol')
  await people.rules.change({ requireSecondFactor: false })
  // It has no password here, also not an empty one.
  await expect(people.signIn('olga 2', '')).rejects.toMatchObject({ code: 'PEOPLE_SIGN_IN' })
})

test('claims may come with the access token, for the same subject only', async () => {
  provider.thinTokens = true
  provider.user = { sub: 'u-2', email: '<b>carl</b>@bank-a.example', groups: 'sf-analysts' }
  const { secret } = await signIn()
  expect(await people.callerOf(secret)).toMatchObject({ name: 'bcarlb@bank-a.example', role: 'analyst' })
  provider.lies = { userinfo: { sub: 'u-1' } }
  await refused('PEOPLE_PROVIDER_ANSWER')
})

test('whoever has no role here does not come in, unless everybody does', async () => {
  provider.user = { sub: 'u-3', name: 'Eve', groups: ['sf-admins-not', 7, null] }
  await refused('PEOPLE_PROVIDER_NOBODY')
  provider.user = { sub: 'u-3', name: 'Eve' }
  await refused('PEOPLE_PROVIDER_NOBODY')
  expect((await people.list()).map((p) => p.name)).not.toContain('Eve')
  await people.changeRules({ provider: { ...settings(), standardRole: 'auditor' } })
  expect(await people.callerOf((await signIn()).secret)).toMatchObject({ name: 'Eve', role: 'auditor' })
  await people.changeRules({ provider: settings() })
})

test.each([
  ['a wrong nonce', { token: { nonce: 'another' } }, /JWT_CLAIM_COMPARISON/],
  ['no nonce', { token: { nonce: undefined } }, /./],
  ['for another client', { token: { aud: 'another client' } }, /JWT_CLAIM_COMPARISON/],
  ['for many, by another', { token: { aud: ['secureflow-bank-a', 'x'], azp: 'x' } }, /./],
  ['of another issuer', { token: { iss: 'https://evil.example' } }, /./],
  ['expired', { token: { exp: 1_600_000_000 } }, /JWT_TIMESTAMP/],
  ['of no subject', { token: { sub: undefined } }, /./],
  ['unsigned', { alg: 'none' }, /./],
  ['answered by another issuer', { answer: { iss: 'https://evil.example' } }, /./],
  ['another state', { answer: { state: 'another' } }, /./],
  ['refused by the provider', { answer: { error: 'access_denied' } }, /access_denied/],
  ['an unknown code', { answer: { code: 'another' } }, /invalid_grant/],
])('an answer that is %s is refused', async (_, lies, reason) => {
  provider.lies = lies
  await refused('PEOPLE_PROVIDER_ANSWER', reason)
})

test('a token that another key signed is refused, whatever it says', async () => {
  provider.otherKey = true
  await refused('PEOPLE_PROVIDER_ANSWER')
})

test('a sign-in is finished in the browser that began it, once, and not late', async () => {
  const { url, pledge } = await people.beginProvider()
  const other = await people.beginProvider()
  const answer = await visit(url)
  const over = { code: 'PEOPLE_PROVIDER_OVER' }
  for (const wrong of [undefined, '', 'x', `${pledge.slice(0, -2)}AA`, Buffer.from('{}').toString('base64url')])
    await expect(people.finishProvider(answer, wrong)).rejects.toMatchObject(over)
  // Another browser's: its state is not the one of this answer.
  await expect(people.finishProvider(answer, other.pledge)).rejects.toMatchObject({ code: 'PEOPLE_PROVIDER_ANSWER' })
  await people.finishProvider(answer, pledge)
  await expect(people.finishProvider(answer, pledge)).rejects.toMatchObject(over)
  const late = await people.beginProvider()
  clock.ahead = 11 * 60_000
  await expect(people.finishProvider(await visit(late.url), late.pledge)).rejects.toMatchObject(over)
})

test('the secret is sealed, stays with its issuer, and is told to nobody', async () => {
  const rows = await db.selectFrom('settings').selectAll().execute()
  const stored = Buffer.concat(rows.map((r) => r.value)).toString('latin1')
  expect(stored).toContain(provider.clientId)
  expect(stored).not.toContain(provider.clientSecret)
  expect(JSON.stringify(await people.rules.current())).not.toMatch(/secret:/)
  const { clientSecret, ...rest } = settings()
  await people.changeRules({ provider: { ...rest, label: 'Another label' } })
  expect((await people.rules.provider())!.clientSecret).toBe(clientSecret)
  const other = await new IdentityProvider().start()
  await people.changeRules({ provider: { ...rest, issuer: other.issuer } })
  expect((await people.rules.provider())!.clientSecret).toBe('')
  await other.close()
  await people.changeRules({ provider: settings() })
})

test('however many begin, the provider is asked who it is once', async () => {
  await people.changeRules({ provider: settings() })
  const before = provider.asked.length
  await Promise.all(Array.from({ length: 20 }, () => people.beginProvider()))
  expect(provider.asked.length).toBe(before)
  clock.ahead = 11 * 60_000
  await Promise.all(Array.from({ length: 20 }, () => people.beginProvider()))
  expect(provider.asked.length).toBe(before + 1)
  provider.lies = { discoveryIssuer: 'https://evil.example' }
  clock.ahead = 22 * 60_000
  for (let i = 0; i < 5; i++)
    await expect(people.beginProvider()).rejects.toMatchObject({ code: 'PEOPLE_PROVIDER_AWAY' })
  expect(provider.asked.length).toBe(before + 2)
  provider.lies = {}
  clock.ahead += 6_000
  await people.beginProvider()
})

test('a provider that is none is not taken into the settings', async () => {
  for (const [issuer, code] of [
    ['http://login.example.org', 'PEOPLE_PROVIDER_ISSUER'],
    ['file:///etc/passwd', 'PEOPLE_PROVIDER_ISSUER'],
    [`${provider.issuer}/nothing`, 'PEOPLE_PROVIDER_AWAY'],
    ['http://127.0.0.1:1', 'PEOPLE_PROVIDER_AWAY'],
  ] as const)
    await expect(people.changeRules({ provider: { ...settings(), issuer } }), issuer).rejects.toMatchObject({ code })
  provider.lies = { discoveryIssuer: 'https://evil.example' }
  await expect(people.changeRules({ provider: settings() })).rejects.toMatchObject({ code: 'PEOPLE_PROVIDER_AWAY' })
  provider.lies = {}
  expect((await people.rules.current()).provider!.issuer).toBe(provider.issuer)
  await people.changeRules({ provider: null })
  await expect(people.beginProvider()).rejects.toMatchObject({ code: 'PEOPLE_PROVIDER_NONE' })
})
