/**
 * `npm run bench [name ...]`: runs the benches of this folder (all, or those named), prints one table and writes
 * bench-results/<date>.json. A bench is a file that exports `bench(): Promise<BenchRow[]>`.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { BenchRow } from './row.ts'

const root = resolve(import.meta.dirname, '../..')
const wanted = process.argv.slice(2)
const rows: BenchRow[] = []
let failed = false

for (const file of readdirSync(import.meta.dirname).sort()) {
  const name = basename(file, '.ts')
  if (!file.endsWith('.ts') || file === basename(import.meta.filename)) continue
  if (wanted.length > 0 && !wanted.some((each) => name === each || name.startsWith(`${each}-`))) continue
  const { bench } = (await import(`./${file}`)) as { bench?: () => Promise<BenchRow[]> }
  if (bench === undefined) continue
  console.error(`${name} ...`)
  try {
    rows.push(...(await bench()))
  } catch (error) {
    console.error(`${name} failed:`, error)
    failed = true
  }
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: commit(),
}

const reached = ({ value, bar }: BenchRow): boolean =>
  value <= (bar?.atMost ?? Number.POSITIVE_INFINITY) && value >= (bar?.atLeast ?? Number.NEGATIVE_INFINITY)

const header = ['name', 'figure', 'unit', 'bar', 'security model', 'network', 'note']
const cells = rows.map((row) => {
  const { atMost, atLeast } = row.bar ?? {}
  const bar = [atMost === undefined ? '' : `<= ${atMost}`, atLeast === undefined ? '' : `>= ${atLeast}`]
    .join(' ')
    .trim()
  const verdict = bar === '' ? '' : `${bar} ${reached(row) ? 'ok' : 'MISSED'}`
  return [
    row.name,
    Number(row.value.toPrecision(4)).toString(),
    row.unit,
    verdict,
    row.model,
    row.network,
    row.note ?? '',
  ]
})
const widths = header.map((_, i) => Math.max(...[header, ...cells].map((line) => line[i]!.length)))
const print = (line: readonly string[]): void =>
  console.log(
    line
      .map((cell, i) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )

console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, ${machine.commit}`)
print(header)
for (const line of cells) print(line)

const date = new Date().toISOString()
const out = join(root, 'bench-results', `${date.replaceAll(':', '-')}.json`)
mkdirSync(join(root, 'bench-results'), { recursive: true })
writeFileSync(out, `${JSON.stringify({ date, machine, rows }, null, 2)}\n`)
console.log(`written to ${out}`)
if (failed || !rows.every(reached)) process.exitCode = 1

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes')
  } catch {
    return 'no commit'
  }
}
