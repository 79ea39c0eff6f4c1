/**
 * Whole runs over three real nodes: the demo's size, and trainings of 24,000 rows and 23 columns, near and far. Far means
 * a line of 30 ms there and back and 100 Mbit/s between the banks; the dealer is near to both.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoFlow } from '@secureflow/cli/commands/demo/flow'
import { ShapedLink } from '@secureflow/node/peers/shaped'
import {
  begin,
  creditFlow,
  findings,
  freePorts,
  makeSite,
  memberNames,
  outcomes,
  type Site,
  taskOf,
} from '../e2e/harness.ts'
import type { BenchRow } from './row.ts'

const model = 'semi-honest, dealer'
const near = { model, network: 'loopback' }
const far = { model, network: '30 ms, 100 Mbit/s' }

export async function bench(): Promise<BenchRow[]> {
  return [...(await demo()), ...(await nearTraining()), ...(await farTraining())]
}

async function demo(): Promise<BenchRow[]> {
  const began = performance.now()
  const memory = watchMemory()
  await using site = await makeSite({ tables: { loans: 30_000, payments: 35_000, common: 24_000 } })
  const ready = performance.now()
  const { id, label } = site.tables.loans
  const run = await begin(site.client, demoFlow({ id, label, epochs: 10 }))
  await succeeds(site, run)
  const ended = performance.now()
  const resident = memory.stop()
  const found = await findings(site)
  if (found.length > 0) throw new Error(found.join('\n'))
  const details = await Promise.all(memberNames.map((m) => site.nodes[m].client.runs.show({ run })))
  const [ofA] = details
  const took = (step: string) => Math.max(...details.map((d) => taskOf(d, step).tookSeconds ?? 0))
  const tasks = details.flatMap((d) => d.tasks)
  const auc = (step: string) => ofA!.reports.find((r) => r.step === step)!.figures.auc!
  return [
    {
      ...near,
      name: 'demo: tables and nodes made, run, records verified',
      value: (performance.now() - began) / 1000,
      unit: 's',
      bar: { atMost: 60 },
      note: '30,000 and 35,000 rows',
    },
    { ...near, name: 'demo: the run', value: (ended - ready) / 1000, unit: 's' },
    ...ofA!.tasks.map(({ step }) => ({ ...near, name: `demo: ${step}`, value: took(step), unit: 's' })),
    {
      ...near,
      name: 'demo: memory of all nodes and tasks',
      value: resident.proportional / 2 ** 20,
      unit: 'MiB',
      bar: { atMost: 1000 },
      note: `peak of shared pages counted once; ${Math.round(resident.resident / 2 ** 20)} counted for each process`,
    },
    {
      ...near,
      name: 'demo: bytes over all links',
      value: tasks.reduce((sum, t) => sum + (t.bytesSent ?? 0), 0) / 1e6,
      unit: 'MB',
    },
    { ...near, name: 'demo: rounds', value: ofA!.tasks.reduce((sum, t) => sum + (t.rounds ?? 0), 0), unit: 'rounds' },
    { ...near, name: 'demo: joint AUC', value: auc('quality'), unit: 'AUC' },
    { ...near, name: 'demo: AUC of the lender alone', value: auc('own-quality'), unit: 'AUC' },
  ]
}

async function nearTraining(): Promise<BenchRow[]> {
  await using site = await makeSite()
  const { took, rounds, bytes } = await train(site, 'epochs: 10, batch: 128')
  return [
    { ...near, name: 'training 24,000 x 23, batch 128', value: took, unit: 's', bar: { atMost: 15 } },
    { ...near, name: 'training 24,000 x 23, batch 128: rounds', value: rounds, unit: 'rounds' },
    { ...near, name: 'training 24,000 x 23, batch 128: bytes of bank-a', value: bytes / 1e6, unit: 'MB' },
  ]
}

async function farTraining(): Promise<BenchRow[]> {
  const ports = await freePorts()
  const line = await ShapedLink.start(
    { host: '127.0.0.1', port: ports['bank-b'] },
    { delayMs: 15, bytesPerSecond: 12.5e6 },
  )
  try {
    const advertise = { 'bank-b': `${line.address.host}:${line.address.port}` }
    await using site = await makeSite({ ports, advertise, dialsOnly: 'bank-a' })
    const { took, planned, rounds, bytes } = await train(site, 'epochs: 10, batch: auto')
    return [
      { ...far, name: 'training 24,000 x 23, batch auto', value: took, unit: 's', bar: { atMost: 180 } },
      {
        ...far,
        name: 'training 24,000 x 23, batch auto: estimate',
        value: planned / took,
        unit: 'of actual',
        bar: { atLeast: 0.7, atMost: 1.3 },
        note: `planned ${planned.toFixed(1)} s`,
      },
      { ...far, name: 'training 24,000 x 23, batch auto: rounds', value: rounds, unit: 'rounds' },
      { ...far, name: 'training 24,000 x 23, batch auto: bytes of bank-a', value: bytes / 1e6, unit: 'MB' },
    ]
  } finally {
    await line.close()
  }
}

/** 30,000 rows in common, of which 24,000 are trained on; 13 columns at bank-a, 10 at bank-b. */
async function train(site: Site, training: string) {
  const { left, right } = wideTables(site.folder)
  const { 'bank-a': a, 'bank-b': b } = site.nodes
  await a.client.data.add({ path: left, name: 'wide-a', id: 'id', label: 'y', allow: ['bank-b', 'centre'] })
  await b.client.data.add({ path: right, name: 'wide-b', id: 'id', allow: ['bank-a', 'centre'] })
  const run = await begin(a.client, creditFlow({ id: 'id', label: 'y', loans: 'wide-a', payments: 'wide-b', training }))
  await succeeds(site, run)
  const task = taskOf(await a.client.runs.show({ run }), 'model')
  return {
    took: task.tookSeconds!,
    planned: task.seconds,
    rounds: task.rounds!,
    bytes: task.bytesSent! + task.bytesReceived!,
  }
}

