/** Intersections of equal sizes: two processes on this machine, one a side, over a loopback socket. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { BenchRow } from './row.ts'

interface Measured {
  seconds: number
  cpuSeconds: number
  busyMs: number
  residentMb: number
}

async function measure(rows: number): Promise<Measured> {
  const side = (name: string, port: number) =>
    fork(new URL('./psi-side.ts', import.meta.url), [name, String(port), String(rows)])
  const left = side('left', 0)
  const [{ port }] = (await once(left, 'message')) as [{ port: number }]
  const right = side('right', port)
  const [[l], [r]] = (await Promise.all([once(left, 'message'), once(right, 'message')])) as [[Measured], [Measured]]
  await Promise.all([once(left, 'exit'), once(right, 'exit')])
  return {
    seconds: Math.max(l.seconds, r.seconds),
    cpuSeconds: Math.max(l.cpuSeconds, r.cpuSeconds),
    busyMs: Math.max(l.busyMs, r.busyMs),
    residentMb: Math.max(l.residentMb, r.residentMb),
  }
}

export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [n, atMost] of [
    [30_000, 6],
    [200_000, 30],
  ] as const) {
    const measured = await measure(n)
    const name = `PSI ${n.toLocaleString('en')} x ${n.toLocaleString('en')}`
    const setting = { model: 'semi-honest', network: 'loopback, no TLS' }
    rows.push(
      {
        name,
        value: measured.seconds,
        unit: 's',
        ...setting,
        note: `processor ${measured.cpuSeconds.toFixed(1)} s a side, event loop kept busy at most ${measured.busyMs.toFixed(0)} ms`,
        bar: { atMost },
      },
      { name: `${name}, memory a side`, value: measured.residentMb, unit: 'MB', ...setting, bar: { atMost: 400 } },
    )
  }
  return rows
}
