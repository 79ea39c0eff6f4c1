/** A real browser on a node's console. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { command, type TestNode } from './harness.ts'

const executablePath = [process.env.SECUREFLOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
)

/** Why there is no browser to test with; undefined where there is one. */
export const noBrowser = executablePath === undefined ? 'needs chromium' : undefined

export const password = 'correct horse battery'

/** As root in a container there is no sandbox for the browser; it opens nothing but the nodes of the test. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export interface Seat {
  page: Page
  /** Everything that the page complained about. */
  complaints: string[]
}

/** A browser of its own for one person, at a node. */
export async function seat(
  browser: Browser,
  { viewport = { width: 1440, height: 900 }, locale = 'en-GB' } = {},
): Promise<Seat> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport, locale, colorScheme: 'light' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, complaints }
}

/** Where the node's console is; while nobody has an account, the link of the first one. */
export async function consoleUrl(node: TestNode): Promise<string> {
  const { stdout, stderr } = await command(node.home, 'console', '--json')
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { url: string }).url
}

/** Makes the first account by the link that the command prints. */
export async function setUp(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  // By key: a pointer that stays where a link comes to lie has that link's page loaded beforehand.
  await page.getByLabel('Password again').fill(password)
  await page.getByLabel('Password again').press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

export async function signIn(page: Page, url: string, name: string): Promise<void> {
  await page.goto(new URL('/console/', url).href)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** What keeps people who use a keyboard or a reader from the page: WCAG 2 A and AA, by axe. */
export async function barriers(page: Page): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: {
          run(
            where: Document,
            options: object,
          ): Promise<{ violations: { id: string; nodes: { html: string; target: unknown[] }[] }[] }>
        }
      }
    ).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((n) => `${id}: ${n.target.join(' ')} ${n.html.slice(0, 160)}`),
    )
  })
}
let axe: string | undefined
