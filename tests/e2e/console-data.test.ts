/** A person brings a table in by the console: sent, settled, checked, registered, looked at. */

import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initHome } from '@secureflow/node/identity/index'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, type Seat, seat, setUp } from './browser.ts'
import { TestNode } from './harness.ts'

const rows = 100_000
const shots = process.env.SECUREFLOW_SHOTS

function table(): Buffer {
  const lines = Array.from(
    { length: rows },
    (_, i) => `C${i},${20 + (i % 60)},${i % 7},客户 ${i},${i % 3 === 0 ? 1 : 0}`,
  )
  lines.splice(500, 0, 'C500000,"=1+1|cmd",1,x,0', 'C1,30,1,again,0', 'C500001,30')
  return Buffer.from(`客户编号,age,visits,姓名,是否违约\n${lines.join('\n')}\n`)
}

describe.skipIf(noBrowser !== undefined)(
  `data in the console (${noBrowser ?? 'in chromium'})`,
  { timeout: 180_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'console-data-'))
    let node: TestNode
    let browser: Browser
    let it: Seat
    let url: string
    const at = (path: string) => new URL(`/console/${path}`, url).href
    const shot = async (name: string) => {
      if (shots !== undefined) await it.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })
    }

    beforeAll(async () => {
      const home = join(folder, 'bank-a')
      const loopback = { host: '127.0.0.1', port: 0 }
      await initHome({ home, name: 'bank-a', locale: 'en', people: loopback, peers: loopback })
      node = await new TestNode(home).start()
      await node.client.network.create({})
      browser = await openBrowser()
      it = await seat(browser)
      // A machine that does other work too takes its time over a hundred thousand rows.
      it.page.setDefaultTimeout(90_000)
      url = await consoleUrl(node)
      await setUp(it.page, url, 'Ada Admin')
    })
    afterAll(async () => {
      await browser?.close()
      await node?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('a table is sent, its columns are guessed, and what cannot be used is told and taken along', async () => {
      const { page } = it
      await page.goto(at('data'))
      await page.getByRole('link', { name: 'Take in a table' }).click()
      await page.getByText('Drop a file here').waitFor()
      expect(await barriers(page)).toEqual([])
      await shot('import')
      await page.locator('input[type=file]').setInputFiles({ name: '贷款.csv', mimeType: 'text/csv', buffer: table() })
      await page.getByRole('button', { name: 'Check all rows' }).waitFor()
      const role = (column: string) => page.getByLabel(`Role: ${column}`, { exact: true })
      await page.getByText('by its name · every row has another value').waitFor()
      await page.getByText('1 rows could not be read').waitFor()
      expect(await role('客户编号').count()).toBe(1)
      expect(await barriers(page)).toEqual([])
      await shot('import-columns')
      await page.getByRole('button', { name: 'Check all rows' }).click()
      await page.getByText('100,000 rows can be used, 3 cannot.').waitFor()
      for (const flaw of [
        'not a number',
        'an identifier that was there before',
        'another number of cells than the header',
      ])
        await page.getByRole('cell', { name: flaw }).waitFor()
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download these rows' }).click(),
      ])
      const csv = await readFile(await saved.path(), 'utf8')
      expect(csv).toContain("C500000,'=1+1|cmd,1,x,0")
      expect(csv.trim().split('\r\n')).toHaveLength(4)
      expect(await barriers(page)).toEqual([])
      await shot('import-register')

      expect(await page.getByRole('button', { name: 'Register', exact: true }).isDisabled()).toBe(true)
      await page.getByLabel('Leave these rows out').check()
      await page.getByLabel('Name', { exact: true }).fill('loans')
      await page.getByRole('button', { name: 'Register', exact: true }).click()
      await page.getByRole('heading', { name: 'loans' }).waitFor()
      await page.getByText('Upload · 贷款.csv').waitFor()
      const [dataset] = await node.client.data.list()
      expect(dataset).toMatchObject({ rows, labelColumn: '是否违约', roles: { 姓名: 'sensitive', age: 'feature' } })
    })

    test('its hundred thousand rows scroll to the last, of which only those in view are in the page', async () => {
      const { page } = it
      await page.goto(at('data/loans'))
      await page.getByRole('tab', { name: 'Rows' }).click()
      const list = page.getByRole('region', { name: 'Rows' })
      await list.getByRole('cell', { name: 'C13', exact: true }).waitFor()
      await list.evaluate((place) => place.scrollTo(0, place.scrollHeight))
      await list.getByRole('cell', { name: 'C99999', exact: true }).waitFor()
      expect(await list.getByRole('row').count()).toBeLessThan(60)
      await list.focus()
      await page.keyboard.press('Home')
      await list.getByRole('cell', { name: 'C0', exact: true }).waitFor()
      expect(await barriers(page)).toEqual([])
      await shot('rows')
    })

    test('its figures are computed and drawn, in both languages; names of people are not among them', async () => {
      const { page } = it
      await page.getByRole('tab', { name: 'Profile' }).click()
      await page.getByRole('button', { name: 'Compute the figures' }).click()
      await page.getByRole('img', { name: 'age' }).waitFor()
      await page.getByRole('img', { name: 'Correlations' }).waitFor()
      expect(await barriers(page)).toEqual([])
      await shot('profile')
      const figures = page.getByRole('tabpanel', { name: 'Profile' })
      expect(await figures.getByText('客户 1', { exact: true }).count()).toBe(0)
      await page.getByRole('region', { name: 'age', exact: true }).getByText('Table').click()
      await page
        .getByRole('region', { name: 'age', exact: true })
        .getByRole('columnheader', { name: 'Count' })
        .waitFor()
      for (const tab of ['Columns', 'Terms', 'Grants and use', 'Lineage']) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tabpanel', { name: tab }).waitFor()
        expect(await barriers(page), tab).toEqual([])
        await shot(`dataset-${tab}`)
      }
      await page.getByRole('button', { name: '中文' }).click()
      await page.getByRole('tab', { name: '概况' }).click()
      await page.getByText('与标签的相关系数').first().waitFor()
      await page.setViewportSize({ width: 390, height: 844 })
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 20_000 })
        .toBeLessThanOrEqual(390)
      expect(await barriers(page)).toEqual([])
      await shot('profile-zh-390')
      await page.goto(at('import'))
      await page.getByText('将文件拖到此处').waitFor()
      await page.getByText('数据库', { exact: true }).click()
      await page.getByText('请使用只读的数据库账户').waitFor()
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 20_000 })
        .toBeLessThanOrEqual(390)
      expect(await barriers(page)).toEqual([])
      await shot('database-zh-390')
      expect(it.complaints).toEqual([])
    })
  },
)
