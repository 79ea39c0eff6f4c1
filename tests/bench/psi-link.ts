/**
 * rr22 over the path of a real run: two nodes and two tasks, mutual TLS, all on this one machine. Ids are plain texts that
 * are encoded, hashed and checked for repetition within the time; each process has run one small intersection before, so
 * that code and kernels are loaded. The left side learns. `SECUREFLOW_BENCH_ITEMS` sets the larger size.
 */
import { bench as kernelBench } from './kernels-psi.ts'
import { NodePair } from './link/pair.ts'
import type { PsiMeasured, PsiOrder } from './link/psi-task.ts'
import { median } from './measure.ts'
import type { BenchRow } from './row.ts'

type Settings = Pick<PsiOrder, 'protocol' | 'rows'>
interface Outcome {
  seconds: number
  /** Both tasks and both nodes. */
  cpuSeconds: number
  residentMb: number
  bytesEach: number
  /** Processor milliseconds of each step, receiver and sender. */
  phases: [number[], number[]]
}

const large = Number(process.env.SECUREFLOW_BENCH_ITEMS ?? 2 ** 20)
const runs = 3
const receiverSteps = ['items', 'OT and encode', 'VOLE', 'send', 'decode', 'compare']
const senderSteps = ['items', 'VOLE', 'receive', 'decode', 'send', 'end']
const shaped = { delayMs: 15, bytesPerSecond: 12.5e6 }

export async function bench(): Promise<BenchRow[]> {
  const fast = await measure({ protocol: 'rr22', rows: large })
  const small = await measure({ protocol: 'rr22', rows: 2 ** 16 })
  const malicious = await measure({ protocol: 'rr22-malicious', rows: large })
  const low = await measure({ protocol: 'rr22-low', rows: large })
  const smallLow = await measure({ protocol: 'rr22-low', rows: 2 ** 16 })
  const far = await measure({ protocol: 'rr22', rows: large }, shaped)
  const farLow = await measure({ protocol: 'rr22-low', rows: large }, shaped)
  const kernels = (await kernelBench()).find(({ name }) => name.includes('sum of both parties'))!.value / 1000
  const size = (rows: number) => `${rows.toLocaleString('en')} x ${rows.toLocaleString('en')}`
  const near = { model: 'semi-honest', network: 'loopback, mutual TLS' }
  const phases = (names: string[], ms: number[]) => names.map((name, i) => `${name} ${Math.round(ms[i]!)}`).join(', ')
  const noteOf = (taken: Outcome) =>
    `CPU ms, receiver: ${phases(receiverSteps, taken.phases[0])}; sender: ${phases(senderSteps, taken.phases[1])}`
  const [note, lowNote] = [noteOf(fast), noteOf(low)]
  const row = (name: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => {
    return { name, value, unit, ...near, ...more }
  }
  const ofShaped = { network: '30 ms, 100 Mbit/s' }
  const ofMalicious = { model: 'malicious' }
  return [
    row(`PSI rr22 ${size(large)}`, fast.seconds, 's', { bar: { atMost: 2 }, note }),
    row(`PSI rr22 ${size(large)}, processor time`, fast.cpuSeconds, 's', { note: 'two tasks and two nodes' }),
    row(`PSI rr22 ${size(large)}, of the kernel sum`, fast.cpuSeconds / kernels, 'ratio', { note: 'processor time' }),
    row(`PSI rr22 ${size(large)}, memory a side`, fast.residentMb, 'MB', { bar: { atMost: 600 } }),
    row(`PSI rr22 ${size(large)}, bytes an element`, fast.bytesEach, 'B', { bar: { atMost: 34 } }),
    row(`PSI rr22 ${size(2 ** 16)}`, small.seconds, 's', { bar: { atMost: 0.25 } }),
    row(`PSI rr22 ${size(large)}, malicious`, malicious.seconds, 's', ofMalicious),
    row('PSI rr22 malicious, of semi-honest', malicious.cpuSeconds / fast.cpuSeconds, 'ratio', {
      ...ofMalicious,
      bar: { atMost: 1.5 },
      note: 'processor time',
    }),
    row(`PSI rr22 ${size(large)}, malicious, bytes an element`, malicious.bytesEach, 'B', {
      ...ofMalicious,
      bar: { atMost: 42 },
    }),
    row(`PSI rr22-low ${size(large)}`, low.seconds, 's', { note: lowNote }),
    row('PSI rr22-low, of rr22', low.cpuSeconds / fast.cpuSeconds, 'ratio', { note: 'processor time' }),
    row(`PSI rr22-low ${size(large)}, memory a side`, low.residentMb, 'MB', { bar: { atMost: 600 } }),
    row(`PSI rr22-low ${size(large)}, bytes an element`, low.bytesEach, 'B', { bar: { atMost: 25 } }),
    row(`PSI rr22-low ${size(2 ** 16)}`, smallLow.seconds, 's', { bar: { atMost: 0.25 } }),
    row(`PSI rr22-low ${size(2 ** 16)}, bytes an element`, smallLow.bytesEach, 'B'),
    row(`PSI rr22 ${size(large)}, far`, far.seconds, 's', ofShaped),
    row(`PSI rr22-low ${size(large)}, far`, farLow.seconds, 's', { ...ofShaped, bar: { atMost: 6 } }),
  ]
}

/** Medians of some runs; memory is that of the first, as a task runs once. */
async function measure(settings: Settings, shape?: typeof shaped): Promise<Outcome> {
  const pair = await NodePair.start('psi-task.ts', shape)
  try {
    const once = (rows: number) =>
      pair.order<PsiMeasured & { nodeCpu: number }>(
        { side: 'left', learns: 'left', ...settings, rows },
        { side: 'right', learns: 'left', ...settings, rows },
      )
    await once(1024)
    const taken: Awaited<ReturnType<typeof once>>[] = []
    for (let i = 0; i < runs; i++) taken.push(await once(settings.rows))
    const [first] = taken
    for (const [{ matches }] of taken) if (matches !== (settings.rows / 4) * 3) throw new Error(`${matches} matches`)
    const middle = (of: (sides: (typeof taken)[0]) => number) => median(taken.map(of))
    const steps = (side: 0 | 1) => first![side].phases.map((_, k) => middle((sides) => sides[side].phases[k]!))
    return {
      seconds: middle(([l, r]) => Math.max(l.seconds, r.seconds)),
      cpuSeconds: middle(([l, r]) => l.cpuSeconds + r.cpuSeconds + l.nodeCpu + r.nodeCpu),
      residentMb: Math.max(first![0].residentMb, first![1].residentMb),
      bytesEach: (first![0].sentBytes + first![1].sentBytes) / settings.rows,
      phases: [steps(0), steps(1)],
    }
  } finally {
    await pair.end()
  }
}

if (import.meta.main)
  for (const { name, value, unit, note } of await bench())
    console.log(`${name.padEnd(56)} ${value.toFixed(3).padStart(9)} ${unit}  ${note ?? ''}`)
