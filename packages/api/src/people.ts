/** The people of one member who use its node, and what each role may do. */
import { z } from 'zod'

export const personRoles = ['admin', 'steward', 'analyst', 'auditor'] as const
export type PersonRole = (typeof personRoles)[number]

const role = z.enum(personRoles)
export const personName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}]$/u, '2 to 64 letters, digits, spaces, dots, dashes')
export const password = z.string().min(12, 'at least 12 characters').max(200)

export const person = z.object({
  id: z.string(),
  name: z.string(),
  role,
  createdAt: z.number(),
  lastSeenAt: z.number().optional(),
  disabled: z.boolean(),
  /** Too many wrong passwords: until then nobody signs in by this name. */
  lockedUntil: z.number().optional(),
})
export type Person = z.infer<typeof person>

/** Who asks: a person, or the operator who holds the token of the home folder. */
export const caller = z.object({ id: z.string(), name: z.string(), role })
export type Caller = z.infer<typeof caller>

export const operation = z.object({
  at: z.number(),
  who: z.string(),
  role: z.string(),
  /** `runs.start`. */
  action: z.string(),
  /** `done`, or the code of the error. */
  outcome: z.string(),
})
export type Operation = z.infer<typeof operation>
export const personRole = role
