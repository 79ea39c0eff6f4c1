/** Which claim gives which role, as lines that a person writes: `risk-team = analyst`. */
import { type PersonRole, type Provider, personRoles } from '@secureflow/api'

export const linesOf = (roles: Provider['roles']): string =>
  roles.map(({ value, role }) => `${value} = ${role}`).join('\n')

/** @returns undefined where a line is of another form */
export function rolesOf(lines: string): Provider['roles'] | undefined {
  const roles: Provider['roles'] = []
  for (const line of lines.split('\n')) {
    if (line.trim() === '') continue
    const at = line.lastIndexOf('=')
    const [value, role] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    if (at < 1 || value === '' || !personRoles.includes(role as PersonRole)) return undefined
    roles.push({ value, role: role as PersonRole })
  }
  return roles
}
