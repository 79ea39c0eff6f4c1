/** A space as a person writes it down: datasets by name, flows by file. What it does not say follows from the flows. */
import { baseErrors } from '@secureflow/base'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { disclosureKinds } from './disclosure.ts'
import { spaceGoals } from './space.ts'

const name = z.string().min(1).max(64)
const date = z.union([z.iso.date(), z.iso.datetime()])

const spaceFile = z.strictObject({
  title: z.string(),
  goal: z.enum(spaceGoals).default('custom'),
  purpose: z.string(),
  members: z.array(name),
  /** By member: names of datasets, or by name of a dataset its columns. */
  gives: z.record(name, z.union([z.array(name), z.record(name, z.union([z.literal('all'), z.array(z.string())]))])),
  /** Files, beside this one. */
  flows: z.array(z.string().min(1)),
  terms: z.strictObject({
    from: date.optional(),
    until: date,
    runs: z.int(),
    epsilon: z.number().optional(),
    flows: z.enum(['as-drawn', 'alike']).default('as-drawn'),
    /** Default: what the flows tell, and nothing more. */
    sees: z.record(name, z.array(z.enum(disclosureKinds))).optional(),
  }),
})
export type SpaceFile = z.output<typeof spaceFile>

/** @throws INVALID_VALUE that names the first field that is wrong */
export function parseSpaceFile(text: string): SpaceFile {
  const wrong = (label: string, expected: string) =>
    baseErrors.INVALID_VALUE({ label, expected, received: 'something else' })
  let value: unknown
  try {
    value = parseYaml(text, { maxAliasCount: 0 })
  } catch {
    throw wrong('space', 'YAML')
  }
  const parsed = spaceFile.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw wrong(issue.path.map(String).join('.') || 'space', issue.message)
}
