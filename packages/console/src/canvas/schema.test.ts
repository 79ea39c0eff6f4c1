import { components } from '@secureflow/components/declarations'
import { expect, test } from 'vitest'
import { settingsOf } from './schema.ts'

const fieldsOf = (name: string) => Object.fromEntries(settingsOf(components.get(name)!).map((s) => [s.name, s.field]))

test('every setting of every component is asked for, with words in both languages', () => {
  for (const component of components.values()) {
    const settings = settingsOf(component)
    expect(settings.map((s) => s.name)).toEqual(Object.keys(component.params.shape))
    for (const { label, help } of settings) {
      expect(label.zh).toMatch(/[\u4e00-\u9fff]|\w/)
      expect(help.en).not.toBe('')
    }
  }
})

test('kinds, ranges and words', () => {
  const lr = fieldsOf('vertical-logistic-regression')
  expect(lr.label).toEqual({ kind: 'column' })
  expect(lr.features).toEqual({ kind: 'columns', word: 'auto' })
  expect(lr.epochs).toEqual({ kind: 'number', whole: true, min: 1, max: 1000, words: [] })
  expect(lr.batch).toMatchObject({ kind: 'number', whole: true, min: 1, words: ['auto', 'full'] })
  expect(lr.shuffle).toEqual({ kind: 'switch' })
  expect(fieldsOf('predict').to).toEqual({ kind: 'party' })
  expect(fieldsOf('read-table').asset).toEqual({ kind: 'asset' })
  expect(fieldsOf('split').method).toEqual({ kind: 'choice', options: ['random', 'every'] })
  expect(fieldsOf('psi').on).toEqual({ kind: 'written' })
  expect(fieldsOf('psi').delivers).toEqual({ kind: 'columns', word: 'none' })
  expect(fieldsOf('psi').padLeft).toMatchObject({ kind: 'number', whole: true, words: ['none', 'power-of-two'] })
})

test('a list of entries asks for each setting of an entry', () => {
  const keys = fieldsOf('psi').keys!
  if (keys.kind !== 'entries') throw new Error(keys.kind)
  expect(keys.settings.filter((s) => s.required).map((s) => s.name)).toEqual(['left', 'right'])
  expect(keys.settings.find((s) => s.name === 'rule')).toMatchObject({
    fallback: 'text',
    field: { kind: 'choice', options: ['text', 'digits', 'phone', 'date', 'china-id', 'email'] },
  })
  expect(keys.settings.find((s) => s.name === 'trim')!.field).toEqual({ kind: 'switch' })
  expect(keys.settings.find((s) => s.name === 'country')!.field).toEqual({ kind: 'text' })
  for (const { label, help } of keys.settings) {
    expect(label.zh).toMatch(/[\u4e00-\u9fff]/)
    expect(help.en).not.toBe('')
  }
})
