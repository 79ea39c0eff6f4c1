/** `npm run screenshots`: the main pages of the console on real nodes after a real run, in both languages, by light and dark. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { consoleUrl, noBrowser, openBrowser, seat, setUp } from './e2e/browser.ts'
import { begin, creditFlow, makeSite, outcomeOf } from './e2e/harness.ts'

const folder = join(import.meta.dirname, '../bench-results/screenshots')
const sizes = {
  desktop: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 720 },
  phone: { width: 390, height: 844 },
}

if (noBrowser !== undefined) {
  console.error(noBrowser)
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
await using site = await makeSite()
const a = site.nodes['bank-a']
const run = await begin(a.client, creditFlow())
await outcomeOf(a, run)
const again = await begin(a.client, creditFlow({ training: 'epochs: 6, batch: 64' }))
await outcomeOf(a, again)
const { id } = await a.client.drafts.save({ after: 0, name: 'joint-credit', text: creditFlow() })
const browser = await openBrowser()
const url = await consoleUrl(a)
const { page } = await seat(browser)
await setUp(page, url, 'Ada Admin')
const token = (await a.client.assets.list({})).assets[0]?.token
const pages = {
  overview: '',
  inbox: 'inbox',
  spaces: 'spaces',
  wizard: 'spaces/new',
  data: 'data',
  import: 'import',
  dataset: 'data/loans',
  flows: 'flows',
  canvas: `flows/${id}`,
  runs: 'runs',
  run: `runs/${run}`,
  compare: `runs/compare?runs=${run},${again}`,
  report: `runs/${run}/report`,
  directory: 'directory',
  asset: `directory/${token}`,
  partners: 'partners',
  audit: 'audit',
  people: 'people',
  admin: 'admin',
  account: 'account',
  help: 'help',
  component: 'help/psi',
}
for (const [locale, theme] of [
  ['en', 'light'],
  ['zh', 'dark'],
] as const)
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    await page.evaluate((chosen) => localStorage.setItem('secureflow', JSON.stringify(chosen)), { locale, theme })
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(new URL(`/console/${path}`, url).href)
      await page.locator('h1, .drawing').first().waitFor()
      await page.waitForTimeout(1200) // charts and graphs are drawn after the page
      await page.screenshot({ path: join(folder, `${name}-${locale}-${theme}-${size}.png`) })
    }
  }
await browser.close()
console.log(folder)
