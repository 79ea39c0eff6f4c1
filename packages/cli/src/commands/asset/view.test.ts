import { assetPage } from '@secureflow/api'
import { expect, test } from 'vitest'
import { newContext } from '../../context.ts'
import { cardTable, pageText } from './view.ts'

const card = {
  ...{ token: 'ab'.repeat(32), kind: 'dataset', owner: 'bank-b', own: false, availability: 'cached', tags: ['credit'] },
  ...{
    name: 'loans',
    title: '消费贷款',
    version: 2,
    newest: true,
    state: 'active',
    usable: false,
    children: 1,
    missing: 0,
  },
  demand: { asked: 5, granted: 3, refused: 2, used: 1 },
} as const
const page = assetPage.parse({
  ...card,
  ...{ id: 'cd'.repeat(32), termsHash: 'ef'.repeat(32), price: 4, versions: [], containedIn: [] },
  parts: [{ ...card, name: 'late', owner: 'bank-c', state: 'retired', parent: card.token, granted: true }],
  private: { contact: 'x' },
})

test('an asset shows what it is, whence that is known, what it contains and how much it is asked for', () => {
  const text = pageText(page, newContext('en'))
  for (const line of [
    /^owner +bank-b$/m,
    /^state +active, cannot be used now$/m,
    /^known +as last seen, its owner is away$/m,
    /^demand +asked 5, granted 3, refused 2, used 1$/m,
    /^price +4$/m,
    /^parts +bank-c\/late {2}ended, granted$/m,
    /^private +\{"contact":"x"\}$/m,
  ])
    expect(text).toMatch(line)
  const chinese = pageText(page, newContext('zh'))
  expect(chinese).toMatch(/^需求 +申请 5，授权 3，拒绝 2，使用 1$/m)
  expect(chinese).not.toMatch(/\b(owner|state|demand|price)\b/)
})

test('a list has one line for each, wide characters aligned', () => {
  const [head, first] = cardTable([page], newContext('en')).split('\n')
  expect(head).toMatch(/^token +name +kind +owner +version +state +title$/)
  expect(first).toMatch(/^abababababab +loans +dataset +bank-b +2 +active, cannot be used now +消费贷款$/)
})
