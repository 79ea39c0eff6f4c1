/**
 * Every page of the console in every state that people meet: nothing there, a slow node, a node that fails, a session that
 * ended, two hundred of everything, very long names in both directions of writing. The pages are those that the router in the
 * browser knows, so that a new page is held to this too; states that cannot be made really are made on the way of the answers.
 */
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consoleUrl, noBrowser, openBrowser, password, type Seat, seat, setUp } from './browser.ts'
import { begin, creditFlow, makeSite, outcomeOf, type Site } from './harness.ts'

const full = process.env.SECUREFLOW_FULL === '1'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const mapLists = (value: Json, change: (list: Json[]) => Json[]): Json => {
  if (Array.isArray(value)) return change(value)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, Array.isArray(v) ? change(v) : v]))
}

/** What keeps rows apart must stay different; what says a kind must stay what it is. */
const identity = /^(id|run|name|token|asset|seq|account|fingerprint|at)$/
const multiplied = (list: Json[]): Json[] => {
  const [first] = list
  if (first === null || typeof first !== 'object' || Array.isArray(first)) return list
  return Array.from({ length: 200 }, (_, i) =>
    Object.fromEntries(
      Object.entries(first as Record<string, Json>).map(([k, v]) =>
        identity.test(k) && i > 0
          ? [k, typeof v === 'string' ? `${v}${i}` : typeof v === 'number' ? v + i : v]
          : [k, v],
      ),
    ),
  )
}

/** Without a space in it, and with words that are written from right to left. */
const longName = `${'x'.repeat(60)}שלום-${'y'.repeat(60)}-مرحبا-12`
const spoken = /^(name|flow|title|label|purpose|text|by|from|display|fileName)$/
const lengthened = (value: Json, key = ''): Json => {
  if (Array.isArray(value)) return value.map((v) => lengthened(v))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, lengthened(v, k)]))
  return typeof value === 'string' && spoken.test(key) ? `${value}${longName}` : value
}

/** Who is signed in, and on what network the node is, are not lists of a page. */
const untouched = /^\/(session|node|network)$/

/** A part of the answers is changed on the way. Nothing throws into the page: a route whose page has gone is let go. */
async function answersOf(page: Page, change: (json: Json, path: string) => Json): Promise<void> {
  await page.route(isAsked, async (route) => {
    const { pathname } = new URL(route.request().url())
    if (untouched.test(pathname) || route.request().method() !== 'GET') return route.continue().catch(() => {})
    await route
      .fetch()
      .then(async (response) => {
        const json = response.status() === 200 ? change((await response.json()) as Json, pathname) : undefined
        await route.fulfill(json === undefined ? { response } : { response, json })
      })
      .catch(() => {})
  })
}
/** What pages ask the node for. */
const isAsked = (url: URL): boolean => !url.pathname.startsWith('/console') && url.pathname !== '/events'

interface State {
  /** Makes it, before the page is loaded. */
  make: (page: Page) => Promise<void>
  /** What this state must show beside what every state must; most have nothing more. */
  holds?: (page: Page, path: string) => Promise<void>
}

