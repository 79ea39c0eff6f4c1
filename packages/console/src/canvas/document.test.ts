import { components } from '@secureflow/components/declarations'
import { checkFlow, type Flow, formatFlow, parseFlow } from '@secureflow/flow'
import { expect, test } from 'vitest'
import {
  addStep,
  connect,
  disconnect,
  duplicate,
  inputsOf,
  paste,
  refusal,
  removeSteps,
  renameParty,
  renameStep,
  setAt,
  setSetting,
  wiresOf,
} from './document.ts'
import { begin, type History, redo, undo, write } from './history.ts'

const text = `
flow: joint
purpose: credit-risk
parties: { lender: bank-a, partner: bank-b, dealer: centre }
steps:
  loans: { use: read-table, at: lender, asset: loans }
  payments: { use: read-table, at: partner, asset: payments }
  aligned: { use: psi, of: { left: loans, right: payments }, on: id }
  parts: { use: split, of: aligned }
  model: { use: vertical-logistic-regression, train: parts.train, label: lender.default }
  scores: { use: predict, model: model, rows: parts.test, to: lender }
`
const flow = parseFlow(text)
const at = (f: Flow, name: string) => f.steps.find((s) => s.name === name)!
const wire = (from: string, to: string) => {
  const [a, b] = [from.split('.'), to.split('.')]
  return { from: { step: a[0]!, port: a[1]! }, to: { step: b[0]!, port: b[1]! } }
}
const said = (f: Flow) =>
  wiresOf(f, components).map(({ from, to }) => `${from.step}.${from.port} > ${to.step}.${to.port}`)

test('the lines of a flow, however it writes its inputs', () => {
  expect(said(flow)).toEqual([
    'loans.table > aligned.left',
    'payments.table > aligned.right',
    'aligned.table > parts.of',
    'parts.train > model.train',
    'model.model > scores.model',
    'parts.test > scores.rows',
  ])
})

test('a line of another type, and one that closes a circle, is refused with the reason', () => {
  expect(refusal(flow, components, wire('model.model', 'parts.of'))).toEqual({
    why: 'type',
    from: 'model',
    to: 'table',
  })
  expect(refusal(flow, components, wire('parts.train', 'aligned.left'))).toEqual({ why: 'cycle' })
  expect(refusal(flow, components, wire('parts.train', 'parts.of'))).toEqual({ why: 'cycle' })
  expect(refusal(flow, components, wire('aligned.table', 'scores.rows'))).toBeUndefined()
})

test('what is drawn reads the same when it is written and read again', () => {
  let drawn = connect(flow, components, wire('aligned.table', 'scores.rows'))
  drawn = setSetting(drawn, 'model', 'epochs', 3)
  const again = parseFlow(formatFlow(drawn))
  expect(said(again)).toContain('aligned.table > scores.rows')
  expect(said(again)).toEqual(said(drawn))
  expect(at(again, 'model').settings).toMatchObject({ label: 'lender.default', epochs: 3 })
})

test('a removed step leaves open inputs, a renamed one keeps its lines', () => {
  expect(said(removeSteps(flow, components, ['parts']))).toEqual([
    'loans.table > aligned.left',
    'payments.table > aligned.right',
    'model.model > scores.model',
  ])
  const renamed = renameStep(flow, components, 'parts', 'halves')
  expect(inputsOf(at(renamed, 'scores'), components.get('predict')!)).toEqual({ model: 'model', rows: 'halves.test' })
  expect(said(disconnect(flow, components, { step: 'aligned', port: 'left' }))).not.toContain(
    'loans.table > aligned.left',
  )
})

test('copies are joined with each other, and with what was not copied', () => {
  const { flow: grown, names } = duplicate(flow, components, ['model', 'scores'])
  expect(names).toEqual(['model-2', 'scores-2'])
  expect(said(grown)).toEqual(
    expect.arrayContaining([
      'parts.train > model-2.train',
      'model-2.model > scores-2.model',
      'parts.test > scores-2.rows',
    ]),
  )
})

test('steps are pasted into another flow: joined among themselves, and to what that flow has', () => {
  const other = parseFlow(`
flow: other
parties: { lender: bank-a }
steps:
  parts: { use: read-table, at: lender, asset: loans }
`)
  const chosen = [...flow.steps.filter((s) => ['payments', 'model', 'scores'].includes(s.name))]
  const { flow: grown, names } = paste(other, components, [...chosen, { ...chosen[0]!, use: 'unknown' }])
  expect(names).toEqual(['payments', 'model', 'scores'])
  // The other flow has a step called parts, but no output of it called train.
  expect(said(grown)).toEqual(['model.model > scores.model'])
  expect(at(grown, 'payments').at).toBeUndefined() // no party called partner there
  const { names: again } = paste(grown, components, chosen)
  expect(again).toEqual(['payments-2', 'model-2', 'scores-2'])
})

test('a party gets another alias wherever it is said', () => {
  const renamed = renameParty(flow, 'lender', 'bank')
  expect(at(renamed, 'loans').at).toBe('bank')
  expect(at(renamed, 'model').settings.label).toBe('bank.default')
  expect(at(renamed, 'scores').settings.to).toBe('bank')
  expect(Object.keys(renamed.parties)).toEqual(['bank', 'partner', 'dealer'])
})

test('new steps have free names, and sources a place', () => {
  const once = addStep(flow, components.get('read-table')!)
  const twice = addStep(once.flow, components.get('read-table')!)
  expect([once.name, twice.name]).toEqual(['read-table', 'read-table-2'])
  expect(at(setAt(twice.flow, 'read-table', 'partner'), 'read-table').at).toBe('partner')
  expect(checkFlow(formatFlow(twice.flow)).ok).toBe(true)
})

test('undo and redo go through every state, and a new change forgets what was undone', () => {
  let history: History<number> = begin(0)
  for (const n of [1, 2, 3]) history = write(history, n)
  history = undo(undo(history))
  expect(history.present).toBe(1)
  history = redo(history)
  expect(history.present).toBe(2)
  history = write(history, 9)
  expect(redo(history).present).toBe(9)
  expect(undo(undo(undo(undo(history)))).present).toBe(0)
})
