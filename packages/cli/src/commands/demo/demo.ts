/** The demo itself: tables, three nodes, one run, its summary. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunDetail } from '@secureflow/api'
import { generateDemoTables } from '@secureflow/data'
import type { CliContext } from '../../context.ts'
import { cliErrors } from '../../errors.ts'
import { count, duration } from '../../format.ts'
import { notice, print } from '../../say.ts'
import { demoText } from '../../text/demo.ts'
import { reportExitCode, reportText } from '../flow/report-view.ts'
import { follow } from '../run/follow.ts'
import { demoFlow } from './flow.ts'
import { type DemoNode, leaveDemoNode, startDemoNode, stopDemoNode } from './nodes.ts'
import { gain, linkTable, modelTable, rowsLine, taskTable } from './summary.ts'

export interface DemoOptions {
  keep?: boolean
  a?: string
  b?: string
  label?: string
  id?: string
}

/** @returns the exit code */
export async function demo(context: CliContext, options: DemoOptions, epochs: number): Promise<number> {
  const { locale } = context
  const text = demoText[locale]
  const began = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'secureflow-demo-'))
  const nodes: DemoNode[] = []
  let leave = false
  const stop = async () => {
    await Promise.all(nodes.map(stopDemoNode))
    if (!leave) rmSync(folder, { recursive: true, force: true })
  }
  const interrupted = () => void stop().then(() => process.exit(7))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    const files = await tablesOf(context, options, folder)

    print(`\n${text.starting}`)
    const started = await Promise.all(['centre', 'bank-a', 'bank-b'].map((m) => startDemoNode(folder, m, locale)))
    nodes.push(...started)
    const [centre, a, b] = started as [DemoNode, DemoNode, DemoNode]
    for (const node of started) print(`  ${node.member.padEnd(8)}pid ${String(node.process.pid).padEnd(8)}${node.url}`)
    await centre.client.network.create()
    for (const bank of [a, b]) {
      const { invitation } = await centre.client.network.invite({ validForSeconds: 600 })
      await bank.client.network.join({ invitation })
    }
    await linked(started)
    print(text.joined)

    const loans = await a.client.data.add({
      path: files.a,
      name: 'loans',
      id: files.id,
      label: files.label,
      allow: ['bank-b', 'centre'],
    })
    const payments = await b.client.data.add({
      path: files.b,
      name: 'payments',
      id: files.id,
      allow: ['bank-a', 'centre'],
    })
    print(text.registered(count(loans.rows, locale), count(payments.rows, locale)))

    const flow = demoFlow({ ...files, epochs })
    const report = await a.client.flows.check({ flow })
    print(`\n${text.before}\n\n${reportText(report, context)}\n`)
    if (reportExitCode(report) !== 0) return reportExitCode(report)
    const result = await a.client.runs.start({ flow })
    if (!result.started) {
      notice(reportText(result.report, context))
      return reportExitCode(result.report)
    }
    const ended = await follow(a.client, result.run, context, { json: false })
    if (ended !== 0) return ended

    const details = new Map<string, RunDetail>()
    for (const node of [a, b, centre]) details.set(node.member, await node.client.runs.show({ run: result.run }))
    const joint = details.get('bank-a')!
    print(`\n${rowsLine(joint, { a: loans.rows, b: payments.rows }, text, context)}`)
    print(`\n${text.model}\n${modelTable(joint, text)}\n${text.gain(gain(joint).toFixed(4))}`)
    print(`\n${text.steps}\n${taskTable(details, text, context)}`)
    print(`\n${text.traffic}\n${linkTable(details)}`)

    print(`\n${text.record}`)
    let sound = true
    for (const node of [a, b, centre]) {
      const { entries, receipts, findings } = await node.client.audit.verify()
      sound &&= findings.length === 0
      if (findings.length === 0)
        print(`  ${text.verified(node.member, count(entries, locale), count(receipts, locale))}`)
      else
        notice(
          `  ${text.notVerified(node.member)}\n${findings.map((f) => `    ${f.code}  ${f.what[locale]}`).join('\n')}`,
        )
    }
    print(`\n${text.time(duration((performance.now() - began) / 1000))}`)
    if (options.keep) {
      leave = true
      print(`\n${text.kept}\n  npm run --silent secureflow -- --home ${a.home} run show ${result.run.slice(0, 12)}`)
      print(`${text.end}\n  kill ${started.map((n) => n.process.pid).join(' ')}`)
    } else if (options.a === undefined) print(text.again)
    return sound ? 0 : 4
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    if (leave) nodes.forEach(leaveDemoNode)
    else await stop()
  }
}

async function tablesOf({ locale }: CliContext, { a, b, label, id }: DemoOptions, folder: string) {
  if (a !== undefined && b !== undefined && label !== undefined && id !== undefined)
    return { a: resolve(a), b: resolve(b), label, id }
  const made = await generateDemoTables({ seed: 1, folder: join(folder, 'tables') })
  print(demoText[locale].tables(count(made.loans.rows, locale), count(made.payments.rows, locale)))
  return { a: made.loans.path, b: made.payments.path, label: made.loans.label, id: made.loans.id, expects: made.common }
}

/** Until every node is linked to every other. */
async function linked(nodes: readonly DemoNode[]): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const views = await Promise.all(nodes.map((n) => n.client.network.show()))
    if (views.every((v) => v.members.length === nodes.length && v.members.every((m) => m.self || m.connected))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw cliErrors.DEMO_NOT_LINKED({})
}
