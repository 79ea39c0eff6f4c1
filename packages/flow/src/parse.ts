/** From text or from the wire to a flow: everything is checked here that needs no component. */
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type Checked, FlowRefused, flowErrors, orThrow, type Problem } from './errors.ts'
import type { Flow, FlowBody, Json } from './flow.ts'

const maxTextBytes = 256 * 1024
/** A flow of so many steps compiles in some 20 ms, at every node that is asked about it. */
const maxSteps = 400
const maxParties = 64

const name = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'a letter, then letters, digits, _ or - (64 at most)')
const member = z.string().regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, 'a member id: a-z, 0-9, - (2 to 32)')
const line = z
  .string()
  .max(200, 'at most 200 characters')
  .regex(/^[^\p{Cc}]*$/u, 'one line of text')
const space = z.string().regex(/^[0-9a-f]{64}$/, 'the id of a space: 64 hex digits')
const reference = z.string().regex(/^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$/, 'step or step.output')
const settingKey = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'a name')
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number().refine((n) => !Number.isInteger(n) || Number.isSafeInteger(n), 'a number within 2^53'),
    z.string().max(4096),
    z.array(json).max(4096),
    z.record(z.string().max(256), json),
  ]),
)
const of = z.union([reference, z.record(settingKey, reference)], 'step, step.output, or { port: step }')

const written = z.strictObject({
  flow: name,
  purpose: line.default(''),
  space: space.optional(),
  parties: z.record(name, member),
  steps: z.record(name, z.object({ use: name, at: name.optional(), of: of.optional() }).catchall(json)),
})

const body = z.strictObject({
  flow: name,
  purpose: line,
  space: space.optional(),
  parties: z.array(z.strictObject({ alias: name, member })).max(maxParties),
  steps: z
    .array(
      z.strictObject({
        name,
        use: name,
        at: name.optional(),
        of: of.optional(),
        settings: z.record(settingKey, json),
      }),
    )
    .max(maxSteps),
})

/** @throws {FlowRefused} with every problem found */
export const parseFlow = (text: string): Flow => orThrow(checkFlow(text))

/** Reads YAML or JSON as a person writes it. */
export function checkFlow(text: string): Checked<Flow> {
  if (text.length > maxTextBytes)
    return refuse({
      error: flowErrors.FLOW_TOO_LARGE({ what: 'characters', actual: text.length, allowed: maxTextBytes }),
    })
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, version: '1.2', merge: false })
  if (document.errors.length > 0)
    return refuse(
      ...document.errors.map((e) => ({
        line: counter.linePos(e.pos[0]).line,
        error: flowErrors.FLOW_NOT_YAML({ reason: e.code }),
      })),
    )
  let value: unknown
  try {
    // Aliases can make a small text huge, and no flow needs them.
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    return refuse({ error: flowErrors.FLOW_NOT_YAML({ reason: 'ALIAS' }) })
  }
  const lines = linesOf(document, counter)
  const parsed = written.safeParse(value)
  if (!parsed.success) return refuse(...shapeProblems(parsed.error, lines))
  const { steps, space: inSpace, ...head } = parsed.data
  return checkWhole({
    ...head,
    ...(inSpace === undefined ? {} : { space: inSpace }),
    steps: Object.entries(steps).map(([name, { use, at, of, ...settings }]) => ({
      name,
      use,
      ...(at === undefined ? {} : { at }),
      ...(of === undefined ? {} : { of }),
      settings: settings as Record<string, Json>,
    })),
    lines,
  })
}

/** Reads the canonical form, as it comes from a peer or from a store. @throws {FlowRefused} */
export function flowFromBody(value: unknown): Flow {
  const parsed = body.safeParse(value)
  if (!parsed.success) throw new FlowRefused(shapeProblems(parsed.error, {}))
  const { parties, steps, ...head } = parsed.data as FlowBody
  const flow = { ...head, steps, parties: Object.fromEntries(parties.map(({ alias, member }) => [alias, member])) }
  const repeated =
    parties.length - Object.keys(flow.parties).length + steps.length - new Set(steps.map((s) => s.name)).size
  if (repeated > 0)
    throw new FlowRefused([
      { error: flowErrors.FLOW_SHAPE({ where: 'parties, steps', expected: 'without repeated names' }) },
    ])
  return orThrow(checkWhole(flow))
}

function checkWhole(flow: Flow): Checked<Flow> {
  const problems: Problem[] = []
  const sizes = [
    { what: 'steps', actual: flow.steps.length, allowed: maxSteps },
    { what: 'parties', actual: Object.keys(flow.parties).length, allowed: maxParties },
  ]
  for (const size of sizes)
    if (size.actual > size.allowed) problems.push({ error: flowErrors.FLOW_TOO_LARGE(size) })
    else if (size.actual === 0)
      problems.push({ error: flowErrors.FLOW_SHAPE({ where: size.what, expected: 'a map with one entry at least' }) })
  for (const member of new Set(Object.values(flow.parties))) {
    const aliases = Object.keys(flow.parties).filter((alias) => flow.parties[alias] === member)
    if (aliases.length > 1)
      problems.push({ error: flowErrors.FLOW_MEMBER_TWICE({ member, aliases: aliases.join(', ') }) })
  }
  return problems.length === 0 ? { ok: true, value: flow } : { ok: false, problems }
}

const refuse = (...problems: Problem[]): { ok: false; problems: Problem[] } => ({ ok: false, problems })

function shapeProblems(error: z.ZodError, lines: Record<string, number>): Problem[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String)
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...at, key]) : [at]
    return paths.map((path) => {
      const where = path.join('.') || 'flow'
      const line = lines[where] ?? lines[path.slice(0, -1).join('.')]
      return {
        ...(line === undefined ? {} : { line }),
        error: flowErrors.FLOW_SHAPE({ where: where.slice(0, 120), expected: expectation(issue) }),
      }
    })
  })
}

/** What an issue asks for, in words that need no translation. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected === 'record' ? 'map' : issue.expected
  if (issue.code === 'unrecognized_keys') return 'absent'
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'a name'
  return issue.message
}

/** The line of every key, by path. */
function linesOf(document: Document.Parsed, counter: LineCounter): Record<string, number> {
  const lines: Record<string, number> = {}
  const walk = (node: unknown, path: string[]): void => {
    if (!isMap(node) || path.length > 3) return
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key) || pair.key.range == null) continue
      const own = [...path, String(pair.key.value)]
      lines[own.join('.')] = counter.linePos(pair.key.range[0]).line
      walk(pair.value, own)
    }
  }
  walk(document.contents, [])
  return lines
}
