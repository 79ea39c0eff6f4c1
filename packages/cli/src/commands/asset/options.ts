/** Options that several commands about assets share. */
import { readFileSync } from 'node:fs'
import { type JsonValue, jsonObject } from '@secureflow/api'
import { parseTerms, type Terms } from '@secureflow/flow'
import type { Command } from 'commander'
import type { CliContext, GlobalOptions } from '../../context.ts'
import { cliErrors } from '../../errors.ts'

export interface DescribingOptions extends GlobalOptions {
  title?: string
  description?: string
  tags?: string
  licence?: string
  parameters?: string
  private?: string
  visible?: string
  grantees?: string
  tellTerms?: string
}

/** What an asset says about itself, and to whom. */
export function describing(made: Command, { text }: CliContext): Command {
  const { options } = text.asset
  return made
    .option('--title <text>', options.title)
    .option('--description <text>', options.description)
    .option('--tags <tags>', options.tags)
    .option('--licence <name>', options.licence)
    .option('--parameters <file>', options.parameters)
    .option('--private <file>', options.private)
    .option('--visible <who>', options.visible)
    .option('--grantees <members>', options.grantees)
    .option('--tell-terms <yes|no>', options.tellTerms)
}

export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export function descriptionOf(options: DescribingOptions) {
  const { title, description, tags, licence } = options
  const metadata = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags: listOf(tags) }),
    ...(licence === undefined ? {} : { licence }),
  }
  return {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(options.parameters === undefined ? {} : { parameters: readObject(options.parameters) }),
    ...(options.private === undefined ? {} : { private: readObject(options.private) }),
    ...settingsOf(options),
  }
}

export function settingsOf({ visible, grantees, tellTerms }: DescribingOptions) {
  return {
    ...(visible === undefined ? {} : { visibility: visibilityOf(visible) }),
    ...(grantees === undefined ? {} : { grantees: listOf(grantees) }),
    ...(tellTerms === undefined ? {} : { tellTerms: yesOrNo(tellTerms) }),
  }
}

function visibilityOf(text: string): 'network' | 'self' | 'terms' | string[] {
  return text === 'network' || text === 'self' || text === 'terms' ? text : listOf(text)
}

function yesOrNo(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw cliErrors.CLI_INVALID({ name: '--tell-terms', expected: 'yes, no' })
  return text === 'yes'
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw cliErrors.CLI_FILE({ file }, { cause })
  }
}

export const readTerms = (file: string): Terms => parseTerms(readText(file))

function readObject(file: string): Record<string, JsonValue> {
  let value: unknown
  try {
    value = JSON.parse(readText(file))
  } catch (cause) {
    if (cause instanceof SyntaxError) throw cliErrors.CLI_INVALID({ name: file, expected: 'JSON' }, { cause })
    throw cause
  }
  const parsed = jsonObject.safeParse(value)
  if (!parsed.success) throw cliErrors.CLI_INVALID({ name: file, expected: '{ "name": value }' })
  return parsed.data
}

export function numberOf(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw cliErrors.CLI_INVALID({ name, expected: '1, 2, ...' })
  return value
}
