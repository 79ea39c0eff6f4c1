/**
 * Demo tables: a lender's loans and a payment bank's behaviour of the same customers, invented, the same for the same seed.
 *
 * Model. Every customer has a latent strain s ~ N(0, 1) that colours both sides a little. Each side's columns are drawn
 * from s, from facts of its own, and from noise; the chance of default follows
 *   logit p = −1.68 + 0.64·a + 1.05·b,
 * where a (lender) and b (payments) are the weighted sums written at the columns below, each of a variance near one.
 * The payment side knows more, and knows something else: a logistic regression reaches a test AUC of about 0.68 on the
 * lender's columns and about 0.80 on both sides' (demo.test.ts measures it). About 22 % of the loans default.
 *
 * Sizes. 30,000 loans, 35,000 payment customers, 24,000 customers in both, rows of each table in an order of its own.
 * Ids. Customer numbers such as CN20481193; in 3 rows of 100 written another way (blanks, lower case, full-width digits),
 * which the declared normalisation repairs and nothing else does.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DemoOptions {
  /** Any whole number. */
  seed: number
  /** Made if it is not there; receives loans.csv and payments.csv. */
  folder: string
  /** Default: 30,000, 35,000 and 24,000. */
  loans?: number
  payments?: number
  common?: number
}

export interface DemoTables {
  loans: { path: string; rows: number; id: string; label: string; features: string[] }
  payments: { path: string; rows: number; id: string; features: string[] }
  common: number
}

const demoId = 'customer_id'
const demoLabel = 'default'

/** What is known of a customer when a column is drawn: the strain, standard normals of this side, and earlier columns. */
interface Draw {
  strain: number
  normal(): number
  uniform(): number
}

interface DemoColumn {
  name: string
  /** Draws z, the column's standardised content, of about unit variance. */
  z(draw: Draw): number
  /** What the bank has written down, from z. */
  value(z: number): number
  /** Part of the side's weighted sum. */
  weight: number
}

const clip = (low: number, high: number, v: number): number => Math.min(high, Math.max(low, v))
const whole = (low: number, high: number, v: number): number => clip(low, high, Math.round(v))
const decimals = (places: number, v: number): number => Math.round(v * 10 ** places) / 10 ** places
/** A standard normal that leans on the strain by `loading`. */
const leaning = (loading: number) => (d: Draw) => loading * d.strain + Math.sqrt(1 - loading * loading) * d.normal()

const lenderColumns: DemoColumn[] = [
  { name: 'age', weight: -0.25, z: leaning(0), value: (z) => whole(20, 70, 41 + 10 * z) },
  { name: 'monthly_income', weight: -0.35, z: leaning(-0.2), value: (z) => 100 * whole(25, 600, 110 + 35 * z) },
  { name: 'loan_amount', weight: 0.2, z: leaning(0.1), value: (z) => 1000 * whole(5, 300, 120 + 45 * z) },
  { name: 'loan_term_months', weight: 0.15, z: leaning(0), value: (z) => 6 * whole(1, 10, 5 + 2 * z) },
  { name: 'debt_to_income', weight: 0.45, z: leaning(0.25), value: (z) => decimals(3, clip(0, 1.2, 0.42 + 0.14 * z)) },
  { name: 'credit_utilisation', weight: 0.4, z: leaning(0.25), value: (z) => decimals(3, clip(0, 1, 0.48 + 0.2 * z)) },
  { name: 'months_as_customer', weight: -0.25, z: leaning(0), value: (z) => whole(1, 240, 72 + 32 * z) },
  { name: 'enquiries_6m', weight: 0.4, z: leaning(0.2), value: (z) => whole(0, 15, 3 + 1.9 * z) },
]

