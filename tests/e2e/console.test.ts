/** The console in a real browser on real nodes: from the first account to a joint model that another member approved. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, password, type Seat, seat, setUp, signIn } from './browser.ts'
import { makeSite, type Site } from './harness.ts'

const routes = [
  '',
  'inbox',
  'data',
  'data/loans',
  'flows',
  'runs',
  'directory',
  'partners',
  'audit',
  'people',
  'account',
  'admin',
  'help',
]

describe.skipIf(noBrowser !== undefined)(`the console (${noBrowser ?? 'in chromium'})`, () => {
  let site: Site
  let browser: Browser
  let admin: Seat
  let url: string
  const seats: Seat[] = []
  const sit = async (options = {}): Promise<Seat> => {
    const made = await seat(browser, options)
    seats.push(made)
    return made
  }

  beforeAll(async () => {
    site = await makeSite()
    const terms = (await site.nodes['bank-b'].client.data.show({ name: 'payments' })).terms
    await site.nodes['bank-b'].client.data.setTerms({ name: 'payments', terms: { ...terms, approval: 'always' } })
    browser = await openBrowser()
    url = await consoleUrl(site.nodes['bank-a'])
    admin = await sit()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.remove()
  })

  test('the first account is made with the link that the command prints, and a second one by the first', async () => {
    const { page } = admin
    let loaded = 0
    const sizes: Promise<void>[] = []
    page.on('requestfinished', (request) => {
      sizes.push(
        request.sizes().then(({ responseBodySize }) => {
          loaded += responseBodySize
        }),
      )
    })
    await setUp(page, url, 'Ada Admin')
    await Promise.all(sizes)
    expect(loaded).toBeLessThan(420_000)
    expect(await consoleUrl(site.nodes['bank-a'])).toMatch(/\/console\/$/)
    await page.getByRole('menuitem', { name: 'People' }).click()
    await page.getByRole('button', { name: 'Add somebody' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Alan Analyst')
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Add somebody' }).click()
    await page.getByRole('cell', { name: 'Alan Analyst', exact: true }).waitFor()
  })

  test('an analyst reaches a joint model that a steward of the other bank approves', async () => {
    const { page } = await sit()
    await signIn(page, url, 'Alan Analyst')
    expect(await page.getByRole('menuitem', { name: 'People' }).count()).toBe(0)
    await page.getByRole('menuitem', { name: 'Flows' }).click()
    await page.getByRole('button', { name: 'Credit risk' }).click()
    // The template knows the partner's dataset; what it would disclose stands there before anything is sent.
    await page.getByText('which of its own rows bank-b also has').first().waitFor()
    await page.locator('.step', { hasText: 'Joint logistic regression' }).click()
    await page.getByLabel('Epochs').fill('2')
    await page.getByText('not saved').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('version 2').first().waitFor()
    await page.getByRole('button', { name: 'Propose and run' }).click()
    await page.getByText('bank-b: approval').waitFor()

    const steward = await sit()
    const urlB = await consoleUrl(site.nodes['bank-b'])
    await setUp(steward.page, urlB, 'Bea Steward')
    await steward.page.getByRole('menuitem', { name: 'Inbox' }).click()
    await steward.page.getByRole('link', { name: 'joint-credit' }).click()
    await steward.page.getByText('What others would learn').waitFor()
    expect(await barriers(steward.page)).toEqual([])
    await steward.page.getByRole('button', { name: 'Approve' }).click()
    await steward.page.getByText('granted', { exact: true }).first().waitFor()

    // It begins by itself once it is granted; the page hears of it.
    await page.goto(new URL('/console/runs', url).href)
    await page
      .getByRole('link', { name: /joint-credit/ })
      .first()
      .click()
    await page.getByText('succeeded', { exact: true }).first().waitFor({ timeout: 60_000 })
    await page.getByRole('tab', { name: 'Results' }).click()
    await page.getByRole('img', { name: 'ROC' }).first().waitFor()
    expect(await barriers(page)).toEqual([])
    await page.getByRole('tab', { name: 'What left' }).click()
    await page.getByText('Bytes that this node sent').waitFor()
    await page.getByRole('tab', { name: 'Graph' }).click()
    await page.locator('.step.finished').first().waitFor()
    expect(await barriers(page)).toEqual([])
  })

  test('a refusal reaches whoever asked, with its reason', async () => {
    const { page } = seats[1]!
    await page.goto(new URL('/console/flows', url).href)
    await page.getByRole('button', { name: 'Joint marketing' }).click()
    await page.getByText('which of its own rows bank-b also has').first().waitFor()
    await page.getByRole('button', { name: 'Propose and run' }).click()
    await page.getByText('bank-b: approval').waitFor()
    const steward = seats[2]!.page
    await steward.goto(new URL('/console/inbox', steward.url()).href)
    await steward.getByRole('link', { name: 'joint-marketing' }).click()
    await steward.getByLabel('Reason or question').fill('Marketing needs a contract first.')
    await steward.getByRole('button', { name: 'Refuse' }).click()
    await steward.getByText('refused', { exact: true }).first().waitFor()
    await page.getByText('Marketing needs a contract first.').waitFor()
  })

  test('every page is there in both languages, by light and dark, without barriers or complaints', async () => {
    const { page } = admin
    const found: string[] = []
    for (const [language, dark] of [
      ['en', false],
      ['zh', true],
    ] as const) {
      for (const route of routes) {
        await page.goto(new URL(`/console/${route}`, url).href)
        await settled(page)
        expect(await page.locator('html').getAttribute('lang')).toBe(language)
        expect(await page.locator('html').getAttribute('data-theme')).toBe(dark ? 'dark' : 'light')
        found.push(...(await barriers(page)).map((b) => `${language} ${route}: ${b}`))
      }
      if (language === 'en') {
        await page.getByRole('button', { name: '中文' }).click()
        await page.getByRole('button', { name: '浅色或深色' }).click()
      }
    }
    expect(found).toEqual([])
    for (const { complaints } of seats) expect(complaints).toEqual([])
  })

  test('no page is wider than a telephone', async () => {
    const { page } = admin
    await page.setViewportSize({ width: 390, height: 844 })
    for (const route of routes) {
      await page.goto(new URL(`/console/${route}`, url).href)
      await settled(page)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(wide, route).toBeLessThanOrEqual(0)
    }
  })
})

/** The page has a heading, and nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await expect.poll(() => page.locator('.ant-skeleton-active, .ant-spin-spinning').count()).toBe(0)
}
