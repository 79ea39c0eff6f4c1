/** What a column probably holds and is for, from a sample, with the reason for each guess. A person decides. */
import { missingMarks } from './rows.ts'

/** What cells look like. */
export type ColumnKind =
  | 'empty'
  | 'whole'
  | 'decimal'
  | 'truth'
  | 'date'
  | 'id-card'
  | 'phone'
  | 'email'
  | 'digits' // digits that are no number: a leading zero, or more than a number holds exactly
  | 'text'

/** How cells are stored: truth values as 1 and 0, days as 2026-01-31. */
export type CellType = 'number' | 'text' | 'truth' | 'date'

export type DatasetRole = 'id' | 'label' | 'feature' | 'sensitive' | 'ignore'

/** Why a role was guessed. */
export type RoleReason =
  | 'name' // what the column is called
  | 'unique' // every row has another value
  | 'binary' // two values
  | 'personal' // identity card, phone, e-mail
  | 'numbers'
  | 'categories'
  | 'constant'
  | 'empty'
  | 'free-text'
  | 'counter'

export interface ColumnGuess {
  name: string
  kind: ColumnKind
  /** Share of the cells present that look like `kind`, 0 to 1. */
  fit: number
  type: CellType
  /** Numbers are written with their digits in groups: 1,234.5. */
  groups: boolean
  role: DatasetRole
  because: RoleReason[]
  /** Of the sample. */
  missing: number
  distinct: number
}

