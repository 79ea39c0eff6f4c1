/** What tasks leave behind: one file a port in the task's folder, and the salted commitment that receipts name it by. */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCbor, utf8 } from '@secureflow/base'
import type { Artifact } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'
import { commitTable, deserialise, serialise, Table } from '@secureflow/tables'
import { asStorageError } from '../storage/errors.ts'

/** The parts of an artifact beside its table, as canonical bytes. */
const plainPart = (artifact: Artifact): Uint8Array => {
  const { type } = artifact
  if (type === 'model') return encodeCbor({ type, model: dropUndefined(artifact.model) })
  if (type === 'report') return encodeCbor({ type, report: dropUndefined(artifact.report) })
  return encodeCbor(
    type === 'table' && artifact.preparation !== undefined
      ? { type, preparation: dropUndefined(artifact.preparation) }
      : { type },
  )
}

const domain = utf8('secureflow/artifact-commitment/1')

/** SHA-256 over the salted commitment of the table, if there is one, and the rest. */
export function commitArtifact(salt: Uint8Array, artifact: Artifact): Uint8Array {
  const table = 'table' in artifact ? commitTable(nodePlatform.sha256, salt, artifact.table) : new Uint8Array(32)
  return nodePlatform.sha256(domain, salt, table, plainPart(artifact))
}

/** Writes `<port>.json` and, for tables, `<port>.table` and `<port>.rows` beside it; durable when it resolves. */
export async function writeArtifact(folder: string, port: string, artifact: Artifact): Promise<string> {
  if ('table' in artifact) {
    const { table } = artifact
    await writeDurably(join(folder, `${port}.table`), serialise(table))
    if (table.origin !== undefined) await writeDurably(join(folder, `${port}.rows`), bytesOf(table.origin))
  }
  const rest = 'table' in artifact ? { ...artifact, table: undefined } : artifact
  await writeDurably(join(folder, `${port}.json`), utf8(`${JSON.stringify(rest, undefined, 1)}\n`))
  return `${port}.json`
}

/** @param file as `writeArtifact` named it, with its folder */
export async function readArtifact(file: string): Promise<Artifact> {
  const rest = JSON.parse(await readFile(file, 'utf8')) as Artifact
  if (rest.type !== 'table' && rest.type !== 'scores') return rest
  const bytes = await readFile(file.replace(/\.json$/, '.table'))
  const table = deserialise(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return { ...rest, table: new Table(table.columns, await readOrigin(file)) }
}

/** Which rows of its dataset a table holds. @returns undefined where it is not one dataset's, or no table */
export async function readOrigin(file: string): Promise<Uint32Array | undefined> {
  try {
    return numbersIn(await readFile(file.replace(/\.json$/, '.rows')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asStorageError(error)
  }
}

/** Little-endian, 4 bytes a row, as the machine holds them: the files stay on it. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
const numbersIn = (bytes: Buffer): Uint32Array =>
  new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await using handle = await open(file, 'w', 0o600)
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    throw asStorageError(error)
  }
}

const dropUndefined = (value: object): unknown => JSON.parse(JSON.stringify(value))
