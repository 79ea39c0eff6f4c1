import type { DatasetRole } from '@secureflow/api'
import { expect, test } from 'vitest'
import { withRole } from './roles.ts'

const roles = (columns: readonly { role: string }[]) => columns.map((c) => c.role).join(' ')

test('a new id or label takes the place of the one before; other roles are as many as there are', () => {
  const columns: { role: DatasetRole }[] = [{ role: 'id' }, { role: 'label' }, { role: 'feature' }]
  expect(roles(withRole(columns, 2, { role: 'id' }))).toBe('feature label id')
  expect(roles(withRole(columns, 0, { role: 'label' }))).toBe('label feature feature')
  expect(roles(withRole(columns, 2, { role: 'ignore' }))).toBe('id label ignore')
  expect(roles(withRole(columns, 1, {}))).toBe('id label feature')
})
