/** From a file that a person wrote to a draft: datasets are looked up, and who may see what follows from the flows. */
import { dirname, resolve } from 'node:path'
import { components } from '@secureflow/components/declarations'
import {
  compile,
  formatFlow,
  giftFacts,
  parseFlow,
  parseSpaceFile,
  type SpaceDraft,
  type SpaceFile,
  seenIn,
} from '@secureflow/flow'
import type { Client } from '@secureflow/sdk'
import { cliErrors } from '../../errors.ts'
import { readFlow } from '../flow/read-flow.ts'

export async function draftOf(file: string, client: Client, now = Date.now()): Promise<SpaceDraft> {
  const { terms, flows: files, ...said } = parseSpaceFile(readFlow(file))
  const flows = files.map((each) => {
    const flow = parseFlow(readFlow(resolve(dirname(file), each)))
    return { name: flow.flow, text: formatFlow(flow) }
  })
  const gives = await giftsOf(said.gives, client)
  const [initiator = ''] = said.members
  const plans = () =>
    flows.map(({ text }) =>
      compile({ flow: parseFlow(text), components, assets: giftFacts(gives), links: {}, initiator }),
    )
  const sees =
    terms.sees === undefined ? seenIn(plans()) : Object.entries(terms.sees).map(([member, what]) => ({ member, what }))
  const { epsilon } = terms
  return {
    ...said,
    gives,
    flows,
    terms: {
      from: terms.from === undefined ? now - 60_000 : Date.parse(terms.from),
      until: Date.parse(terms.until),
      runs: terms.runs,
      flows: terms.flows,
      ...(epsilon === undefined ? {} : { epsilon }),
      sees,
    },
  }
}

async function giftsOf(wanted: SpaceFile['gives'], client: Client): Promise<SpaceDraft['gives']> {
  const { name: self } = await client.node.status()
  const gifts: SpaceDraft['gives'] = []
  for (const [member, named] of Object.entries(wanted)) {
    const known =
      member === self
        ? (await client.data.list()).map((d) => ({ ...d, schema: { columns: d.columns } }))
        : await client.data.offered({ member })
    const asked = Array.isArray(named) ? named.map((n) => [n, 'all'] as const) : Object.entries(named)
    for (const [name, columns] of asked) {
      const found = known.find((d) => d.name === name)
      if (found === undefined) throw cliErrors.SPACE_FILE_DATA({ member, name })
      const given = found.schema.columns
        .filter((c) => columns === 'all' || columns.includes(c.name))
        .map((c) => ({ name: c.name, type: c.type }))
      const missing = columns === 'all' ? undefined : columns.find((c) => !given.some((g) => g.name === c))
      if (missing !== undefined) throw cliErrors.SPACE_FILE_DATA({ member, name: `${name}.${missing}` })
      gifts.push({ member, asset: found.id, name, rows: found.rows, columns: given })
    }
  }
  return gifts
}
