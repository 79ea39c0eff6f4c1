/**
 * Every function of the contracts x every caller x every state. `npm test` takes two callers of each function and state,
 * one that may and one that may not where there are such; SECUREFLOW_FULL=1 takes all.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Abi } from 'viem'
import { expect, it } from 'vitest'
import { contractError } from './contract-errors.ts'
import { loadContracts } from './contracts.ts'
import { type ContractName, contractNames } from './genesis.ts'
import { cells, type Expected, type State, states, views, wrongCells } from './testing/table.ts'
import { type Caller, callers, World } from './testing/world.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const contracts = (await loadContracts()) as unknown as Record<ContractName, { abi: Abi }>
const functions = (wanted: (mutability: string) => boolean): string[] =>
  contractNames
    .flatMap((name) =>
      contracts[name].abi.flatMap((f) =>
        f.type === 'function' && wanted(f.stateMutability) ? `${name}.${f.name}` : [],
      ),
    )
    .sort()

it('the table names every function', () => {
  expect([...new Set(states.map((s) => `${s.contract}.${s.name}`))].sort()).toEqual(
    functions((m) => m === 'nonpayable'),
  )
  expect(Object.keys(views).sort()).toEqual(functions((m) => m === 'view' || m === 'pure'))
})

it('every error of the contracts has a sentence in both languages, and a state that raises it', () => {
  const names = contractNames.flatMap((name) => contracts[name].abi.flatMap((e) => (e.type === 'error' ? e.name : [])))
  for (const name of names) expect(contractError(name, {})?.code, name).toMatch(/^LEDGER_/)
  const raised = new Set(states.flatMap((s) => callers.map((caller) => s.expected(caller))))
  const elsewhere = ['NotTheirConsumer', 'UnknownRun', ...libraries]
  const missing = [...new Set(names)].filter((name) => !raised.has(name) && !elsewhere.includes(name))
  expect(missing).toEqual([])
})
const libraries = ['ECDSAInvalidSignature', 'ECDSAInvalidSignatureLength', 'ECDSAInvalidSignatureS']

it('every caller gets what is due to it in every state', { timeout: 1_800_000 }, async () => {
  const wrong: string[] = []
  let checked = 0
  for (const mode of ['alone', 'voting'] as const) {
    const of = full ? () => callers : ({ expected }: State) => sample(expected)
    const wanted = states.filter((s) => s.mode === mode)
    wrong.push(...(await wrongCells(await World.create(mode), wanted, of, () => checked++)))
  }
  expect(wrong).toEqual([])
  if (full) expect(checked).toBe(cells)
  expect(checked).toBeGreaterThan(200)
})

/** The lines of comment right above a line. */
function commentAbove(lines: readonly string[], at: number): string {
  let from = at
  while (/^ *(\/\/\/|\/\*\*|\*)/.test(lines[from - 1]!)) from--
  return lines.slice(from, at).join(' ')
}

it('every function says what it does, and all that stands on the ledger what it reveals', () => {
  const folder = join(import.meta.dirname, '../contracts')
  const told = { functions: 0, stored: 0, events: 0 }
  for (const file of readdirSync(folder)) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n')
    let inStruct = false
    lines.forEach((line, i) => {
      const comment = commentAbove(lines, i)
      const where = `${file}: ${line.trim()}`
      const isField = inStruct && /^ {8}\w.*;$/.test(line)
      const isStored =
        /^ {4}(mapping|[\w[\]]+)\b.* (public|private|immutable)\b.*;$/.test(line) && !/ constant /.test(line)
      if (/^ {4}(function|constructor|modifier) ?\w*/.test(line)) {
        expect(comment, where).toMatch(/@notice|@dev|@param/)
        told.functions++
      }
      if (isField || isStored) {
        expect(comment, where).toMatch(/\breveals?\b/i)
        told.stored++
      }
      if (/^ {4}event /.test(line)) {
        expect(comment, where).toMatch(/\breveals?\b/i)
        told.events++
      }
      if (/^ {4}\w.* public constant /.test(line)) expect(comment, where).toMatch(/@notice/)
      inStruct = /^ {4}struct /.test(line) || (inStruct && !/^ {4}}/.test(line))
    })
  }
  // As many as there are, so that no way of writing them escapes the patterns above.
  const all = [
    ...new Set(
      contractNames.flatMap((name) => contracts[name].abi.flatMap((e) => (e.type === 'event' ? [e.name] : []))),
    ),
  ]
  expect(told.events).toBe(all.length)
  expect(told.functions).toBeGreaterThan(90)
  expect(told.stored).toBeGreaterThan(70)
})

it('everyone reads the same', async () => {
  const world = await World.create('alone')
  const asset = await world.asset('read')
  const known = { asset, grant: await world.grant(asset), run: await world.run('read'), world }
  for (const [name, argumentsOf] of Object.entries(views)) {
    const [contract, functionName] = name.split('.') as [ContractName, string]
    const args = await argumentsOf(known)
    const answers = new Set<string>()
    for (const caller of full ? callers : (['founder', 'stranger'] as const)) {
      const { error, value } = await world.call(caller, contract, functionName, args)
      expect(error, name).toBeUndefined()
      answers.add(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)))
    }
    expect(answers.size, name).toBe(1)
  }
})

let turn = 0
/** One of each answer that is expected, another one each time. */
function sample(expected: (caller: Caller) => Expected): Caller[] {
  const byAnswer = Map.groupBy(callers, expected)
  const picked = [...byAnswer.values()].map((list) => list[turn++ % list.length]!)
  return picked.slice(0, 3)
}
