/**
 * Tables on their way into this node: received or read, examined, checked, registered. What is under way lies in a folder of
 * its own and is gone after a restart; what was registered is a file of its own that no later import touches.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import {
  apiErrors,
  type BadTableRow,
  type CheckedInputOf,
  type Dataset,
  type DatasetOrigin,
  type DatasetRole,
  errorToBody,
  type OutputOf,
  type Routes,
  type TableImport,
} from '@secureflow/api'
import {
  asSecureflowError,
  type Clock,
  type ErrorJson,
  errorFromJson,
  errorToJson,
  type Rng,
  randomBytes,
  toHex,
} from '@secureflow/base'
import type { Converted, Staged, StageOptions } from '@secureflow/data/intake/index'
import { readBadRows } from '@secureflow/data/intake/index'
import type { Assets } from '../assets/assets.ts'
import { apart } from './apart.ts'
import type { Connections } from './connections.ts'
import { intakeErrors } from './errors.ts'
import { Turns } from './turns.ts'

type ImportRoutes = Routes['imports']
export type StartRequest = CheckedInputOf<ImportRoutes['start']>
type Source = StartRequest['source']

export interface ImportsOptions {
  home: string
  /** Of one file. */
  maxBytes: number
}

export interface ImportsDependencies {
  datasets: Pick<Assets, 'add' | 'version'>
  connections: Pick<Connections, 'login'>
  tell: (topic: string) => void
  clock: Clock
  rng: Rng
}

interface Import {
  readonly id: string
  readonly folder: string
  readonly source: Source
  readonly by: string
  readonly startedAt: number
  state: TableImport['state']
  received: number
  progress: TableImport['progress']
  error: TableImport['error']
  staged: Staged | undefined
  decided: { name: string; role: DatasetRole }[]
  checked: Converted | undefined
  touchedAt: number
  /** Ends what is under way. */
  work: AbortController
  /** What is under way, settled when it has ended. */
  ended: Promise<void>
  receiving: boolean
}

const maxOpen = 20
/** An import that nobody touches for so long makes room for another. */
const idleMs = 24 * 3_600_000
const maxPieceBytes = 8 << 20
/** A table is there as it came, as text and as the dataset, for a while. */
const copies = 3
const jobsAtOnce = 2
/** Cells that a page is shown at first. */
const previewCells = 20_000

export class Imports {
  readonly #options: ImportsOptions
  readonly #deps: ImportsDependencies
  readonly #all = new Map<string, Import>()
  readonly #turns = new Turns(jobsAtOnce)

  private constructor(options: ImportsOptions, deps: ImportsDependencies) {
    this.#options = options
    this.#deps = deps
  }

  /** What an earlier life of the node left half done is removed. */
  static async open(options: ImportsOptions, deps: ImportsDependencies): Promise<Imports> {
    await rm(importsFolder(options.home), { recursive: true, force: true })
    return new Imports(options, deps)
  }

