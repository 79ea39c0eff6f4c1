/** Accounts in a real browser on real nodes: from two empty nodes to a network, invitations, tokens, the second factor. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IdentityProvider } from '@secureflow/node/people/testing/identity-provider'
import { codeAt } from '@secureflow/node/people/totp'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, password, type Seat, seat, setUp } from './browser.ts'
import { makeHome, TestNode, told } from './harness.ts'

const passphrase = 'kept in another place'
/** Where pictures go, for whoever wants to look at them. */
const pictures = process.env.SECUREFLOW_PICTURES

describe.skipIf(noBrowser !== undefined)(`accounts (${noBrowser ?? 'in chromium'})`, () => {
  let folder: string
  let a: TestNode
  let b: TestNode
  let browser: Browser
  let admin: Seat
  let urlA: string
  const seats: Seat[] = []
  const sit = async (options = {}): Promise<Seat> => {
    const made = await seat(browser, options)
    seats.push(made)
    return made
  }
  const at = (path: string) => new URL(`/console/${path}`, urlA).href

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secureflow-people-'))
    a = new TestNode(join(folder, 'bank-a'))
    b = new TestNode(join(folder, 'bank-b'))
    await makeHome(a.home, 'bank-a', 0)
    await makeHome(b.home, 'bank-b', 0)
    await Promise.all([a.start(), b.start()])
    browser = await openBrowser()
    urlA = await consoleUrl(a)
    admin = await sit()
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([a?.kill(), b?.kill()])
    rmSync(folder, { recursive: true, force: true })
  })

  /** Looked at by whoever wrote the page, in both languages and on a telephone; by axe in every case. */
  async function looked(page: Page, name: string): Promise<void> {
    expect(await barriers(page), name).toEqual([])
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }

  test('from two empty nodes to a network, in the browser alone', async () => {
    const { page } = admin
    await setUp(page, urlA, 'Ada Admin')
    await page.getByRole('button', { name: 'Go there' }).click()
    await page.getByRole('button', { name: 'Found a network' }).click()
    await page.getByRole('button', { name: 'Invite a member' }).click()
    const invitation = (await page.locator('.mono', { hasText: /^sf1-/ }).textContent())!.trim()

    const other = (await sit()).page
    await setUp(other, await consoleUrl(b), 'Bea Admin')
    await other.getByRole('button', { name: 'Go there' }).click()
    await other.getByLabel('Invitation').fill(invitation)
    await other.getByRole('button', { name: 'Join a network' }).click()
    for (const at of [page, other]) await at.getByText('Link: connected').waitFor()
  })

  test('whoever is invited makes an account with the link, once', async () => {
    const { page } = admin
    await page.goto(at('people'))
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    const link = (await dialog.getByText(/\/console\/join#/).textContent())!.trim()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('Open invitations').waitFor()

    const guest = await sit()
    await guest.page.goto(link)
    await guest.page.getByLabel('Name').waitFor()
    await looked(guest.page, 'join')
    await guest.page.getByLabel('Name').fill('Alan Analyst')
    await guest.page.getByLabel('Password', { exact: true }).fill(password)
    await guest.page.getByLabel('Password again').fill(password)
    await guest.page.getByRole('button', { name: 'Make the account' }).click()
    await guest.page.getByRole('heading', { name: 'Overview' }).waitFor()
    // The page of the admin hears of it.
    await page.getByRole('cell', { name: 'Alan Analyst', exact: true }).waitFor()
    await looked(page, 'people')
    const late = await sit()
    await late.page.goto(link)
    await late.page.getByLabel('Name').fill('Eve')
    await late.page.getByLabel('Password', { exact: true }).fill(password)
    await late.page.getByLabel('Password again').fill(password)
    await late.page.getByRole('button', { name: 'Make the account' }).click()
    await late.page.getByText('PEOPLE_INVITATION').waitFor()
  })

  test('a token is shown once, works for curl and the command within its scope, and ends when it is revoked', async () => {
    const { page } = admin
    await page.goto(at('account'))
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What it is for').fill('nightly')
    await dialog.getByRole('button', { name: 'New token' }).click()
    const token = (await dialog.getByText(/^sfp_[0-9a-f]{64}$/).textContent())!.trim()
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor()
    await looked(page, 'account')
    expect(await page.content()).not.toContain(token)

    const { fingerprint } = await a.client.node.status()
    const env = { SECUREFLOW_URL: new URL(urlA).origin, SECUREFLOW_FINGERPRINT: fingerprint, SECUREFLOW_TOKEN: token }
    const elsewhere = join(folder, 'nowhere')
    const listed = await told(elsewhere, ['people', 'list', '--json'], env)
    expect(JSON.parse(listed.stdout).map((p: { name: string }) => p.name)).toEqual(['Ada Admin', 'Alan Analyst'])
    const stopped = await told(elsewhere, ['node', 'stop'], env)
    expect(stopped.stderr).toContain('API_SCOPE')
    const wrong = await told(elsewhere, ['run', 'list'], { ...env, SECUREFLOW_FINGERPRINT: '00'.repeat(32) })
    expect(wrong.stderr).toContain('CLI_OTHER_KEY')

    await page.getByRole('button', { name: 'Revoke: nightly' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: 'OK' }).click()
    await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor({ state: 'detached' })
    expect((await told(elsewhere, ['run', 'list'], env)).stderr).toContain('API_UNAUTHORISED')
    expect(existsSync(elsewhere)).toBe(false)
  })

  test('with a second factor the password alone is not enough, and a code holds once', async () => {
    const { page } = admin
    await page.goto(at('account'))
    await page.getByLabel('Current password').first().fill(password)
    await page.getByRole('button', { name: 'Set it up' }).click()
    await page.getByRole('img', { name: 'QR code with the secret' }).waitFor()
    const secret = (await page.locator('.mono', { hasText: /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/ }).textContent())!
    await looked(page, 'second-factor')
    const first = codeOf(secret)
    await page.getByLabel('Code', { exact: true }).fill(first)
    await page.getByRole('button', { name: 'Confirm' }).click()
    const codes = (await page.locator('.mono', { hasText: /^([A-Z2-7]{4}-){3}/ }).textContent())!.match(/\S{19}/g)!
    expect(codes).toHaveLength(10)
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('10 recovery codes left').waitFor()

    const elsewhere = (await sit()).page
    await elsewhere.goto(at(''))
    await elsewhere.getByLabel('Name').fill('Ada Admin')
    await elsewhere.getByLabel('Password', { exact: true }).fill(password)
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    const code = elsewhere.getByLabel('Code from the authenticator, or a recovery code')
    // The one that confirmed was used.
    await code.fill(first)
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await elsewhere.getByText('PEOPLE_WRONG_CODE').waitFor()
    await looked(elsewhere, 'sign-in-code')
    await code.fill(codes[0]!)
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await elsewhere.getByRole('heading', { name: 'Overview' }).waitFor()

    // The first browser sees the second, and signs it out.
    await page.getByText('9 recovery codes left').waitFor()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await elsewhere.reload()
    await elsewhere.getByRole('button', { name: 'Sign in' }).waitFor()
  })

  test('people come in by the provider of their organisation, with the role of their groups', async () => {
    const provider = await new IdentityProvider().start()
    onTestFinished(() => provider.close())
    const { page } = admin
    await page.goto(at('admin'))
    await page.getByRole('button', { name: 'Set it up' }).click()
    await page.getByLabel('Issuer').fill(provider.issuer)
    await page.getByLabel('Client id').fill(provider.clientId)
    await page.getByLabel('Client secret').fill(provider.clientSecret)
    await page.getByLabel('Text of the button').fill('Bank A')
    await page.getByLabel('Roles', { exact: true }).fill('sf-analysts = analyst')
    await looked(page, 'provider')
    await page.getByRole('button', { name: 'Check and save' }).click()
    await page.getByText('sf-analysts').waitFor()
    expect(await page.content()).not.toContain(provider.clientSecret)

    const guest = (await sit()).page
    await guest.goto(at(''))
    await guest.getByRole('button', { name: 'Sign in with Bank A' }).click()
    await guest.getByRole('button', { name: 'Account: olga' }).waitFor()
    expect(guest.url()).toBe(at(''))
    await guest.goto(at('account'))
    await guest.getByText('by the provider').waitFor()
    expect(await guest.getByRole('menuitem', { name: 'Administration' }).count()).toBe(0)
    // What came back with the browser holds once.
    await guest.goto(at('provider?code=x&state=y'))
    await guest.getByText('PEOPLE_PROVIDER_OVER').waitFor()
    expect(guest.url()).toBe(at('provider'))
    await looked(guest, 'provider-refused')
  })

  test('a backup that is made while the node runs becomes that node again, its ledger included', async () => {
    const { page } = admin
    await page.goto(at('admin'))
    for (const tab of ['Settings', 'Keys', 'Backups']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('tabpanel', { name: tab }).locator('.ant-card').first().waitFor()
      await looked(page, tab.toLowerCase())
    }
    await page.getByLabel('Passphrase of the backup').fill(passphrase)
    await page.getByRole('button', { name: 'Make a backup' }).click()
    const file = page.getByRole('link', { name: /^bank-a-.*\.sfb$/ })
    const [download] = await Promise.all([page.waitForEvent('download'), file.click()])
    const fetched = join(folder, 'fetched.sfb')
    await download.saveAs(fetched)
    const before = await a.client.network.show()
    await a.stop()

    const home = join(folder, 'bank-a-again')
    const env = { SECUREFLOW_BACKUP_PASSPHRASE: passphrase }
    expect(
      (await told(home, ['backup', 'restore', fetched], { ...env, SECUREFLOW_BACKUP_PASSPHRASE: 'another one' }))
        .stderr,
    ).toContain('BACKUP_NOT_OPENED')
    expect((await told(home, ['backup', 'restore', fetched], env)).stderr).toContain('never start again')
    a = await new TestNode(home).start()
    const after = await a.client.network.show()
    expect(after).toMatchObject({ id: before.id, height: before.height })
    expect((await a.client.people.list()).map((p) => p.name)).toContain('Alan Analyst')
    // The partner takes it for the same member.
    await expect
      .poll(async () => (await a.client.network.show()).members.every((m) => m.self || m.connected), {
        timeout: 30_000,
      })
      .toBe(true)
    // Also without its node.
    await a.stop()
    const second = join(folder, 'second.sfb')
    expect((await told(home, ['backup', 'create', second], env)).exitCode).toBe(0)
    expect((await told(home, ['backup', 'verify', second, '--json'], env)).stdout).toContain('"member": "bank-a"')
    for (const { complaints } of seats) expect(complaints).toEqual([])
  }, 120_000)
})

/** What an authenticator shows now. */
function codeOf(secret: string): string {
  const bits = [...secret.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2))
  const bytes = bits
    .map((b) => b.padStart(5, '0'))
    .join('')
    .match(/.{8}/g)!
    .map((b) => Number.parseInt(b, 2))
  return codeAt(Uint8Array.from(bytes), Math.floor(Date.now() / 30_000))
}