const tests: readonly [ColumnKind, (cell: string) => boolean][] = [
  ['id-card', isIdCard],
  ['phone', (c) => /^(\+?86[- ]?)?1[3-9]\d{9}$/.test(c)],
  ['email', (c) => /^[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}$/.test(c)],
  ['digits', (c) => /^[+-]?(0\d|\d{16})\d*$/.test(c)],
  ['whole', (c) => /^[+-]?\d{1,15}$/.test(c) || /^[+-]?\d{1,3}(,\d{3})+$/.test(c)],
  ['decimal', isNumber],
  ['truth', (c) => truthWords.test(c)],
  [
    'date',
    (c) => /^\d{4}([-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日)([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(c),
  ],
]
const truthWords = /^(true|false|yes|no|y|n|t|f|是|否|真|假)$/i

function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(cell) || /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(cell)
}

const idCardWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** Chinese resident identity card: 17 digits and a check character. Source: GB 11643-1999. */
export function isIdCard(cell: string): boolean {
  if (!/^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(cell)) return false
  const sum = idCardWeights.reduce((s, weight, i) => s + weight * Number(cell[i]), 0)
  return '10X98765432'[sum % 11] === cell[17]!.toUpperCase()
}

/** Cells of a hundred that may be of another kind: they become bad rows, and the person sees them. */
const tolerance = 0.02

function kindOf(cells: readonly string[]): { kind: ColumnKind; fit: number } {
  if (cells.length === 0) return { kind: 'empty', fit: 1 }
  const share = (test: (cell: string) => boolean) => cells.filter(test).length / cells.length
  const shares = new Map(tests.map(([kind, test]) => [kind, share(test)]))
  // Identifiers among numbers turn the column into text: as numbers they would lose digits.
  const [idCards, phones, digits] = [shares.get('id-card')!, shares.get('phone')!, shares.get('digits')!]
  if (idCards >= 0.9) return { kind: 'id-card', fit: idCards }
  if (phones >= 0.9) return { kind: 'phone', fit: phones }
  const enough = cells.length >= 50 ? 1 - tolerance : 1
  const numeric = share(isNumber)
  if (digits > 0 && numeric >= enough) return { kind: 'digits', fit: numeric }
  for (const kind of ['whole', 'decimal', 'truth', 'date', 'email'] as const) {
    const fit = shares.get(kind)!
    if (fit >= enough) {
      // 3, 4, 5.5: not a column of whole numbers with a flaw.
      if (kind === 'whole' && numeric > fit) continue
      return { kind, fit }
    }
  }
  return { kind: 'text', fit: 1 }
}

const typeOf: Record<ColumnKind, CellType> = {
  ...{ empty: 'text', whole: 'number', decimal: 'number', truth: 'truth', date: 'date', digits: 'text', text: 'text' },
  ...{ 'id-card': 'text', phone: 'text', email: 'text' },
}

/** A word of a name as people and databases write them: `cust_id`, `CustId`, `客户编号`. */
const names: Record<'id' | 'label' | 'sensitive' | 'counter', RegExp> = {
  id: /(^|[_\W])(id|uid|uuid|key|no|number|code)$|[a-z]I[Dd]$|(编号|标识|账号|卡号|号码|流水号|证件号)$|身份证/i,
  label:
    /^(y|label|target|class|outcome|result|flag)$|(^|_)(label|target|y)$|default|churn|fraud|overdue|is_bad|revenue$|标签|目标|违约|逾期|流失|欺诈|^是否/i,
  sensitive:
    /(^|[_\W])(name|gender|sex|race|ethnic\w*|nationality|religion|phone|mobile|tel|email|mail|address|birth\w*|dob|passport|ssn|diagnos\w*|disease|health|political\w*|marital\w*)([_\W]|$)|姓名|名字|性别|民族|宗教|信仰|手机|电话|邮箱|住址|地址|出生|生日|身份证|护照|病|诊断|健康|政治面貌|婚姻/i,
  counter: /^(unnamed.*|index|row_?(no|num|number|id)?|seq|序号|行号|#|column_1)$/i,
}

/**
 * @param rows of the sample, cells in the order of the names
 * @param stored types that the source itself knows, by column
 */
export function guessColumns(
  columnNames: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  stored: readonly (CellType | undefined)[] = [],
): ColumnGuess[] {
  const guesses = columnNames.map((name, c): ColumnGuess => {
    const cells: string[] = []
    for (const row of rows) {
      const cell = row[c]?.trim()
      if (cell !== undefined && !missingMarks.has(cell)) cells.push(cell)
    }
    const { kind, fit } = kindOf(cells)
    const distinct = new Set(cells).size
    const missing = rows.length - cells.length
    const groups = (kind === 'whole' || kind === 'decimal') && cells.some((cell) => cell.includes(','))
    return { name, kind, fit, groups, type: stored[c] ?? typeOf[kind], role: 'feature', because: [], missing, distinct }
  })
  const id = best(guesses, (g) => idScore(g, rows.length, guesses.indexOf(g)))
  const label = best(guesses, (g) => (g === id ? 0 : labelScore(g, guesses.indexOf(g) === guesses.length - 1)))
  for (const g of guesses) Object.assign(g, g === id ? idRole(g) : g === label ? labelRole(g) : roleOf(g, rows.length))
  return guesses
}

/** The highest score above 0; of equals the first. */
function best(guesses: readonly ColumnGuess[], score: (g: ColumnGuess) => number): ColumnGuess | undefined {
  let found: { guess: ColumnGuess; score: number } | undefined
  for (const guess of guesses) {
    const points = score(guess)
    if (points > (found?.score ?? 0)) found = { guess, score: points }
  }
  return found?.guess
}

const isPersonal = ({ kind }: ColumnGuess): boolean => kind === 'id-card' || kind === 'phone' || kind === 'email'

function idScore(guess: ColumnGuess, rows: number, at: number): number {
  const present = rows - guess.missing
  const named = names.id.test(guess.name)
  // Repeated or missing ids are bad rows, not another column; one that is not called so must be unique.
  const enough = named ? 0.75 : 0.98
  if (present === 0 || present < rows * enough || guess.distinct < present * enough) return 0
  if (!['whole', 'digits', 'text', 'id-card', 'phone', 'email'].includes(guess.kind)) return 0
  if (rows > 1 && guess.distinct < 2) return 0
  if (!named && !isPersonal(guess)) return at === 0 && rows >= 3 ? 1 : 0
  const spelt = guess.kind === 'text' || guess.kind === 'digits'
  return (named ? 4 : 0) + (isPersonal(guess) ? 3 : 0) + (spelt ? 1 : 0) + (at === 0 ? 2 : 0)
}

function labelScore(guess: ColumnGuess, last: boolean): number {
  const binary = guess.distinct === 2 && (guess.kind === 'whole' || guess.kind === 'truth')
  if (!binary || names.sensitive.test(guess.name)) return 0
  return (names.label.test(guess.name) ? 4 : 0) + (last ? 2 : 0)
}

type Role = Pick<ColumnGuess, 'role' | 'because'>
const because = (role: DatasetRole, ...reasons: (RoleReason | false)[]): Role => ({
  role,
  because: reasons.filter((r) => r !== false),
})

const idRole = (g: ColumnGuess): Role =>
  because('id', names.id.test(g.name) && 'name', isPersonal(g) && 'personal', 'unique')
const labelRole = (g: ColumnGuess): Role => because('label', names.label.test(g.name) && 'name', 'binary')

function roleOf(g: ColumnGuess, rows: number): Role {
  if (g.kind === 'empty') return because('ignore', 'empty')
  if (isPersonal(g)) return because('sensitive', 'personal')
  if (names.sensitive.test(g.name)) return because('sensitive', 'name')
  if (names.counter.test(g.name) && g.distinct === rows) return because('ignore', 'counter')
  if (g.distinct === 1 && rows > 1) return because('ignore', 'constant')
  if (g.type === 'number' || g.type === 'truth') return because('feature', 'numbers')
  if (g.distinct > Math.max(50, rows / 20)) return because('ignore', g.distinct === rows ? 'unique' : 'free-text')
  return because('feature', 'categories')
}
