/** Every ready flow with its sample data, all parties in one process: it runs to the end, and is worth the trouble. */
import { components } from '@secureflow/components/declarations'
import { runPlan } from '@secureflow/components/testing'
import { datasetDigest, readSchema, readTable } from '@secureflow/data'
import { type AssetFacts, charterBreaches, compile, parseFlow, type SpaceCharter } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folders.ts'
import { makeSampleTables, sampleDraft, sampleId, sampleSpaces } from './sample.ts'

async function assetOf(owner: string, name: string, path: string): Promise<AssetFacts> {
  const { rows } = await readTable(path, { id: sampleId, columns: [sampleId] })
  const schema = await readSchema(path, { id: sampleId })
  return {
    id: `${owner}/${name}`,
    name,
    owner,
    rows,
    schema,
    digest: await datasetDigest(path),
    termsHash: '0'.repeat(64),
  }
}

test('the ready flows run on their sample data as their charters say, and the joint models are better than the own ones', async () => {
  const tables = await makeSampleTables(temporaryFolder())
  for (const space of sampleSpaces) {
    const files = { mine: tables[space.mine as 'loans'], theirs: tables[space.theirs as 'payments'] }
    const mine = await assetOf('you', space.mine, files.mine)
    const theirs = await assetOf('sim-bank', space.theirs, files.theirs)
    const given = ({ id, name, rows, schema }: AssetFacts) => ({ id, name, rows, columns: [...schema.columns] })
    const draft = sampleDraft(space, given(mine), given(theirs), 0)
    const assets = [mine, theirs]
    const plan = compile({ flow: parseFlow(draft.flows[0]!.text), components, assets, links: {}, initiator: 'you' })
    const charter = { ...draft, members: draft.members.map((id) => ({ id, account: '' })) } as unknown as SpaceCharter
    expect(charterBreaches(charter, plan), space.goal).toEqual([])
    const datasets = {
      you: { [mine.id]: { path: files.mine, format: 'csv' as const, digest: mine.digest } },
      'sim-bank': { [theirs.id]: { path: files.theirs, format: 'csv' as const, digest: theirs.digest } },
    }
    const result = await runPlan({ plan, platform: nodePlatform, datasets })
    const rowsOf = (step: string, port: string) => {
      const artifact = result.artifact('you', step, port)
      return 'table' in artifact ? artifact.table.rows : undefined
    }
    expect(rowsOf('aligned', 'table'), space.goal).toBe(1500)
    if (space.goal === 'audience-overlap') continue
    const auc = (step: string) => {
      const artifact = result.artifact('you', step, 'report')
      return artifact.type === 'report' ? artifact.report.figures.auc! : 0
    }
    expect(auc('quality') - auc('own-quality'), space.goal).toBeGreaterThan(0.02)
    if (space.goal === 'joint-marketing') expect(rowsOf('ranking', 'scores')).toBe(1500)
  }
})
