/** Accounts in a real browser on real nodes: from two empty nodes to a network, invitations, tokens, the second factor. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, password, type Seat, seat, setUp } from './browser.ts'
import { makeHome, TestNode, told } from './harness.ts'

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

  test('whoever is invited makes an account with the link, once', async () => {
    const { page } = admin
    await setUp(page, urlA, 'Ada Admin')
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
})
