import { expect, test } from 'vitest'
import { linesOf, rolesOf } from './role-lines.ts'

test('lines become roles and lines again; what is no such line is told', () => {
  const roles = [
    { value: 'cn=risk,ou=groups', role: 'analyst' as const },
    { value: 'IT', role: 'admin' as const },
  ]
  expect(rolesOf(`\n${linesOf(roles)}\n`)).toEqual(roles)
  expect(rolesOf('')).toEqual([])
  for (const wrong of ['risk', 'risk = boss', '= admin', 'risk =']) expect(rolesOf(wrong), wrong).toBeUndefined()
})