  async start({ source, ...reading }: StartRequest, by: string): Promise<TableImport> {
    const { home, maxBytes } = this.#options
    const { clock, rng } = this.#deps
    this.#makeRoom()
    if (this.#all.size >= maxOpen) throw intakeErrors.IMPORT_TOO_MANY({ count: this.#all.size })
    if (source.kind === 'database') {
      if ((source.table === undefined) === (source.query === undefined)) throw intakeErrors.IMPORT_QUESTION({})
      await this.#deps.connections.login(source.connection)
    }
    if (source.kind === 'upload') {
      if (source.sizeBytes > maxBytes)
        throw intakeErrors.IMPORT_TOO_LARGE({ size: source.sizeBytes, allowed: maxBytes })
      const { bavail, bsize } = await statfs(home)
      const [free, needed] = [bavail * bsize, copies * source.sizeBytes]
      if (free < needed) throw intakeErrors.IMPORT_NO_SPACE({ free, needed })
    }
    const id = toHex(randomBytes(rng, 8))
    const folder = join(importsFolder(home), id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const made: Import = {
      ...{ id, folder, source, by, startedAt: clock.now(), touchedAt: clock.now() },
      ...{ state: 'receiving', received: 0, progress: undefined, error: undefined },
      ...{ staged: undefined, decided: [], checked: undefined, receiving: false },
      ...{ work: new AbortController(), ended: Promise.resolve() },
    }
    this.#all.set(id, made)
    if (source.kind === 'upload') await (await open(uploadFile(folder), 'w', 0o600)).close()
    if (source.kind !== 'upload' || source.sizeBytes === 0) await this.#examine(made, reading)
    return this.#view(made)
  }

  /** Written as it comes. A piece that breaks off changes nothing: it is sent again. */
  async content({ id, from }: { id: string; from: number }, content: Readable): Promise<{ received: number }> {
    const { source, folder, ...its } = this.#touched(id)
    const one = this.#all.get(id)!
    if (source.kind !== 'upload' || its.state !== 'receiving' || one.receiving)
      throw intakeErrors.IMPORT_STATE({ state: one.receiving ? 'piece' : one.state, needed: 'receiving' })
    if (from !== one.received) throw intakeErrors.IMPORT_OFFSET({ from, received: one.received })
    one.receiving = true
    try {
      const file = await open(uploadFile(folder), 'r+')
      try {
        let at = from
        const allowed = Math.min(source.sizeBytes - from, maxPieceBytes)
        for await (const chunk of content as AsyncIterable<Buffer>) {
          if (at + chunk.length > from + allowed) throw intakeErrors.IMPORT_PIECE({ allowed })
          await file.write(chunk, 0, chunk.length, at)
          at += chunk.length
        }
        one.received = at
      } finally {
        await file.close()
      }
    } finally {
      one.receiving = false
    }
    if (one.received === source.sizeBytes && !one.work.signal.aborted) await this.#examine(one, {})
    return { received: one.received }
  }

  list(): OutputOf<ImportRoutes['list']> {
    return [...this.#all.values()].map((one) => {
      const { found, ...head } = this.#view(one)
      return head
    })
  }

  show(id: string): TableImport {
    return this.#view(this.#touched(id))
  }

  async examine({ id, ...reading }: CheckedInputOf<ImportRoutes['examine']>): Promise<TableImport> {
    const one = this.#touched(id)
    this.#require(one, ['examined', 'checked'])
    await this.#examine(one, reading)
    return this.#view(one)
  }

  async check({ id, columns }: CheckedInputOf<ImportRoutes['check']>): Promise<TableImport> {
    const one = this.#touched(id)
    this.#require(one, ['examined', 'checked'])
    const staged = one.staged
    if (staged === undefined) throw intakeErrors.IMPORT_STATE({ state: one.state, needed: 'examined' })
    if (columns.length !== staged.columns.length)
      throw intakeErrors.IMPORT_COLUMNS({ expected: staged.columns.length, received: columns.length })
    const named = columns.map((c, i) => ({ ...c, name: staged.columns[i]!.name }))
    const of = (role: DatasetRole) => named.filter((c) => c.role === role)
    const [ids, labels] = [of('id'), of('label')]
    if (ids.length !== 1 || labels.length > 1)
      throw intakeErrors.IMPORT_ROLES({ ids: ids.length, labels: labels.length })
    one.decided = named.map(({ name, role }) => ({ name, role }))
    one.checked = undefined
    this.#work(one, 'checking', async (options) => {
      one.checked = await apart(
        'convert',
        {
          source: staged.source,
          columns: named.map(({ name, type, role }, i) => ({
            ...{ name, type, leaveOut: role === 'ignore' },
            groups: staged.columns[i]!.groups,
          })),
          id: ids[0]!.name,
          ...(labels.length === 0 ? {} : { label: labels[0]!.name }),
          folder: one.folder,
        },
        options,
      )
      return 'checked'
    })
    return this.#view(one)
  }

  async bad(id: string): Promise<OutputOf<ImportRoutes['bad']>> {
    const one = this.#touched(id)
    this.#require(one, ['examined', 'checked'])
    const { total, rows } = await readBadRows(one.folder, one.decided.length > 0 ? 'bad' : 'unread').catch(() => ({
      total: 0,
      rows: [] as BadTableRow[],
    }))
    return { total, columns: one.staged?.columns.map((c) => c.name) ?? [], rows }
  }

  /** @throws IMPORT_BAD_ROWS, and what registering a file throws; the import is still there then */
  async register(request: CheckedInputOf<ImportRoutes['register']>): Promise<Dataset> {
    const { id, name, leaveOutBad, nextVersion, terms, allow } = request
    const one = this.#touched(id)
    this.#require(one, ['checked'])
    const { checked, staged, decided } = one
    if (checked === undefined || staged === undefined)
      throw intakeErrors.IMPORT_STATE({ state: one.state, needed: 'checked' })
    if (checked.bad > 0 && !leaveOutBad) throw intakeErrors.IMPORT_BAD_ROWS({ bad: checked.bad })
    const kept = decided.filter((c) => c.role !== 'ignore')
    const nameOf = (role: DatasetRole) => kept.find((c) => c.role === role)?.name
    const taken = {
      roles: Object.fromEntries(kept.map((c) => [c.name, c.role])),
      origin: originOf(one.source),
    }
    const folder = dataFolder(this.#options.home)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${checked.digest.slice(0, 16)}-${randomUUID().slice(0, 8)}.parquet`)
    await rename(checked.path, path)
    const label = nameOf('label')
    const described = {
      ...{ path, name, id: nameOf('id')! },
      ...(label === undefined ? {} : { label }),
      ...(terms === undefined ? {} : { terms }),
      ...(allow === undefined ? {} : { allow }),
    }
    const { datasets } = this.#deps
    try {
      const made = nextVersion
        ? await datasets.version({ ...described, withoutLabel: label === undefined }, taken)
        : await datasets.add(described, taken)
      if (made === undefined) throw apiErrors.API_NOT_FOUND({ name })
      // Registered before with the same content: the file that it names stays.
      if (made.path !== path) await rm(path, { force: true })
      await this.#remove(one)
      return made
    } catch (error) {
      await rename(path, checked.path)
      throw error
    }
  }

  async cancel(id: string): Promise<void> {
    await this.#remove(this.#touched(id))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((one) => this.#remove(one)))
  }

  async #examine(one: Import, reading: StageOptions): Promise<void> {
    one.staged = one.checked = undefined
    one.decided = []
    const { source, folder } = one
    const { maxBytes } = this.#options
    if (source.kind === 'database') {
      const { connection: name, table, query } = source
      const login = await this.#deps.connections.login(name)
      const request = { login, name, question: { table, query }, folder, maxBytes }
      this.#work(one, 'examining', async (options) => {
        one.staged = await apart('database', request, options)
        return 'examined'
      })
      return
    }
    const path = source.kind === 'upload' ? uploadFile(folder) : source.path
    this.#work(one, 'examining', async (options) => {
      one.staged = await apart('stage', { ...reading, path, folder, maxBytes }, options)
      return 'examined'
    })
  }

  /** In the background: what comes of it stands in the import. */
  #work(
    one: Import,
    during: TableImport['state'],
    work: (options: {
      signal: AbortSignal
      progress: (done: number, total: number) => void
    }) => Promise<TableImport['state']>,
  ): void {
    const { signal } = one.work
    const tell = () => this.#deps.tell(`imports/${one.id}`)
    one.state = during
    one.error = one.progress = undefined
    const progress = (done: number, total: number): void => {
      one.progress = { done, total }
      tell()
    }
    one.ended = this.#turns
      .take(signal, () => work({ signal, progress }))
      .then(
        (state) => {
          one.state = state
        },
        (error: unknown) => {
          // It can be tried in another way: another encoding, another sheet, other types.
          one.state = 'examined'
          one.error = errorToBody(named(error, one))
        },
      )
      .then(() => {
        one.progress = undefined
        tell()
      })
  }

  #touched(id: string): Import {
    const one = this.#all.get(id)
    if (one === undefined) throw apiErrors.API_NOT_FOUND({ name: id })
    one.touchedAt = this.#deps.clock.now()
    return one
  }

  #require(one: Import, states: readonly TableImport['state'][]): void {
    if (!states.includes(one.state)) throw intakeErrors.IMPORT_STATE({ state: one.state, needed: states.join(', ') })
  }

  #makeRoom(): void {
    for (const one of this.#all.values())
      if (one.touchedAt < this.#deps.clock.now() - idleMs) void this.#remove(one).catch(() => {})
  }

  async #remove(one: Import): Promise<void> {
    this.#all.delete(one.id)
    one.work.abort()
    await one.ended
    await rm(one.folder, { recursive: true, force: true })
    this.#deps.tell('imports')
  }

  #view(one: Import): TableImport {
    const { id, source, by, startedAt, state, received, progress, error, staged, checked } = one
    return {
      ...{ id, source, by, startedAt, state, received },
      ...(progress === undefined ? {} : { progress }),
      ...(error === undefined ? {} : { error }),
      ...(staged === undefined ? {} : { found: foundOf(staged) }),
      ...(checked === undefined
        ? {}
        : { checked: { rows: checked.rows, bad: checked.bad, sizeBytes: checked.sizeBytes, digest: checked.digest } }),
    }
  }
}

function foundOf({ source, preview, ...found }: Staged): NonNullable<TableImport['found']> {
  const rows = Math.max(5, Math.floor(previewCells / Math.max(1, found.columns.length)))
  return { ...found, preview: preview.slice(0, rows) }
}

/** A person knows an uploaded file by its own name. */
function named(thrown: unknown, { source, folder }: Import): unknown {
  const error = asSecureflowError(thrown)
  if (source.kind !== 'upload') return error
  const json: ErrorJson = errorToJson(error)
  for (const [field, value] of Object.entries(json.fields))
    if (typeof value === 'string' && value.startsWith(folder)) json.fields[field] = source.name
  return errorFromJson(json)
}

function originOf(source: Source): DatasetOrigin {
  if (source.kind === 'upload') return { kind: 'upload', name: source.name }
  return source
}

const importsFolder = (home: string): string => join(home, 'imports')
/** Of datasets whose data this node keeps. */
const dataFolder = (home: string): string => join(home, 'data')
const uploadFile = (folder: string): string => join(folder, 'upload')
