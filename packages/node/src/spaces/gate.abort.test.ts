/** A run that names a space, where the initiator's own node has nothing against it: what the partners' nodes do. */
import { afterEach, expect, test } from 'vitest'
import { ended, flow, pause, twoBanks } from '../runs/testing/two-banks.ts'
import type { World } from '../runs/testing/world.ts'
import type { SpaceGate, SpaceRefusal } from './interface.ts'

let world: World
afterEach(() => world.close())

const id = 'f'.repeat(64)
const inSpace = `space: ${id}${flow}`
const open: SpaceGate = { refusal: async () => undefined, ends: async () => undefined }
const against = (refusal: SpaceRefusal): SpaceGate => ({ ...open, refusal: async () => refusal })

async function started(gate: SpaceGate | undefined): Promise<string> {
  world = twoBanks()
  world.get('bank-a').spaces = open
  if (gate !== undefined) world.get('bank-b').spaces = gate
  const [a] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
  return a.start(inSpace).then(
    (answer) => (answer.started ? `started ${answer.run}` : JSON.stringify(answer.report)),
    (error: { code: string; party?: string }) => `${error.code} ${error.party}`,
  )
}

test('is refused by a partner that knows no spaces, or not this one', async () => {
  expect(await started(undefined)).toBe('RUN_SPACE_NONE bank-b')
  expect(world.grants.gifts).toBe(0)
})

test('is refused by a partner whose charter forbids it, with the rule and whose word it is', async () => {
  expect(await started(against({ rule: 'purpose', expected: 'overlap', actual: 'credit-risk' }))).toBe(
    'RUN_SPACE_PURPOSE bank-b',
  )
  expect(await world.get('bank-b').runs!.list()).toEqual([])
})

test('is not signed where the space came to forbid it after the first answer', async () => {
  let asked = 0
  const first = async () => (++asked > 1 ? ({ rule: 'runs', expected: '1', actual: '1' } as const) : undefined)
  const outcome = await started({ ...open, refusal: first })
  const run = outcome.replace('started ', '')
  expect(outcome).toMatch(/^started /)
  expect(await ended(world.get('bank-a').runs!, run)).toBe('RUN_SPACE_RUNS')
})

test('ends where its space does, at every party', async () => {
  let over = false
  const gate: SpaceGate = {
    ...open,
    ends: async () => (over ? { rule: 'none', expected: '-', actual: id } : undefined),
  }
  world = twoBanks()
  world.get('bank-a').spaces = open
  world.get('bank-b').spaces = gate
  const [a, b] = await Promise.all([world.up('bank-a'), world.up('bank-b')])
  world.get('bank-b').executor.onStart = async (step) => {
    if (step !== 'aligned') return
    over = true
    await pause(50)
  }
  const answer = await a.start(inSpace)
  if (!answer.started) throw new Error(JSON.stringify(answer.report))
  expect([await ended(a, answer.run), await ended(b, answer.run)]).toEqual(['RUN_SPACE_NONE', 'RUN_SPACE_NONE'])
})
