/** What a task process does with its task: read inputs, meet the partners, run the component, leave the outputs. */
import { join } from 'node:path'
import { encodeCbor, type Logger, platformRng, utf8 } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { components } from '@secureflow/components/declarations'
import { runs } from '@secureflow/components/runs'
import type { Artifact } from '@secureflow/flow'
import { fileScratch, nodePlatform } from '@secureflow/platform'
import { meet, type Progress, Session } from '@secureflow/protocols'
import { commitArtifact, readArtifact, writeArtifact } from './artifacts.ts'
import type { CommitmentOf, TaskOutput, TaskSpec } from './control.ts'
import { taskErrors } from './errors.ts'

/** The node, as a task process sees it. Each question resolves when the node agrees and rejects with its error. */
export interface NodeSide {
  agreeInputs(own: CommitmentOf[], partners: { party: string; inputs: CommitmentOf[] }[]): Promise<void>
  release(release: { disclosure: string; to: string; count: number }): Promise<void>
  progress(report: Progress): void
  logger: Logger
}

export async function perform(
  spec: TaskSpec,
  wires: ReadonlyMap<string, Wire>,
  node: NodeSide,
  signal: AbortSignal,
): Promise<TaskOutput[]> {
  const declaration = components.get(spec.component)
  const load = runs[spec.component]
  if (declaration === undefined || load === undefined || declaration.version !== spec.version)
    throw taskErrors.TASK_UNKNOWN_COMPONENT({ component: spec.component, version: spec.version })

  // The salt is the run's, never on the disk, and the same in every attempt.
  const scratchKey = nodePlatform.sha256(utf8('secureflow/scratch-key/1'), spec.salt)
  const session = new Session({
    scratch: fileScratch(spec.scratchFolder, scratchKey),
    self: spec.member,
    parties: spec.parties,
    wires,
    gate: { release: (release) => node.release(release) },
    platform: nodePlatform,
    rng: platformRng(nodePlatform), // fresh in every attempt, never written
    signal,
    logger: node.logger,
    progress: (report) => node.progress(report),
  })

  const inputs: Record<string, Artifact> = {}
  const own: CommitmentOf[] = []
  for (const { port, file } of spec.inputs) {
    const artifact = await readArtifact(file)
    inputs[port] = artifact
    own.push({ port, commitment: commitArtifact(spec.salt, artifact) })
  }
  const partners = await meet(session, {
    session: spec.session,
    component: spec.component,
    version: spec.version,
    params: nodePlatform.sha256(encodeCbor(spec.params)),
    inputs: own,
  })
  await node.agreeInputs(
    own,
    [...partners].map(([party, heard]) => ({ party, inputs: heard })),
  )

  const run = await load()
  const results = await run({
    member: spec.member,
    part: session.part,
    parts: partsOf(spec),
    session,
    inputs,
    params: spec.params, // complete and checked when the agreement was compiled
    assets: spec.assets,
    agreedSeed: spec.agreedSeed,
    signal,
    logger: node.logger,
    progress: (report) => node.progress(report),
  })
  const outputs: TaskOutput[] = []
  for (const [port, artifact] of Object.entries(results)) {
    const file = await writeArtifact(spec.outputFolder, port, artifact)
    outputs.push({
      port,
      type: artifact.type,
      file: join(spec.outputFolder, file),
      ...('table' in artifact ? { rows: artifact.table.rows } : {}),
      commitment: commitArtifact(spec.salt, artifact),
    })
  }
  return outputs
}

function partsOf(spec: TaskSpec): Record<string, string[]> {
  const parts: Record<string, string[]> = {}
  for (const { id, part } of spec.parties) {
    parts[part] ??= []
    parts[part].push(id)
  }
  return parts
}