describe.skipIf(noBrowser !== undefined)(`every page in every state (${noBrowser ?? 'in chromium'})`, () => {
  let site: Site
  let browser: Browser
  let admin: Seat
  let url: string
  let paths: string[] = []

  beforeAll(async () => {
    site = await makeSite()
    const a = site.nodes['bank-a']
    const run = await begin(a.client, creditFlow({ training: 'epochs: 1, batch: 64' }))
    expect(await outcomeOf(a, run, 180_000)).toBe('succeeded')
    const { id } = await a.client.drafts.save({ after: 0, name: 'joint-credit', text: creditFlow() })
    const token = (await a.client.assets.list({})).assets[0]!.token!
    const [request] = await a.client.requests.list()
    browser = await openBrowser()
    url = await consoleUrl(a)
    admin = await seat(browser, { viewport: { width: 390, height: 844 } })
    await setUp(admin.page, url, 'Ada Admin')
    const known = await admin.page.evaluate(() => {
      const { __TSR_ROUTER__: router } = globalThis as unknown as {
        __TSR_ROUTER__: { routesByPath: Record<string, unknown> }
      }
      return Object.keys(router.routesByPath)
    })
    const examples: Record<string, string> = {
      '/flows/$id': `/flows/${id}`,
      '/inbox/$id': `/inbox/${request?.id ?? '0'.repeat(64)}`,
      '/runs/$run': `/runs/${run}`,
      '/runs/$run/report': `/runs/${run}/report`,
      '/directory/$asset': `/directory/${token}`,
      '/data/$name': '/data/loans',
      '/help/$component': '/help/psi',
    }
    // A page that nobody gave an example shows what it says of a thing that is not there.
    paths = known
      .filter((path) => !/^\/(set-up|join)/.test(path))
      .map((path) => examples[path] ?? path.replaceAll(/\$\w+/g, 'nothing'))
    expect(paths.length).toBeGreaterThan(15)
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await site?.remove()
  })

  const go = (page: Page, path: string) => page.goto(new URL(`/console${path}`, url).href)

  /** Something to read, and nothing that is still being loaded. */
  async function settled(page: Page, path: string): Promise<void> {
    await page.locator('h1, .drawing, [role=alert]').first().waitFor()
    await expect
      .poll(() => page.locator('.ant-skeleton-active, .ant-spin-spinning').count(), {
        message: `${path} goes on loading`,
        timeout: 30_000,
      })
      .toBe(0)
  }

  async function sound(page: Page, path: string): Promise<void> {
    const { wide, said, ways } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      said: (document.querySelector('main')?.textContent ?? '').trim().length,
      ways: document.querySelectorAll('a[href], button').length,
    }))
    expect(wide, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
    expect(said, `${path} says nothing`).toBeGreaterThan(10)
    expect(ways, `${path} has no way on`).toBeGreaterThan(0)
  }

  const states: Record<string, State> = {
    'nothing there': { make: (page) => answersOf(page, (json) => mapLists(json, () => [])) },
    'a slow node': {
      make: async (page) => {
        const held: Route[] = []
        let open = false
        await page.route(isAsked, (route) => {
          if (open || untouched.test(new URL(route.request().url()).pathname)) return route.continue().catch(() => {})
          held.push(route)
        })
        release.set(page, async () => {
          open = true
          await Promise.all(held.splice(0).map((route) => route.continue().catch(() => {})))
        })
      },
      holds: async (page, path) => {
        // Before anything has come there is a heading or a sign that it is coming, never an empty page.
        await page.locator('h1, .ant-skeleton-active, .ant-spin-spinning, .drawing').first().waitFor()
        await release.get(page)?.()
        await settled(page, path)
      },
    },
    'a node that fails': {
      make: async (page) => {
        await page.route(isAsked, (route) =>
          untouched.test(new URL(route.request().url()).pathname)
            ? route.continue().catch(() => {})
            : route.fulfill({ status: 502, body: '<html>Bad gateway</html>' }).catch(() => {}),
        )
      },
    },
    'a session that ended': {
      make: (page) => page.context().clearCookies(),
      holds: async (page, path) => {
        await page.getByLabel('Name').fill('Ada Admin')
        await page.getByLabel('Password', { exact: true }).fill(password)
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page.getByRole('button', { name: /^Account/ }).waitFor()
        expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/console${path}`)
        await settled(page, path)
      },
    },
    'two hundred of everything': { make: (page) => answersOf(page, (json) => mapLists(json, multiplied)) },
    'very long names': {
      make: (page) => answersOf(page, (json) => lengthened(json)),
      holds: async (page, path) => {
        // A number beside a name that is written from right to left stays where it belongs.
        const mixed = await page.evaluate(
          () =>
            [...document.querySelectorAll('main a, main span, main strong')].filter(
              (e) => /[\u0590-\u06ff]/.test(e.textContent ?? '') && getComputedStyle(e).unicodeBidi === 'normal',
            ).length,
        )
        expect(mixed, `${path} mixes directions`).toBe(0)
      },
    },
  }
  const release = new WeakMap<Page, () => Promise<void>>()

  async function visit(path: string, name: string): Promise<void> {
    const { page } = admin
    const { make, holds } = states[name]!
    admin.complaints.length = 0
    await make(page)
    await go(page, path)
    if (name !== 'a slow node' && name !== 'a session that ended') await settled(page, path)
    await holds?.(page, path)
    await sound(page, path)
    expect(admin.complaints, `${path}, ${name}`).toEqual([])
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }

  if (full)
    test.each(Object.keys(states))(
      'every page with %s',
      async (name) => {
        for (const path of paths) await visit(path, name)
      },
      600_000,
    )
  else
    test('every page in one of the states each', async () => {
      const names = Object.keys(states)
      for (const [i, path] of paths.entries()) await visit(path, names[i % names.length]!)
    }, 240_000)

  test('a session that ends under a page is signed in again on that page, and nothing drawn is lost', async () => {
    const { page } = admin
    const drawing = paths.find((p) => p.startsWith('/flows/'))!
    await go(page, drawing)
    await page.getByLabel('Purpose').fill('something new')
    await page.getByText('not saved').waitFor()
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByLabel('Name', { exact: true }).fill('Ada Admin')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => page.getByLabel('Purpose').inputValue()).toBe('something new')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('version 2').first().waitFor()
  })
})