async function succeeds(site: Site, run: string): Promise<void> {
  const ends = await outcomes(site, run, 600_000)
  if (Object.values(ends).some((end) => end !== 'succeeded')) throw new Error(JSON.stringify(ends))
}

function wideTables(folder: string): { left: string; right: string } {
  let state = 1
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const normals = (count: number) =>
    Array.from({ length: count }, () => Array.from({ length: 12 }, uniform).reduce((x, y) => x + y, -6))
  const names = (of: string, count: number) => Array.from({ length: count }, (_, i) => `${of}${i}`)
  const lines: { left: string[]; right: string[] } = {
    left: [['id', 'y', ...names('a', 13)].join(',')],
    right: [['id', ...names('b', 10)].join(',')],
  }
  for (let row = 0; row < 30_000; row++) {
    const id = `R${100_000 + row}`
    const [a, b] = [normals(13), normals(10)]
    const y = a[0]! - a[1]! + b[0]! + b[1]! + normals(1)[0]! > 1 ? 1 : 0
    lines.left.push([id, y, ...a.map((x) => x.toFixed(4))].join(','))
    lines.right.push([id, ...b.map((x) => x.toFixed(4))].join(','))
  }
  const write = (name: 'left' | 'right') => {
    const path = join(folder, `${name}.csv`)
    writeFileSync(path, `${lines[name].join('\n')}\n`)
    return path
  }
  return { left: write('left'), right: write('right') }
}

/** The most memory that this process's descendants had together, looked at ten times a second. */
function watchMemory() {
  const peak = { proportional: 0, resident: 0 }
  const timer = setInterval(() => {
    const sum = { proportional: 0, resident: 0 }
    for (const pid of descendants(process.pid)) {
      const { Pss = 0, Rss = 0 } = rollup(pid)
      sum.proportional += Pss
      sum.resident += Rss
    }
    peak.proportional = Math.max(peak.proportional, sum.proportional)
    peak.resident = Math.max(peak.resident, sum.resident)
  }, 100)
  return {
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

function descendants(root: number): number[] {
  const parentOf = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readProc(`/proc/${name}/stat`)
    // The name of the program, in parentheses, may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    parentOf.set(Number(name), parent)
  }
  const under = (pid: number | undefined): boolean => pid !== undefined && (pid === root || under(parentOf.get(pid)))
  return [...parentOf.keys()].filter((pid) => pid !== root && under(parentOf.get(pid)))
}

/** Bytes by name. */
const rollup = (pid: number): Record<string, number> =>
  Object.fromEntries(
    [...readProc(`/proc/${pid}/smaps_rollup`).matchAll(/^(\w+):\s+(\d+) kB$/gm)].map(([, n, kb]) => [
      n,
      1024 * Number(kb),
    ]),
  )

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended between two looks
  }
}

if (import.meta.main)
  for (const row of await bench())
    console.log(`${row.name.padEnd(56)} ${row.value.toFixed(3).padStart(10)} ${row.unit}  ${row.note ?? ''}`)
