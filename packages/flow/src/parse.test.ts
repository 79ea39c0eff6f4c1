import { decodeCbor, encodeCbor, fromHex } from '@secureflow/base'
import { describe, expect, test } from 'vitest'
import { FlowRefused, sayProblem } from './errors.ts'
import { flowBody, flowHash, formatFlow } from './flow.ts'
import { checkFlow, flowFromBody, parseFlow } from './parse.ts'
import { testFlow } from './testing.ts'

const problemsOf = (text: string) => {
  const checked = checkFlow(text)
  return checked.ok
    ? []
    : checked.problems.map((p) => ({ code: p.error.code, line: p.line, where: p.error.fields.where }))
}

const smallest = 'flow: f\nparties: { a: bank-a }\nsteps:\n  s: { use: read, at: a }\n'

test('a flow is read as it is written', () => {
  const flow = parseFlow(testFlow)
  expect(flow.parties).toEqual({ lender: 'bank-a', partner: 'bank-b', dealer: 'centre' })
  expect(flow.steps.map((s) => s.name)).toEqual(['loans', 'payments', 'aligned', 'parts', 'model', 'scores'])
  expect(flow.steps[2]).toEqual({
    name: 'aligned',
    use: 'match',
    of: { left: 'loans', right: 'payments' },
    settings: { on: 'id' },
  })
  expect(flow.lines!['steps.model.label']).toBe(9)
})

test('JSON is read as well', () => {
  const value = { flow: 'f', parties: { a: 'bank-a' }, steps: { s: { use: 'read', at: 'a' } } }
  expect(flowHash(parseFlow(JSON.stringify(value)))).toBe(flowHash(parseFlow(smallest)))
})

test('the hash follows the meaning, not the layout', () => {
  const flow = parseFlow(testFlow)
  expect(fromHex(flowHash(flow))).toHaveLength(32)
  expect(flowHash(parseFlow(`# a comment\n${testFlow.replaceAll('  ', '    ')}`))).toBe(flowHash(flow))
  expect(flowHash(parseFlow(formatFlow(flow)))).toBe(flowHash(flow))
  for (const [from, to] of [
    ['flow: test', 'flow: other'],
    ['credit-risk', 'marketing'],
    ['bank-b', 'bank-c'],
    ['asset: loans', 'asset: loans2'],
    ['left: loans, right: payments', 'left: payments, right: loans'],
  ] as const)
    expect(flowHash(parseFlow(testFlow.replace(from, to))), to).not.toBe(flowHash(flow))
})

test('the canonical body survives the wire, in order', () => {
  const flow = parseFlow(testFlow)
  const arrived = flowFromBody(decodeCbor(encodeCbor(flowBody(flow)), 'flow'))
  expect(flowHash(arrived)).toBe(flowHash(flow))
  expect(Object.keys(arrived.parties)).toEqual(Object.keys(flow.parties))
})

describe('what is wrong is said with its line', () => {
  const cases: [string, string, string, number | undefined][] = [
    ['no YAML', 'flow: [', 'FLOW_NOT_YAML', 1],
    ['a key twice', 'flow: f\nflow: g\n', 'FLOW_NOT_YAML', 2],
    ['an unknown field', `${smallest}owner: me\n`, 'FLOW_SHAPE', 5],
    ['no component', smallest.replace('use: read, ', ''), 'FLOW_SHAPE', 4],
    ['a member that is none', smallest.replace('bank-a', 'Bank A'), 'FLOW_SHAPE', 2],
    ['a step name that is none', smallest.replace('  s:', '  "s.t":'), 'FLOW_SHAPE', 4],
    ['a reference that is none', smallest.replace('at: a', 'of: a.b.c'), 'FLOW_SHAPE', 4],
    ['a number that is none', smallest.replace('at: a', 'at: a, rate: .nan'), 'FLOW_SHAPE', 4],
    ['a number beyond 2^53', smallest.replace('at: a', 'at: a, rate: 9007199254740993'), 'FLOW_SHAPE', 4],
    [
      'two aliases of one member',
      smallest.replace('a: bank-a', 'a: bank-a, b: bank-a'),
      'FLOW_MEMBER_TWICE',
      undefined,
    ],
    ['no steps', 'flow: f\nparties: { a: bank-a }\nsteps: {}\n', 'FLOW_SHAPE', undefined],
    ['aliases, which can make a small text huge', 'flow: &x f\npurpose: *x\n', 'FLOW_NOT_YAML', undefined],
    ['a list for a map', 'flow: f\nparties: [a]\nsteps: {}\n', 'FLOW_SHAPE', 2],
  ]
  test.each(cases)('%s', (_, text, code, line) => {
    expect(problemsOf(text)[0]).toMatchObject({ code, ...(line === undefined ? {} : { line }) })
  })

  test('all problems at once, as one error in either language', () => {
    const text = smallest.replace('bank-a', 'Bank A').replace('use: read, ', '')
    expect(problemsOf(text)).toHaveLength(2)
    try {
      parseFlow(text)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(FlowRefused)
      const { problems, code } = error as FlowRefused
      expect(code).toBe('FLOW_REFUSED')
      expect(sayProblem(problems[0]!, 'zh')).toMatch(/第 \d 行.*应为/)
    }
  })

  test('too much text, steps or parties', () => {
    expect(problemsOf(`${smallest}# ${'x'.repeat(300_000)}`)[0]!.code).toBe('FLOW_TOO_LARGE')
    const steps = Array.from({ length: 401 }, (_, i) => `  s${i}: { use: read, at: a }`).join('\n')
    expect(problemsOf(`flow: f\nparties: { a: bank-a }\nsteps:\n${steps}\n`)[0]!.code).toBe('FLOW_TOO_LARGE')
  })
})

test('a body from the wire is checked like a text', () => {
  const body = flowBody(parseFlow(testFlow))
  const wrong: unknown[] = [
    null,
    { ...body, extra: 1 },
    { ...body, steps: [...body.steps, body.steps[0]!] },
    { ...body, parties: [...body.parties, { alias: 'lender', member: 'bank-z' }] },
    { ...body, steps: [{ ...body.steps[0]!, use: 1 }] },
    { ...body, flow: 'x'.repeat(100) },
  ]
  for (const value of wrong) expect(() => flowFromBody(value)).toThrow(FlowRefused)
})

test('names of Object.prototype are names like others', () => {
  const flow = parseFlow(smallest.replaceAll('a: bank-a', 'constructor: bank-a').replace('at: a', 'at: constructor'))
  expect(flow.parties.constructor).toBe('bank-a')
  expect(problemsOf(smallest.replace('  s:', '  __proto__:'))[0]!.code).toBe('FLOW_SHAPE')
})
