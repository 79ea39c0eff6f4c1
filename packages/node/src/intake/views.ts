/** What is in a dataset, for its owner's people. Figures are kept beside the node's data, for each version of it. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  apiErrors,
  type Dataset,
  errorToBody,
  type OutputOf,
  type ProfileView,
  type Routes,
  type TableFigures,
} from '@secureflow/api'
import { datasetDigest } from '@secureflow/data/digest'
import { dataErrors } from '@secureflow/data/errors'
import type { Assets } from '../assets/assets.ts'
import { apart } from './apart.ts'
import { RowReader } from './reader.ts'
import { Turns } from './turns.ts'

export interface DataViewsDependencies {
  home: string
  datasets: Pick<Assets, 'show'>
  tell: (topic: string) => void
}

export class DataViews {
  readonly #deps: DataViewsDependencies
  readonly #computing = new Map<string, ProfileView>()
  readonly #work = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  readonly #turns = new Turns(1)
  readonly #reader = new RowReader()
  /** Files that were held against their digests, as they were then. */
  readonly #held = new Map<string, string>()

  constructor(deps: DataViewsDependencies) {
    this.#deps = deps
  }

  async profile(name: string): Promise<ProfileView> {
    const dataset = await this.#dataset(name)
    const figures = await readFile(this.#file(dataset), 'utf8').catch(() => undefined)
    if (figures !== undefined) return { state: 'ready', figures: JSON.parse(figures) as TableFigures }
    return this.#computing.get(this.#file(dataset)) ?? { state: 'none' }
  }

  async compute(name: string): Promise<ProfileView> {
    const present = await this.profile(name)
    if (present.state === 'ready' || present.state === 'computing') return present
    const dataset = await this.#dataset(name)
    const file = this.#file(dataset)
    const tell = () => this.#deps.tell(`data/${name}/profile`)
    const { signal } = this.#closing
    this.#computing.set(file, { state: 'computing' })
    const progress = (done: number, total: number): void => {
      this.#computing.set(file, { state: 'computing', progress: { done, total } })
      tell()
    }
    const { path, format, idColumn, labelColumn } = dataset
    const request = { path, format, id: idColumn, label: labelColumn, unlisted: unlistedOf(dataset) }
    const work = this.#turns
      .take(signal, async () => {
        await this.#hold(dataset)
        const figures = await apart('profile', request, { signal, progress })
        await mkdir(join(this.#deps.home, 'profiles'), { recursive: true, mode: 0o700 })
        await writeFile(file, JSON.stringify(figures), { mode: 0o600 })
        this.#computing.delete(file)
      })
      .catch((error: unknown) => void this.#computing.set(file, { state: 'failed', error: errorToBody(error) }))
      .then(tell)
    this.#work.add(work)
    void work.finally(() => this.#work.delete(work))
    return { state: 'computing' }
  }

  async rows({
    name,
    from,
    count,
  }: {
    name: string
    from: number
    count: number
  }): Promise<OutputOf<Routes['data']['rows']>> {
    const dataset = await this.#dataset(name)
    const { path, format, idColumn, rows: total } = dataset
    await this.#hold(dataset)
    const rows = from >= total ? [] : await this.#reader.rows({ path, format, id: idColumn, from, count })
    return { total, rows }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#reader.close()
    await Promise.all(this.#work)
  }

  async #dataset(name: string): Promise<Dataset> {
    const found = await this.#deps.datasets.show(name)
    if (found === undefined) throw apiErrors.API_NOT_FOUND({ name })
    return found
  }

  /** What is shown is the version that was registered. @throws DATA_CHANGED */
  async #hold({ path, digest }: Dataset): Promise<void> {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw dataErrors.DATA_FILE_MISSING({ path })
    const mark = `${digest} ${found.size} ${found.mtimeMs} ${found.ino}`
    if (this.#held.get(path) === mark) return
    if ((await datasetDigest(path)) !== digest) throw dataErrors.DATA_CHANGED({ path })
    this.#held.set(path, mark)
  }

  /** Other columns kept to themselves, other figures. */
  #file(dataset: Dataset): string {
    const kept = createHash('sha256').update(
      JSON.stringify([dataset.idColumn, dataset.labelColumn, unlistedOf(dataset)]),
    )
    return join(this.#deps.home, 'profiles', `${dataset.digest.slice(0, 32)}-${kept.digest('hex').slice(0, 16)}.json`)
  }
}

const unlistedOf = ({ roles = {} }: Dataset): string[] =>
  Object.keys(roles)
    .filter((column) => roles[column] === 'sensitive' || roles[column] === 'id')
    .sort()
