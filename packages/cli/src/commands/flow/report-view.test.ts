import { errorToBody, type FlowReport } from '@secureflow/api'
import { baseErrors } from '@secureflow/base'
import { expect, test } from 'vitest'
import { textOf } from '../../text/index.ts'
import { reportExitCode, reportText } from './report-view.ts'

const context = { text: textOf('en'), locale: 'en' as const, exitCode: 0 }
const good: FlowReport = {
  flow: 'joint-credit',
  problems: [],
  statement: { en: ['Assumes   nothing', 'bank-a learns   the rows'], zh: ['假设   无'] },
  tasks: [],
  estimate: { seconds: 75, bytes: { 'bank-a>bank-b': 84e6 }, rounds: 2100, memoryBytes: 310e6 },
  terms: [{ asset: 'a1', name: 'loans', owner: 'bank-a', allow: true, reasons: [] }],
}

test('a flow that may run shows its statement, its cost and who allows it', () => {
  expect(reportText(good, context)).toBe(
    [
      'Assumes   nothing\nbank-a learns   the rows',
      'Costs about 1 min 15 s, 2,100 rounds, at most 310 MB of memory on one side\n  bank-a → bank-b  84.0 MB',
      'bank-a allows it (loans)',
    ].join('\n\n'),
  )
  expect(reportExitCode(good)).toBe(0)
  expect(reportText(good, { ...context, text: textOf('zh'), locale: 'zh' })).toMatch(/^假设 {3}无\n\n预计耗时/)
})

test('a refusal says who, which column, which rule and what to do; exit code 3', () => {
  const refused: FlowReport = {
    ...good,
    terms: [
      {
        asset: 'p1',
        name: 'payments',
        owner: 'bank-b',
        allow: false,
        reasons: [
          {
            code: 'TERMS_ROWS',
            rule: 'columns.turnover.minimumRows',
            column: 'turnover',
            expected: 50_000,
            actual: 24_000,
            what: { en: 'needs at least 50,000 aligned rows', zh: '至少需要 50,000 行' },
            fix: { en: "bank-b's steward can lower the limit", zh: 'bank-b 可降低限制' },
          },
        ],
      },
    ],
  }
  expect(reportText(refused, context)).toContain(
    [
      'TERMS_ROWS  bank-b does not allow this flow',
      '  columns  payments.turnover',
      '  rule     needs at least 50,000 aligned rows',
      "  do       bank-b's steward can lower the limit",
    ].join('\n'),
  )
  expect(reportExitCode(refused)).toBe(3)
  const change = { en: ['leave out column turnover', 'leave out step model'], zh: ['去掉列 turnover'] }
  const told = { ...refused, terms: [{ ...refused.terms[0]!, change }] }
  expect(reportText(told, context)).toMatch(/\n {2}would pass {2}leave out column turnover\n +leave out step model$/)
})

test('a problem says step, field and line; exit code by its class', () => {
  const error = errorToBody(baseErrors.INVALID_VALUE({ label: 'epochs', expected: 'a number', received: 'ten' }))
  const wrong: FlowReport = {
    flow: '',
    problems: [{ step: 'model', field: 'epochs', line: 12, error }],
    tasks: [],
    terms: [],
  }
  expect(reportText(wrong, context)).toContain('INVALID_VALUE  step model: epochs: line 12: epochs: expected a number')
  expect(reportExitCode(wrong)).toBe(2)
})
