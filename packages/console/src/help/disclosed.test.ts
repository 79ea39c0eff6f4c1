import { components } from '@secureflow/components/declarations'
import { disclosureKinds } from '@secureflow/flow'
import { expect, test } from 'vitest'
import { en } from '../text/en.ts'
import { zh } from '../text/zh.ts'
import { disclosedByComponent } from './disclosed.ts'

test('what steps disclose comes from their own declarations', () => {
  const found = disclosedByComponent()
  expect(found.get('psi')).toContainEqual({ to: 'left', what: 'matched-rows' })
  expect(found.get('vertical-logistic-regression')).toContainEqual({ to: 'dealer', what: 'shape' })
  for (const [name, { securityModel }] of components)
    if (securityModel === 'local') expect(found.get(name) ?? [], name).toEqual([])
})

test('every kind of disclosure has its attacks and its name in both languages', () => {
  for (const kind of disclosureKinds)
    for (const text of [en, zh]) {
      expect(text.help.attackOf[kind].length, kind).toBeGreaterThan(10)
      expect(text.run.what[kind as keyof typeof text.run.what], kind).toBeDefined()
    }
})
