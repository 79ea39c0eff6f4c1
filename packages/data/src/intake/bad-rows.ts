/** Rows that cannot be part of a dataset, set aside for their owner: the first of them as they came, all of them counted. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BadRow, limits, shortened } from './rows.ts'

/** `unread`: of the first half of an import; `bad`: of both. */
export type BadList = 'unread' | 'bad'
const file = (folder: string, list: BadList): string => join(folder, `${list}.json`)
/** Characters that are kept of all bad rows, and of one cell. */
const keptCharacters = 16 << 20
const cellCharacters = 4000

interface Kept {
  total: number
  rows: BadRow[]
}

export class BadRows {
  readonly #file: string
  readonly #kept: Kept = { total: 0, rows: [] }
  #characters = 0

  private constructor(path: string) {
    this.#file = path
  }

  static async create(folder: string, list: BadList): Promise<BadRows> {
    const made = new BadRows(file(folder, list))
    await made.close()
    return made
  }

  get total(): number {
    return this.#kept.total
  }

  add(row: BadRow): void {
    this.#kept.total++
    if (this.#kept.rows.length >= limits.bad || this.#characters > keptCharacters) return
    const cells = row.cells.slice(0, limits.columns).map((cell) => shortened(cell, cellCharacters))
    for (const cell of cells) this.#characters += cell?.length ?? 0
    this.#kept.rows.push({ ...row, cells })
  }

  /** @param total where more were counted than added */
  async close(total = this.#kept.total): Promise<void> {
    this.#kept.total = total
    this.#kept.rows.sort((a, b) => a.line - b.line)
    await writeFile(this.#file, JSON.stringify(this.#kept), { mode: 0o600 })
  }
}

export async function readBadRows(folder: string, list: BadList): Promise<Kept> {
  return JSON.parse(await readFile(file(folder, list), 'utf8')) as Kept
}
