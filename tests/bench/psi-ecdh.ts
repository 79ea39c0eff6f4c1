/**
 * ecdh over the path of a real run: two nodes and two tasks, mutual TLS, all on this one machine. Ids are plain texts that are
 * encoded, hashed and checked for repetition within the time; each process has run one small intersection before, so that code
 * and kernels are loaded. The left side learns. `SECUREFLOW_BENCH_ITEMS` sets the largest size,
 * and bounds the others. Beside it, at 10,000 rows,
 * @openmined/psi.js in the same run, where it is installed (peers/README.md).
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type EcdhSuiteName, ecdhSuiteNames } from '@secureflow/protocols/psi/suites/cost'
import { NodePair } from './link/pair.ts'
import type { PsiMeasured, PsiOrder } from './link/psi-task.ts'
import type { BenchRow } from './row.ts'

interface Outcome {
  seconds: number
  /** Both tasks and both nodes. */
  cpuSeconds: number
  residentMb: number
  bytesEach: number
}

const large = Number(process.env.SECUREFLOW_BENCH_ITEMS ?? 2 ** 20)
const middle = Math.min(large, 100_000)
const beside = Math.min(large, 10_000)
/** Of the suites that cost more a row. */
const ofSuites = Math.min(large, 2000)
const setting = { model: 'semi-honest', network: 'loopback, mutual TLS' }
const size = (rows: number) => `${rows.toLocaleString('en')} x ${rows.toLocaleString('en')}`

export async function bench(): Promise<BenchRow[]> {
  const [most, some, few] = await measure('curve25519', [large, middle, beside])
  const peer = await psiJs()
  const row = (name: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => {
    return { name, value, unit, ...setting, ...more }
  }
  const processor = ({ cpuSeconds }: Outcome) => ({
    note: `processor ${cpuSeconds.toFixed(1)} s, two tasks and two nodes`,
  })
  const ofCurve = (rows: number) => `PSI ecdh ${size(rows)}`
  const rows = [
    row(ofCurve(large), most!.seconds, 's', { bar: { atMost: 110 }, ...processor(most!) }),
    row(`${ofCurve(large)}, memory a side`, most!.residentMb, 'MB'),
    row(`${ofCurve(large)}, bytes an element`, most!.bytesEach, 'B'),
    row(ofCurve(middle), some!.seconds, 's', { bar: { atMost: 11 }, ...processor(some!) }),
    row(ofCurve(beside), few!.seconds, 's', processor(few!)),
  ]
  if (peer !== undefined) {
    const about = { ...setting, network: 'none', note: `processor ${peer.cpuSeconds.toFixed(1)} s, one thread` }
    rows.push({ name: `@openmined/psi.js 2.0.6 ${size(beside)}`, value: peer.seconds, unit: 's', ...about })
    rows.push(
      row('PSI ecdh, processor time of psi.js', few!.cpuSeconds / peer.cpuSeconds, 'ratio', {
        bar: { atMost: 1 },
        note: `${size(beside)}, both sides of each`,
      }),
    )
  }
  for (const suite of ecdhSuiteNames.filter((name) => name !== 'curve25519')) {
    const [outcome] = await measure(suite, [ofSuites])
    rows.push(row(`PSI ecdh ${suite} ${size(ofSuites)}`, outcome!.seconds, 's', processor(outcome!)))
  }
  return rows
}

/** One run of each number of rows. */
async function measure(suite: EcdhSuiteName, sizes: readonly number[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const rows of sizes) {
    const pair = await NodePair.start('psi-task.ts')
    try {
      const once = (rows: number) => {
        const order: Omit<PsiOrder, 'side'> = { protocol: 'ecdh', suite, learns: 'left', rows }
        return pair.order<PsiMeasured & { nodeCpu: number }>({ side: 'left', ...order }, { side: 'right', ...order })
      }
      await once(64)
      const [l, r] = await once(rows)
      if (l.matches !== (rows / 4) * 3) throw new Error(`${l.matches} matches`)
      outcomes.push({
        seconds: Math.max(l.seconds, r.seconds),
        cpuSeconds: l.cpuSeconds + r.cpuSeconds + l.nodeCpu + r.nodeCpu,
        residentMb: Math.max(l.residentMb, r.residentMb),
        bytesEach: (l.sentBytes + r.sentBytes) / rows,
      })
    } finally {
      await pair.end()
    }
  }
  return outcomes
}

async function psiJs(): Promise<{ seconds: number; cpuSeconds: number } | undefined> {
  if (!existsSync(new URL('./peers/node_modules/@openmined/psi.js', import.meta.url))) {
    console.error('psi-ecdh: without @openmined/psi.js; npm ci --prefix tests/bench/peers --ignore-scripts installs it')
    return undefined
  }
  const child = fork(new URL('./peers/psi-js.ts', import.meta.url), [String(beside)])
  const [measured] = (await once(child, 'message')) as [{ seconds: number; cpuSeconds: number; matches: number }]
  if (measured.matches !== (beside / 4) * 3) throw new Error(`psi.js: ${measured.matches} matches`)
  return measured
}

if (import.meta.main)
  for (const { name, value, unit, note } of await bench())
    console.log(`${name.padEnd(56)} ${value.toFixed(3).padStart(9)} ${unit}  ${note ?? ''}`)
