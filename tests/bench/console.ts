/** The console in chromium: what the first page loads, how quickly pages change, how smoothly a large flow moves. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { consoleUrl, noBrowser, openBrowser, seat, setUp } from '../e2e/browser.ts'
import { makeSite, type TestNode } from '../e2e/harness.ts'
import type { BenchRow } from './row.ts'

const steps = 300

export async function bench(): Promise<BenchRow[]> {
  if (noBrowser !== undefined) throw new Error(noBrowser)
  await using site = await makeSite()
  const node = site.nodes['bank-a']
  const browser = await openBrowser()
  try {
    const { page } = await seat(browser)
    const loading: Promise<number>[] = []
    page.on('requestfinished', (request) => loading.push(request.sizes().then((s) => s.responseBodySize)))
    const url = await consoleUrl(node)
    await setUp(page, url, 'Ada Admin')
    const bytes = (await Promise.all(loading)).reduce((sum, n) => sum + n, 0)
    const { id } = await node.client.drafts.save({ after: 0, name: 'large', text: largeFlow() })
    const changes = await routeChanges(page)
    await page.goto(new URL(`/console/flows/${id}`, url).href)
    await page.locator('.step').first().waitFor()
    await page.waitForTimeout(2000)
    const frames = await framesWhilePanning(page)
    const scrolled = await scrollingRows(page, node, url)
    const row = { model: 'none', network: 'loopback, TLS' }
    return [
      { name: 'console: first load, compressed', value: bytes / 1000, unit: 'kB', bar: { atMost: 420 }, ...row },
      { name: 'console: change of page, median', value: changes, unit: 'ms', bar: { atMost: 200 }, ...row },
      {
        name: `console: panning and zooming a flow of ${steps} steps`,
        value: frames,
        unit: 'frames/s',
        bar: { atLeast: 30 },
        ...row,
      },
      {
        name: 'console: scrolling a table of 100,000 rows',
        value: scrolled,
        unit: 'frames/s',
        bar: { atLeast: 30 },
        ...row,
        note: 'rows come from the node while it scrolls',
      },
    ]
  } finally {
    await browser.close()
  }
}

/** Tables, each standardised again and again. */
function largeFlow(): string {
  const lines = ['  t0: { use: read-table, at: own, asset: loans }']
  for (let i = 1; i < steps; i++)
    lines.push(`  t${i}: { use: standardize, of: t${i % 5 === 0 ? Math.floor(i / 5) : i - 1} }`)
  return `flow: large\nparties: { own: bank-a }\nsteps:\n${lines.join('\n')}\n`
}

/** Down and up through the rows of a dataset, by the wheel. */
async function scrollingRows(page: Page, node: TestNode, url: string): Promise<number> {
  const path = join(node.home, 'long.csv')
  const lines = Array.from({ length: 100_000 }, (_, i) => `C${i},${i % 97},${i / 8},name ${i}`)
  await writeFile(path, `id,a,b,c\n${lines.join('\n')}\n`)
  await node.client.data.add({ path, name: 'long', id: 'id' })
  await page.goto(new URL('/console/data/long', url).href)
  await page.getByRole('tab', { name: 'Rows' }).click()
  const list = page.getByRole('region', { name: 'Rows' })
  await list.getByRole('cell', { name: 'C0', exact: true }).waitFor()
  return list.evaluate(async (place) => {
    let frames = 0
    const end = performance.now() + 3000
    while (performance.now() < end) {
      place.scrollTop = (place.scrollHeight / 2) * (1 + Math.sin(performance.now() / 400))
      await new Promise(requestAnimationFrame)
      frames++
    }
    return frames / 3
  })
}

/** From the click until the page's heading is painted; every page was looked at before. */
async function routeChanges(page: Page): Promise<number> {
  const names = ['Data', 'Flows', 'Runs', 'Directory', 'Partners', 'Overview']
  const took: number[] = []
  for (let round = 0; round < 4; round++)
    for (const name of names) {
      const ms = await page.evaluate(async (wanted) => {
        const link = [...document.querySelectorAll<HTMLElement>('nav a')].find((a) => a.textContent === wanted)!
        const start = performance.now()
        link.click()
        while (document.querySelector('h1')?.textContent !== wanted) await new Promise(requestAnimationFrame)
        return performance.now() - start
      }, name)
      if (round > 0) took.push(ms)
    }
  return took.sort((a, b) => a - b)[took.length >> 1]!
}

/** Frames a second over three seconds, in which the sheet never stands still. */
async function framesWhilePanning(page: Page): Promise<number> {
  const box = (await page.locator('.react-flow__pane').boundingBox())!
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  let counted = false
  const counting = page
    .evaluate(async () => {
      let frames = 0
      const start = performance.now()
      while (performance.now() < start + 3000) {
        await new Promise(requestAnimationFrame)
        frames++
      }
      return (frames * 1000) / (performance.now() - start)
    })
    .finally(() => {
      counted = true
    })
  while (!counted) {
    await page.mouse.move(middle.x, box.y + 20)
    await page.mouse.down()
    for (let i = 0; i < 30 && !counted; i++) await page.mouse.move(middle.x + 200 * Math.sin(i / 6), box.y + 20 + 3 * i)
    await page.mouse.up()
    await page.mouse.move(middle.x, middle.y)
    for (let i = 0; i < 10 && !counted; i++) await page.mouse.wheel(0, i < 5 ? 120 : -120)
  }
  return counting
}
