/**
 * The structure of PROV-JSON, after the schema of the W3C Member Submission of 24 April 2013, section 2 and appendix: which
 * sections there are, what each relation must and may name, what a value may be, and that names have their prefix.
 */
type Section = Record<string, unknown>

/** Required and optional names of each relation. */
const relations: Record<string, { must: string[]; may: string[] }> = {
  wasGeneratedBy: { must: ['entity'], may: ['activity', 'time'] },
  used: { must: ['activity'], may: ['entity', 'time'] },
  wasInformedBy: { must: ['informed', 'informant'], may: [] },
  wasStartedBy: { must: ['activity'], may: ['trigger', 'starter', 'time'] },
  wasEndedBy: { must: ['activity'], may: ['trigger', 'ender', 'time'] },
  wasInvalidatedBy: { must: ['entity'], may: ['activity', 'time'] },
  wasDerivedFrom: { must: ['generatedEntity', 'usedEntity'], may: ['activity', 'generation', 'usage', 'type'] },
  wasAttributedTo: { must: ['entity', 'agent'], may: [] },
  wasAssociatedWith: { must: ['activity'], may: ['agent', 'plan'] },
  actedOnBehalfOf: { must: ['delegate', 'responsible'], may: ['activity'] },
  wasInfluencedBy: { must: ['influencee', 'influencer'], may: [] },
  specializationOf: { must: ['specificEntity', 'generalEntity'], may: [] },
  alternateOf: { must: ['alternate1', 'alternate2'], may: [] },
  hadMember: { must: ['collection', 'entity'], may: [] },
}
const things = ['entity', 'activity', 'agent']
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** What is wrong with a document; empty where it is PROV-JSON. */
export function provProblems(document: Record<string, Section>): string[] {
  const problems: string[] = []
  const prefixes = new Set(['prov', 'xsd', '_', ...Object.keys(document.prefix ?? {})])
  const isName = (name: unknown): name is string => {
    const prefix = typeof name === 'string' ? /^([\w.-]+):[^\s:]+$/.exec(name)?.[1] : undefined
    return prefix !== undefined && prefixes.has(prefix)
  }
  for (const [section, instances] of Object.entries(document)) {
    if (section === 'prefix') {
      for (const [name, uri] of Object.entries(instances))
        if (typeof uri !== 'string' || !/^[a-z][a-z0-9+.-]*:/i.test(uri)) problems.push(`prefix ${name}: no URI`)
      continue
    }
    const relation = relations[section]
    if (relation === undefined && !things.includes(section)) problems.push(`${section}: no section of PROV`)
    for (const [id, attributes] of Object.entries(instances)) {
      const at = `${section} ${id}`
      if (!isName(id)) problems.push(`${at}: no qualified name`)
      if (typeof attributes !== 'object' || attributes === null) {
        problems.push(`${at}: no attributes`)
        continue
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (!isName(name)) problems.push(`${at} ${name}: no qualified name`)
        problems.push(...valueProblems(`${at} ${name}`, value))
      }
      for (const name of relation?.must ?? [])
        if (!(`prov:${name}` in attributes)) problems.push(`${at}: prov:${name} is missing`)
      for (const name of [...(relation?.must ?? []), ...(relation?.may ?? [])]) {
        const value = (attributes as Section)[`prov:${name}`]
        if (value === undefined || name === 'type') continue
        if (name === 'time' ? !dateTime.test(String(value)) : !isName(value)) problems.push(`${at}: prov:${name}`)
        else if (name !== 'time' && !isThere(document, value as string)) problems.push(`${at}: ${value} is not there`)
      }
      for (const name of ['prov:startTime', 'prov:endTime'])
        if (name in attributes && !dateTime.test(String((attributes as Section)[name]))) problems.push(`${at}: ${name}`)
    }
  }
  return problems
}

const isThere = (document: Record<string, Section>, name: string): boolean =>
  things.some((section) => document[section] !== undefined && name in document[section])

/** A literal, a typed literal, or a list of them. */
function valueProblems(at: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((v) => valueProblems(at, v))
  if (['string', 'number', 'boolean'].includes(typeof value)) return []
  const { $, type, lang, ...rest } = (value ?? {}) as Record<string, unknown>
  const ok = typeof $ === 'string' && Object.keys(rest).length === 0 && (type === undefined) !== (lang === undefined)
  return ok ? [] : [`${at}: no value`]
}
