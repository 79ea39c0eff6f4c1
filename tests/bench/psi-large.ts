/**
 * rr22 in buckets over sets that are larger than its memory: two nodes and two tasks, mutual TLS, all on this one machine.
 * Ids are plain texts, hashed and checked for repetition within the time; both sides learn; nothing has run before in the
 * processes. `SECUREFLOW_BENCH_ITEMS` sets the size, `SECUREFLOW_BENCH_BUCKETS` the buckets (default: what the component
 * takes by its default memory).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bucketsFor, defaultMemoryBytes } from '@secureflow/protocols/psi/cost'
import { NodePair } from './link/pair.ts'
import type { LargeMeasured, LargeOrder } from './link/psi-large-task.ts'
import type { BenchRow } from './row.ts'

const rows = Number(process.env.SECUREFLOW_BENCH_ITEMS ?? 10_000_000)
const buckets = Number(process.env.SECUREFLOW_BENCH_BUCKETS ?? bucketsFor(rows, rows, defaultMemoryBytes))

export async function bench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'psi-large-'))
  const pair = await NodePair.start('psi-large-task.ts')
  try {
    const order = { rows, buckets, protocol: 'rr22', learns: 'both' } as const
    const of = (side: LargeOrder['side']): LargeOrder => ({ ...order, side, scratch: join(folder, side) })
    const sides = await pair.order<LargeMeasured & { nodeCpu: number; nodePeakMb: number }>(of('left'), of('right'))
    for (const { matches } of sides) if (matches !== (rows / 4) * 3) throw new Error(`${matches} matches`)
    const [l, r] = sides
    const most = (what: (side: typeof l) => number): number => Math.max(what(l), what(r))
    const name = `PSI rr22 ${rows.toLocaleString('en')} x ${rows.toLocaleString('en')}`
    const row = (what: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => ({
      name: `${name}${what}`,
      value,
      unit,
      model: 'semi-honest',
      network: 'loopback, mutual TLS',
      ...more,
    })
    const seconds = most((side) => side.seconds)
    const cpu = (side: typeof l): string => `${side.cpuSeconds.toFixed(1)} + node ${side.nodeCpu.toFixed(1)}`
    const before = most((side) => side.beforeMb).toFixed(0)
    return [
      row('', seconds, 's', {
        bar: { atMost: 40 },
        note: `${buckets} buckets, items not hashed beforehand; divided after ${most((side) => side.dividedSeconds).toFixed(1)} s`,
      }),
      row(', processor time', l.cpuSeconds + r.cpuSeconds + l.nodeCpu + r.nodeCpu, 's', {
        note: `receiver ${cpu(l)}, sender ${cpu(r)}`,
      }),
      row(
        ', memory a side',
        most((side) => side.peakMb),
        'MB',
        {
          bar: { atMost: 1500 },
          note: `VmHWM of the task; receiver ${l.peakMb.toFixed(0)}, sender ${r.peakMb.toFixed(0)}, of which program and ids ${before}`,
        },
      ),
      row(
        ', memory of a node beside it',
        most((side) => side.nodePeakMb),
        'MB',
        { note: 'VmHWM' },
      ),
      row(
        ', scratch disk a side',
        most((side) => side.scratchMb),
        'MB',
        {
          note: `receiver ${l.scratchMb.toFixed(0)}, sender ${r.scratchMb.toFixed(0)}; sealed, removed at the end`,
        },
      ),
      row(', bytes an element', (l.sentBytes + r.sentBytes) / rows, 'B'),
    ]
  } finally {
    await pair.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main)
  for (const { name, value, unit, note } of await bench())
    console.log(`${name.padEnd(60)} ${value.toFixed(2).padStart(9)} ${unit}  ${note ?? ''}`)
