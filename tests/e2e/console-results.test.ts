/** What people see of runs, in a real browser on real nodes: results, comparison, report, and a run that fails at the partner. */
import { readFileSync, rmSync } from 'node:fs'
import type { DemoTables } from '@secureflow/data'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, consoleUrl, noBrowser, openBrowser, type Seat, seat, setUp } from './browser.ts'
import { begin, creditFlow, makeSite, outcomeOf, type Site } from './harness.ts'

const flow = (epochs: number) => `${creditFlow({ training: `epochs: ${epochs}, batch: 64` })}
  own-model: { use: local-logistic-regression, train: scaled, label: lender.default, epochs: ${epochs} }
  own-scores: { use: predict, model: own-model, rows: parts.test, to: lender }
  own-quality: { use: evaluate, scores: own-scores, label: lender.default }
`

describe.skipIf(noBrowser !== undefined)(`results in the console (${noBrowser ?? 'in chromium'})`, () => {
  let site: Site & { tables: DemoTables }
  let browser: Browser
  let admin: Seat
  let url: string
  const runs: string[] = []
  const open = async (page: Page, path: string) => {
    await page.goto(new URL(`/console/${path}`, url).href)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }

  beforeAll(async () => {
    site = await makeSite()
    const a = site.nodes['bank-a']
    const first = await begin(a.client, flow(1))
    expect(await outcomeOf(a, first, 180_000)).toBe('succeeded')
    runs.push(first, await begin(a.client, flow(2))) // the second goes on while the first is looked at
    browser = await openBrowser()
    url = await consoleUrl(a)
    admin = await seat(browser)
    await setUp(admin.page, url, 'Ada Admin')
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await site?.remove()
  })

  test('a run shows its gain, every chart, its cost; each is a table and a file too', async () => {
    const { page } = admin
    await open(page, `runs/${runs[0]}`)
    for (const name of ['ROC', 'Precision and recall', 'KS', 'Lift', 'Calibration', 'Scores by label'])
      await page.getByRole('region', { name, exact: true }).first().waitFor()
    await page.getByText('Joint against alone').waitFor()
    await page.getByText('Planned and actual cost').waitFor()
    await page.getByRole('region', { name: 'Weights of own columns' }).first().waitFor()
    expect(await barriers(page)).toEqual([])

    const calibration = page.getByRole('region', { name: 'Calibration' }).first()
    await calibration.getByText('Table').click()
    await calibration.getByText('Observed').first().waitFor()
    const saved = async (kind: 'CSV' | 'SVG' | 'PNG') => {
      const download = page.waitForEvent('download')
      await calibration.getByRole('button', { name: kind }).click()
      return readFileSync(await (await download).path())
    }
    const [head, ...rows] = (await saved('CSV')).toString().trim().split('\r\n')
    expect(head).toBe('Rows,Predicted,Observed')
    expect(rows.length).toBeGreaterThan(1)
    // Nobody is told of fewer than ten rows.
    for (const row of rows) expect(Number(row.split(',')[0])).toBeGreaterThanOrEqual(10)
    expect((await saved('SVG')).toString()).toContain('<svg')
    expect((await saved('PNG')).subarray(1, 4).toString()).toBe('PNG')
  })

  test('the threshold is moved with the keyboard, and the counts follow', async () => {
    const { page } = admin
    const confusion = page.getByRole('region', { name: 'Confusion by threshold' }).first()
    const slider = confusion.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('Home')
    await confusion.getByText('recall').last().waitFor()
    const missed = () => confusion.locator('.matrix tbody td').nth(1).textContent()
    expect(await missed()).toBe('0') // at the lowest threshold everything counts as 1
    await page.keyboard.press('End')
    await expect.poll(missed).not.toBe('0')
  })

  test('what left is told by class of message, with what it says; the timeline says who waited', async () => {
    const { page } = admin
    await page.getByRole('tab', { name: 'What left' }).click()
    await page.getByRole('cell', { name: 'masked: nothing by itself' }).first().waitFor()
    await page.getByRole('cell', { name: 'weights of own columns' }).first().waitFor()
    expect(await barriers(page)).toEqual([])
    await page.getByRole('tab', { name: 'Graph' }).click()
    await page.locator('.lane .span.finished').first().waitFor()
    await page.getByRole('columnheader', { name: 'waiting' }).waitFor()
    expect(await barriers(page)).toEqual([])
  })

  test('two runs stand side by side, chosen from the list', async () => {
    const { page } = admin
    expect(await outcomeOf(site.nodes['bank-a'], runs[1]!, 180_000)).toBe('succeeded')
    await open(page, 'runs')
    for (const run of runs) await page.getByRole('checkbox', { name: new RegExp(run.slice(0, 10)) }).check()
    await page.getByRole('button', { name: /^Compare/ }).click()
    await page.getByText('model.epochs', { exact: true }).waitFor()
    await page.getByRole('region', { name: 'quality: ROC', exact: true }).waitFor()
    expect(await barriers(page)).toEqual([])
  }, 240_000)

  test('the report is one page, in both languages', async () => {
    const { page } = admin
    await open(page, `runs/${runs[0]}/report`)
    await page.getByText('English + 中文').click()
    const articles = page.locator('article')
    await expect.poll(() => articles.count()).toBe(2)
    await articles.nth(1).getByText('校准曲线').first().waitFor()
    await articles.nth(0).getByText('use: psi').waitFor()
    expect(await barriers(page)).toEqual([])
  })

  test('a model is published from its run', async () => {
    const { page } = admin
    await open(page, `runs/${runs[0]}`)
    await page.getByRole('button', { name: 'Publish model' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name of the asset').fill('credit-model')
    await dialog.getByRole('button', { name: 'Publish model' }).click()
    await page.getByRole('heading', { name: /credit-model/ }).waitFor()
  })

  test('the flow is built and run by keyboard alone', async () => {
    const { page } = admin
    const keys = keyboard(page)
    await open(page, 'flows')
    await keys.go('New flow')
    await keys.press('Enter')
    await page.locator('.drawing').waitFor()
    await keys.go('Add a party')
    await keys.press('Enter')
    await keys.go('Member 2')
    await keys.choose('bank-b')
    await keys.go('Add a party')
    await keys.press('Enter')
    await expect.poll(() => page.getByLabel('Alias 3').inputValue()).toBe('dealer')

    /** From wherever the focus is to a new step, and to its settings. */
    const add = async (title: string) => {
      await keys.go(title)
      await keys.press('Enter')
      while (!(await page.evaluate(() => document.activeElement?.id.startsWith('setting-')))) await keys.press('F6')
    }
    const write = async (label: string, value: string) => {
      await keys.go(label)
      await keys.write(value)
    }
    const set = async (label: string, value: string) => {
      await keys.go(label)
      await keys.choose(value)
    }
    await add('Read a table')
    await write('Dataset', 'loans')
    await write('Identifier', 'customer_id')
    await add('Read a table')
    await set('At', 'partner (bank-b)')
    await write('Dataset', 'payments')
    await write('Identifier', 'customer_id')
    await add('Align rows privately')
    await set('Inputs: left', 'read-table')
    await set('Inputs: right', 'read-table-2')
    await write('Identifier', 'customer_id')
    await add('Split into train and test')
    await set('Inputs: of', 'psi')
    await add('Standardise')
    await set('Inputs: of', 'split.train')
    await add('Joint logistic regression')
    await set('Inputs: train', 'standardize')
    await write('Label', 'own.default')
    await write('Epochs', '1')
    await add('Score rows')
    await set('Inputs: model', 'vertical-logistic-regression')
    await set('Inputs: rows', 'split.test')
    await set('Scores to', 'own')
    await add('Evaluate')
    await set('Inputs: scores', 'predict')
    await write('Label', 'own.default')
    await page.getByText('No problems').waitFor()
    await keys.go('Propose and run')
    await keys.press('Enter')
    await page.waitForURL(/\/runs\/[0-9a-f]{64}$/)
    const built = new URL(page.url()).pathname.split('/').at(-1)!
    expect(await outcomeOf(site.nodes['bank-a'], built, 180_000)).toBe('succeeded')
  }, 240_000)

  test('a run that fails at the partner says so in plain words, names the partner, and what to do', async () => {
    const { page } = admin
    const a = site.nodes['bank-a']
    // The partner's table is gone from its disk: only its own node can notice, once it reads.
    rmSync(site.tables.payments.path)
    const run = await begin(a.client, flow(1))
    expect(await outcomeOf(a, run, 180_000)).not.toBe('succeeded')
    await open(page, `runs/${run}`)
    const card = page.getByRole('alert').filter({ hasText: 'The run has failed' })
    await card.getByText('It happened on the side of bank-b, in the step “payments”').waitFor()
    await card.getByText('Tell bank-b the code below').waitFor()
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByText('问题出在 bank-b 一方').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
  }, 240_000)

  test('nothing went wrong in the page meanwhile', () => {
    expect(admin.complaints).toEqual([])
  })
})

/** A person without a pointer: goes by Tab, chooses by arrows. */
function keyboard(page: Page) {
  const press = (key: string) => page.keyboard.press(key)
  const focused = () =>
    page.evaluate(() => {
      const e = document.activeElement as HTMLInputElement | null
      if (e === null || e === document.body) return ''
      const label = e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent ?? ''
      return label.trim()
    })
  return {
    press,
    /** Tabs until what has the focus is called that. */
    async go(name: string) {
      for (let left = 400; left > 0; left--) {
        if ((await focused()) === name) return
        await press('Tab')
      }
      throw new Error(`${name} is not reached by keyboard`)
    },
    async write(value: string) {
      await press('ControlOrMeta+a')
      await page.keyboard.type(value)
      await press('Tab')
    },
    async choose(option: string) {
      const active = page.locator(
        '.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active',
      )
      await press('ArrowDown')
      await active.first().waitFor()
      for (let left = 40; left > 0; left--) {
        if ((await active.first().textContent()) === option) return press('Enter')
        await press('ArrowDown')
      }
      throw new Error(`${option} is not offered`)
    },
  }
}
