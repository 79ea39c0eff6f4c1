/** The options of an intersection through flow, plan and run: what is stated, what passes the gates, what each side holds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { datasetDigest } from '@secureflow/data'
import { type AssetFacts, checkPlan, compile, type Plan, parseFlow, render, requestFor } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import type { Table } from '@secureflow/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { components } from '../../declarations.ts'
import { type Datasets, runPlan } from '../../testing.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secureflow-psi-'))
  await writeFile(join(folder, 'loans.csv'), loans)
  await writeFile(join(folder, 'shop.csv'), shop)
})
afterAll(() => rm(folder, { recursive: true }))

const loans = `no,name,birth,phone,owed
1, 张 三,1990-01-02,13800138000,10.5
2,li lei,1985/12/31,(010) 6552-9988,20
3,ＬＩ ＬＥＩ,1985-12-30,+86 138 0013 8000,30
4,韩梅梅,,13900139000,40
5,Ann,2000-02-29,13700137000,50
6,Bob,2001-03-01,13600136000,60
`
const shop = `card,customer,born,tel,city,spent
a,张三,1990年1月2日,+86-138-0013-8000,北京,1
b,Li  Lei,19851231,010 65529988,上海,2
c,LI LEI,30/12/1985,13800138000,,3
d,韩梅梅,,13900139000,广州,4
e,ANN,2000-02-29,13700137000,A city with a longer name,
`
const schemas = {
  loans: { no: 'text', name: 'text', birth: 'text', phone: 'text', owed: 'number' },
  shop: { card: 'text', customer: 'text', born: 'text', tel: 'text', city: 'text', spent: 'number' },
} as const

const asset = (owner: string, name: keyof typeof schemas, rows: number): AssetFacts => ({
  id: `${owner}/${name}`,
  name,
  owner,
  rows,
  schema: { columns: Object.entries(schemas[name]).map(([column, type]) => ({ name: column, type })) },
  digest: '11'.repeat(32),
  termsHash: '22'.repeat(32),
})
const assets = [asset('bank-a', 'loans', 6), asset('bank-b', 'shop', 5)]

const keys = `
      - { left: name, right: customer, spaces: none, case: upper }
      - { left: birth, right: born, rule: date, order: dmy }
      - { left: phone, right: tel, rule: phone }`

const flowOf = (settings: string) =>
  parseFlow(`
flow: align
purpose: test
parties: { lender: bank-a, shop: bank-b }
steps:
  loans: { use: read-table, at: lender, asset: loans, id: no }
  sales: { use: read-table, at: shop, asset: shop, id: card, missing: mean }
  aligned:
    use: psi
    of: { left: loans, right: sales }
${settings
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`)
const request = (settings: string) => ({
  flow: flowOf(settings),
  components,
  assets,
  links: {},
  initiator: 'bank-a',
})
const planOf = (settings: string): Plan => compile(request(settings))
const problemsOf = (settings: string): string[] => {
  const checked = checkPlan(request(settings))
  return checked.ok ? [] : checked.problems.map(({ field, error }) => `${field}: ${error.code}`)
}

async function runsTo(plan: Plan) {
  const datasets: Datasets = {}
  for (const { id, owner, name } of assets) {
    const path = join(folder, `${name}.csv`)
    datasets[owner] = { [id]: { path, format: 'csv', digest: await datasetDigest(path) } }
  }
  const result = await runPlan({ plan, platform: nodePlatform, datasets })
  const table = (member: string): Table => {
    const artifact = result.artifact(member, 'aligned', 'table')
    if (!('table' in artifact)) throw new Error('no table')
    return artifact.table
  }
  return { result, table }
}

describe.each(['protocol: ecdh', 'protocol: rr22', 'protocol: rr22-low', 'security: malicious'])('%s', (how) => {
  test('a key of three columns, columns delivered both ways, sizes shown', async () => {
    const plan = planOf(`keys:${keys}
delivers: [lender.owed, shop.city, shop.spent]
padLeft: power-of-two
padRight: 20
learns: both
${how}`)
    const { result, table } = await runsTo(plan)
    const [a, b] = [table('bank-a'), table('bank-b')]
    expect(a.columns.map((c) => c.name)).toEqual([
      'no',
      'name',
      'birth',
      'phone',
      'owed',
      'bank-b.city',
      'bank-b.spent',
    ])
    expect(b.columns.map((c) => c.name)).toEqual(['card', 'customer', 'born', 'tel', 'city', 'spent', 'bank-a.owed'])
    const rows = [...a.texts('no')].map((no, i) => [no, b.texts('card')[i]])
    expect(rows.toSorted()).toEqual([
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'c'],
      ['5', 'e'],
    ])
    expect(a.texts('bank-b.city')).toEqual(b.texts('city'))
    expect([...(a.column('bank-b.city').missing ?? [])]).toEqual([...(b.column('city').missing ?? [])])
    expect(a.numbers('bank-b.spent')).toEqual(b.numbers('spent'))
    expect(b.numbers('bank-a.owed')).toEqual(a.numbers('owed'))
    expect(
      result
        .releases('aligned')
        .map(({ from, release }) => `${from} ${release.disclosure}`)
        .toSorted(),
    ).toEqual([
      'bank-a matches',
      'bank-a rows-left',
      'bank-a values',
      'bank-b matches',
      'bank-b rows-right',
      'bank-b values',
    ])
    const described = plan.tasks.find((t) => t.step === 'aligned')!.outputs.table!.at
    for (const member of ['bank-a', 'bank-b']) expect(table(member).schema).toEqual(described[member]!.schema)
  })

  test('where one side learns, it alone gets columns', async () => {
    const { table } = await runsTo(planOf(`keys:${keys}\ndelivers: [lender.owed]\nlearns: right\n${how}`))
    expect([...table('bank-b').numbers('bank-a.owed')].toSorted()).toEqual([10.5, 20, 30, 50])
    expect(() => table('bank-a')).toThrow('holds no')
  })
})

describe('the plan', () => {
  const plan = planOf(`keys:${keys}
delivers: [shop.city, shop.spent]
padLeft: power-of-two
padRight: 20
learns: left`)
  const aligned = plan.tasks.find((t) => t.step === 'aligned')!

  test('states keys, columns and sizes in both languages', () => {
    expect(render(plan.statement, 'en', 110)).toMatchInlineSnapshot(`
      "Assumes         both bank-a and bank-b run this software unchanged (semi-honest)
      Chosen          aligned: protocol ecdh: about 0.4 s with these sizes and this link, rr22 0.6 s, rr22-low 0.6 s
      bank-a learns   that bank-b brings at most 20 rows (filled up to that size)
                      which of its own rows bank-b also has, by name/customer text(trim, no spaces, upper, half) +
                      birth/born date(dmy) + phone/tel phone(+86) (at most 8)
                      bank-b's values of city, spent in the rows in common (at most 8 rows), and about how long the
                      longest text is
                      => whatever identifier it puts into its table is looked up among bank-b's
                      => it keeps these values of bank-b's beside its own rows; taking leave back later does not
                         take them back
      bank-b learns   that bank-a brings at most 8 rows (filled up to that size)"
    `)
    expect(render(plan.statement, 'zh', 90)).toMatchInlineSnapshot(`
      "前提          bank-a 和 bank-b 双方均原样运行本软件（半诚实）
      自动选择      aligned: 协议 ecdh：按此规模与链路约 0.4 秒，rr22 约 0.6 秒，rr22-low 约 0.6
                    秒
      bank-a 得知   bank-b 提供的行数不超过 20（已填充到该规模）
                    自己的哪些行 bank-b 也有，按 name/customer text(trim, no spaces, upper,
                    half) + birth/born date(dmy) + phone/tel phone(+86) 比对（至多 8 行）
                    bank-b 在共有行中的 city, spent 取值（至多 8 行），以及最长文本的大致长度
                    => 它放入表中的任何标识都会在 bank-b 的标识中被查找
                    => 它可将 bank-b 的这些取值与自己的行一同保留；事后收回许可并不能收回这些取
                       值
      bank-b 得知   bank-a 提供的行数不超过 8（已填充到该规模）"
    `)
  })

  test('what the partner is asked: release of its columns, and who gets what', () => {
    const { columns, disclosures } = requestFor(plan, 'bank-b/shop', { now: 0, usesBefore: 0 })
    expect(columns.map((c) => `${c.column} ${c.use}`)).toEqual([
      'customer join',
      'born join',
      'tel join',
      'city release',
      'spent release',
    ])
    expect(disclosures.map((d) => `${d.what} to ${d.to}: ${d.elements}`)).toEqual([
      'row-count to bank-a: 1',
      'matched-rows to bank-a: 8',
      'matched-values to bank-a: 16',
    ])
  })

  test('sizes are settled before anybody signs, and cost is by them', () => {
    expect([aligned.params.padLeft, aligned.params.padRight]).toEqual([8, 20])
    const more = planOf(
      `keys:${keys}\ndelivers: [shop.city, shop.spent]\npadRight: 100000\nlearns: left\nprotocol: rr22`,
    )
    const less = planOf(`keys:${keys}\nlearns: left\nprotocol: rr22`)
    const bytes = (of: Plan) => of.tasks.find((t) => t.step === 'aligned')!.cost.bytes['bank-b>bank-a']!
    expect(bytes(more) - bytes(less)).toBeGreaterThan(100_000 * (43 + 7))
    expect(bytes(more) - bytes(less)).toBeLessThan(100_000 * (43 + 12))
  })

  test.each([
    ['learns: both', ['on: STEP_PSI_KEY']],
    [`on: { left: no, right: card }\nkeys:${keys}`, ['on: STEP_PSI_KEY']],
    ['on: { left: no, right: none }', ['on: STEP_NO_COLUMN']],
    ['keys: [{ left: none, right: customer }]', ['keys: STEP_NO_COLUMN']],
    [`keys:${keys}\ndelivers: [lender.none]`, ['delivers: STEP_NO_COLUMN']],
    [`keys:${keys}\ndelivers: [lender.owed]\nlearns: left`, ['delivers: STEP_PSI_DELIVERS']],
    [`keys:${keys}\ndelivers: [lender.owed]\nprotocol: rr22\nbuckets: 2`, ['buckets: STEP_PSI_BUCKETS_DELIVERS']],
    [`keys:${keys}\npadLeft: 5`, ['padLeft: STEP_PSI_PADDING']],
  ])('%s', (settings, problems) => {
    expect(problemsOf(settings)).toEqual(problems)
  })
})
