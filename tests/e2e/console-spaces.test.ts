/** Spaces in a real browser on real nodes: from the wizard to a charter that both banks have signed, and a run in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, type Seat, seat, setUp } from './browser.ts'
import { makeHome, makeSite, type Site, TestNode } from './harness.ts'

/** Nodes, browsers and other tests share the machine: a limit that only a fault reaches. */
const patience = { timeout: 240_000 }

describe.skipIf(noBrowser !== undefined)(`spaces in the console (${noBrowser ?? 'in chromium'})`, patience, () => {
  let site: Site
  let browser: Browser
  let ada: Seat
  let bea: Seat
  let url: string
  let urlB: string

  beforeAll(async () => {
    site = await makeSite()
    browser = await openBrowser()
    url = await consoleUrl(site.nodes['bank-a'])
    urlB = await consoleUrl(site.nodes['bank-b'])
    ada = await seat(browser)
    bea = await seat(browser)
    for (const { page } of [ada, bea]) page.setDefaultTimeout(90_000)
    await Promise.all([setUp(ada.page, url, 'Ada Admin'), setUp(bea.page, urlB, 'Bea Steward')])
  }, patience.timeout)
  afterAll(async () => {
    await browser?.close()
    await site?.remove()
  }, patience.timeout)

  test('a wizard ends in a charter, a partner asks for a change, and both sign the changed one', async () => {
    const { page } = ada
    await page.getByRole('menuitem', { name: 'Spaces' }).click()
    await page.getByRole('button', { name: 'New space' }).click()
    await page.getByRole('radio', { name: /Audience overlap/ }).check()
    expect(await barriers(page)).toEqual([])
    const next = () => page.getByRole('button', { name: 'Next' }).click()
    await next()
    await page.getByRole('checkbox', { name: 'bank-b' }).check()
    await next()
    await page.getByRole('region', { name: 'bank-b' }).getByText('payments (700 rows)').waitFor()
    expect(await barriers(page)).toEqual([])
    await next()
    await page.getByText('which of its own rows bank-b also has').first().waitFor()
    await next()
    await page.getByLabel('Runs').fill('7')
    expect(await barriers(page)).toEqual([])
    await next()
    await page.getByText('What leaves my house').waitFor()
    await page.getByText('how many rows bank-a brings (600)').waitFor()
    await page.getByRole('button', { name: 'Sign and send' }).click()
    await page.getByText('waits for others').waitFor()

    // The partner's inbox has it, without being asked to look.
    const { page: other } = bea
    await other.getByRole('menuitem', { name: 'Inbox' }).click()
    await other.getByRole('link', { name: 'Audience overlap' }).click()
    await other.getByText('how many rows bank-b brings (700)').waitFor()
    expect(await barriers(other)).toEqual([])
    await other.getByLabel('Reason or wish').fill('Five runs are enough.')
    await other.getByRole('button', { name: 'Ask for a change' }).click()

    // Live: the page of whoever proposed hears of it.
    await page.getByText('Five runs are enough.').first().waitFor()
    await page.getByRole('button', { name: 'Propose a change' }).click()
    await page.getByLabel('Runs').fill('5')
    await next()
    await page.getByRole('button', { name: 'Sign and send' }).click()
    await other.getByText('Charter 2').first().waitFor()
    await other.getByRole('button', { name: 'Sign', exact: true }).click()
    await page.getByText('in force', { exact: true }).first().waitFor()
    await page.getByText('5 of 5 runs left').waitFor()
    expect(await barriers(page)).toEqual([])
  })

  test('a run of the space starts from its page and counts there', async () => {
    const { page } = ada
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByText('succeeded', { exact: true }).first().waitFor({ timeout: 60_000 })
    await bea.page.getByText('4 of 5 runs left').waitFor()
    expect([...ada.complaints, ...bea.complaints]).toEqual([])
  })

  test('a node without any partner reaches a joint result with two simulated ones', async () => {
    const lonely = new TestNode(join(site.folder, 'lonely'))
    await makeHome(lonely.home, 'lonely', null)
    await lonely.start()
    const { page, complaints } = await seat(browser)
    page.setDefaultTimeout(90_000)
    try {
      await setUp(page, await consoleUrl(lonely), 'Lone Ranger')
      await page.getByRole('button', { name: 'Start the simulation' }).click()
      await page.getByRole('link', { name: 'Go to the simulation' }).click({ timeout: 120_000 })
      await page.getByText('SIMULATION: invented data').waitFor()
      expect(await barriers(page)).toEqual([])
      await page.getByRole('menuitem', { name: 'Spaces' }).click()
      await page.getByRole('link', { name: 'Audience overlap (simulated)' }).click()
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      // The partner is asked, and says yes by itself.
      await page
        .getByText('granted', { exact: true })
        .or(page.getByText('started', { exact: true }))
        .first()
        .waitFor()
      await page.getByRole('menuitem', { name: 'Overview' }).click()
      await page.getByText('Latest results').waitFor()
      await page.getByText(/^rows: /).waitFor({ timeout: 90_000 })
      expect(await barriers(page)).toEqual([])
      await page.getByRole('link', { name: 'Back to the real node' }).click()
      await page.getByText('The simulation is running.').waitFor()
      expect((await lonely.client.node.status()).network).toBeUndefined()
      expect(complaints).toEqual([])

      // Whatever ends the node ends them.
      const pids = ['you', 'sim-bank', 'sim-centre'].map(
        (name) => JSON.parse(readFileSync(join(lonely.home, 'demo', name, 'node.json'), 'utf8')).pid as number,
      )
      await lonely.kill()
      for (const pid of pids) await expect.poll(() => isUp(pid), { timeout: 30_000 }).toBe(false)
    } finally {
      await lonely.kill()
    }
  })

  test('no page of spaces is wider than a telephone, in both languages', async () => {
    const { page } = ada
    const [{ id } = { id: '' }] = await site.client.spaces.list()
    await page.setViewportSize({ width: 390, height: 844 })
    for (const locale of ['en', 'zh']) {
      await page.evaluate((chosen) => localStorage.setItem('secureflow', JSON.stringify(chosen)), {
        locale,
        theme: 'light',
      })
      for (const route of ['', 'spaces', 'spaces/new', `spaces/${id}`, `spaces/${id}/change`, 'inbox']) {
        await page.goto(new URL(`/console/${route}`, url).href)
        await settled(page)
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(wide, `${locale} ${route}`).toBeLessThanOrEqual(0)
        expect(await barriers(page), `${locale} ${route}`).toEqual([])
        const shots = process.env.SHOTS
        if (shots !== undefined)
          for (const width of [390, 1280]) {
            await page.setViewportSize({ width, height: 844 })
            await page.waitForTimeout(500)
            await page.screenshot({
              path: `${shots}/${route.replaceAll('/', '-').slice(0, 12)}-${locale}-${width}.png`,
              fullPage: true,
            })
            await page.setViewportSize({ width: 390, height: 844 })
          }
      }
    }
  })
})

function isUp(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The page has a heading, and nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await expect.poll(() => page.locator('.ant-skeleton-active, .ant-spin-spinning').count()).toBe(0)
}