const paymentColumns: DemoColumn[] = [
  { name: 'late_payments_12m', weight: 0.55, z: leaning(0.25), value: (z) => whole(0, 12, 2.6 + 1.8 * z) },
  { name: 'low_balance_days_90d', weight: 0.45, z: leaning(0.25), value: (z) => whole(0, 90, 26 + 13 * z) },
  {
    name: 'salary_regularity',
    weight: -0.4,
    z: leaning(-0.15),
    value: (z) => decimals(3, clip(0, 1, 0.68 + 0.16 * z)),
  },
  { name: 'monthly_turnover', weight: -0.25, z: leaning(-0.1), value: (z) => 10 * whole(10, 3000, 820 + 260 * z) },
  {
    name: 'turnover_change_6m',
    weight: -0.3,
    z: leaning(-0.1),
    value: (z) => decimals(3, clip(-0.9, 0.9, 0.02 + 0.2 * z)),
  },
  {
    name: 'cash_withdrawal_share',
    weight: 0.25,
    z: leaning(0.1),
    value: (z) => decimals(3, clip(0, 1, 0.3 + 0.13 * z)),
  },
  {
    name: 'utility_on_time_share',
    weight: -0.3,
    z: leaning(-0.1),
    value: (z) => decimals(3, clip(0, 1, 0.8 + 0.12 * z)),
  },
  { name: 'merchants_per_month', weight: -0.1, z: leaning(0), value: (z) => whole(0, 80, 24 + 8 * z) },
]

const strengthOfLender = 0.64
const strengthOfPayments = 1.05
const intercept = -1.68

export async function generateDemoTables(options: DemoOptions): Promise<DemoTables> {
  const { seed, folder, loans = 30_000, payments = 35_000, common = 24_000 } = options
  const random = generator(seed)
  const numbers = distinctNumbers(loans + payments - common, random.uniform)
  const loanRows: string[] = []
  const paymentRows: string[] = []
  // Customers 0..common−1 are in both tables, then those of the lender alone, then those of the payment bank alone.
  for (let i = 0; i < numbers.length; i++) {
    const draw: Draw = { ...random, strain: random.normal() }
    const lender = drawSide(lenderColumns, draw)
    const payment = drawSide(paymentColumns, draw)
    const logit = intercept + strengthOfLender * lender.sum + strengthOfPayments * payment.sum
    const label = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
    const id = `CN${numbers[i]}`
    if (i < loans) loanRows.push(`${spelled(id, random.uniform)},${label},${lender.cells}`)
    if (i < common || i >= loans) paymentRows.push(`${spelled(id, random.uniform)},${payment.cells}`)
  }
  await mkdir(folder, { recursive: true })
  const lenderNames = lenderColumns.map((c) => c.name)
  const paymentNames = paymentColumns.map((c) => c.name)
  const write = async (name: string, header: string[], rows: string[]): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, `${[header.join(','), ...shuffled(rows, random.uniform)].join('\n')}\n`)
    return path
  }
  const loansPath = await write('loans.csv', [demoId, demoLabel, ...lenderNames], loanRows)
  const paymentsPath = await write('payments.csv', [demoId, ...paymentNames], paymentRows)
  return {
    loans: { path: loansPath, rows: loans, id: demoId, label: demoLabel, features: lenderNames },
    payments: { path: paymentsPath, rows: payments, id: demoId, features: paymentNames },
    common,
  }
}

function drawSide(columns: readonly DemoColumn[], draw: Draw): { sum: number; cells: string } {
  let sum = 0
  const cells: number[] = []
  for (const column of columns) {
    const z = column.z(draw)
    sum += column.weight * z
    cells.push(column.value(z))
  }
  return { sum, cells: cells.join(',') }
}

/** One id as it comes out of forms and old systems: 3 in 100 are written another way. */
function spelled(id: string, uniform: () => number): string {
  const kind = Math.floor(uniform() * 100)
  if (kind === 0) return ` ${id} `
  if (kind === 1) return id.toLowerCase()
  if (kind === 2) return id.replace(/[0-9]/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0))
  return id
}

function distinctNumbers(count: number, uniform: () => number): number[] {
  const numbers = new Set<number>()
  while (numbers.size < count) numbers.add(10_000_000 + Math.floor(uniform() * 90_000_000))
  return [...numbers]
}

function shuffled<T>(items: readonly T[], uniform: () => number): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

/**
 * Uniform and normal numbers from a seed, for invented data only: it is repeatable and NOT random in the sense of secrets.
 * Source: sfc32 (Doty-Humphrey, PractRand); normals by Box and Muller.
 */
function generator(seed: number): { uniform(): number; normal(): number } {
  let a = 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  const uniform = () => next() / 2 ** 32
  let spare: number | undefined
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform, normal }
}
