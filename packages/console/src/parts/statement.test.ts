import { components } from '@secureflow/components/declarations'
import { checkPlan, render } from '@secureflow/flow'
import { expect, test } from 'vitest'
import { template } from '../canvas/templates.ts'
import { partsOf } from './statement.ts'

const column = (name: string) => ({ name, type: 'number' as const })
const asset = (owner: string, name: string, columns: string[]) => ({
  id: owner.padEnd(64, '0'),
  name,
  owner,
  rows: 1000,
  schema: { columns: [{ name: 'id', type: 'text' as const }, ...columns.map(column)] },
  digest: '0'.repeat(64),
  termsHash: '0'.repeat(64),
})
const around = {
  self: 'bank-a',
  members: ['centre', 'bank-a', 'bank-b'],
  assets: [asset('bank-a', 'loans', ['default', 'age']), asset('bank-b', 'payments', ['late'])],
  idColumn: { loans: 'id' },
  labelColumn: { loans: 'default' },
}

test.each(['creditRisk', 'marketing', 'overlap'] as const)(
  'the template %s has no problems, and its page says all of it',
  (name) => {
    const checked = checkPlan({
      flow: template(name, around),
      components,
      assets: around.assets,
      links: {},
      initiator: 'bank-a',
    })
    if (!checked.ok) throw checked.problems[0]!.error
    for (const locale of ['en', 'zh'] as const) {
      const rendered = render(checked.value.statement, locale, 100_000)
      const parts = partsOf(rendered)
      const said = parts.flatMap((p) => [p.title, ...p.items.map((i) => i.text)]).join('')
      const letters = (text: string) => text.replaceAll(/[\s·]|=>|⇒/g, '')
      expect(letters(said)).toBe(letters(rendered))
      expect(parts.length).toBeGreaterThan(2)
    }
  },
)
