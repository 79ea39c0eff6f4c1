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
  /** Signs in with a code from a device, too. */
  secondFactor: z.boolean(),
  /** Signs in through the organisation's own provider of identities. */
  provider: z.boolean(),
})
export type Person = z.infer<typeof person>

/** What a token may be used for, within the role that it has. */
export const tokenScopes = ['read', 'run', 'all'] as const
export type TokenScope = (typeof tokenScopes)[number]
const tokenScope = z.enum(tokenScopes)

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  /** Whose it is. */
  person: z.object({ id: z.string(), name: z.string() }),
  role,
  scope: tokenScope,
  createdAt: z.number(),
  expiresAt: z.number(),
  lastUsedAt: z.number().optional(),
})
export type ApiToken = z.infer<typeof apiToken>

export const tokenRequest = {
  name: z.string().trim().min(1).max(64),
  scope: tokenScope,
  /** The owner's own where it is not given. */
  role: role.optional(),
  days: z.number().int().min(1).max(366).default(30),
}
/** The secret is shown this once. */
export const newToken = z.object({ token: apiToken, secret: z.string() })

export const signedInSession = z.object({
  id: z.string(),
  /** What the browser says that it is. */
  device: z.string(),
  via: z.enum(['password', 'provider']),
  createdAt: z.number(),
  seenAt: z.number(),
  expiresAt: z.number(),
  /** The one that asks. */
  current: z.boolean(),
})
export type SignedInSession = z.infer<typeof signedInSession>

export const invitation = z.object({
  id: z.string(),
  role,
  createdBy: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
})
export type Invitation = z.infer<typeof invitation>

/** How people sign in through the organisation's provider of identities: OpenID Connect, authorization code with PKCE. */
const providerShape = {
  /** `https://login.example.org/realms/bank`; http only on this machine. */
  issuer: z.url().max(500),
  clientId: z.string().min(1).max(200),
  /** What the button says. */
  label: z.string().trim().min(1).max(64),
  /** Under which people reach this node: the provider sends them back to `/console/provider` there. */
  baseUrl: z.url().max(500),
  /** Claim with the groups or roles of a person: a text or a list of texts. */
  roleClaim: z.string().min(1).max(200).default('groups'),
  /** The first that a person has decides. */
  roles: z
    .array(z.object({ value: z.string().min(1).max(200), role }))
    .max(50)
    .default([]),
  /** Of whoever has none of them; without it they do not come in. */
  standardRole: role.optional(),
}
const provider = z.object(providerShape)
export type Provider = z.infer<typeof provider>

export const signInRules = z.object({
  requireSecondFactor: z.boolean(),
  /** The secret is never told. */
  provider: provider.optional(),
})
export const signInRulesChange = z.object({
  requireSecondFactor: z.boolean().optional(),
  /** Null: nobody signs in that way any more. The secret stays where none is given. */
  provider: provider
    .extend({ clientSecret: z.string().min(1).max(500).optional() })
    .nullable()
    .optional(),
})

/** Who asks: a person, or the operator who holds the token of the home folder. */
export const caller = z.object({
  id: z.string(),
  name: z.string(),
  role,
  /** Asks by a token: its name, and what it may be used for. */
  token: z.object({ name: z.string(), scope: tokenScope }).optional(),
  /** May do nothing but set up the second factor that an admin requires. */
  mustEnrol: z.boolean().optional(),
})
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
