/** Entries of a zip archive that nobody trusts: how much may come out of it is counted while it comes. */
import type { Readable } from 'node:stream'
import { SecureflowError } from '@secureflow/base'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { dataErrors } from '../errors.ts'

/** Workbooks have tens of entries. */
const maxEntries = 5000

export class Archive {
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  readonly #path: string
  /** Bytes that may still come out, all entries together. */
  #left: number

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, path: string, maxBytes: number) {
    this.#zip = zip
    this.#entries = entries
    this.#path = path
    this.#left = maxBytes
  }

  /** @throws DATA_NOT_XLSX */
  static async open(path: string, maxBytes: number): Promise<Archive> {
    let zip: ZipFile | undefined
    try {
      zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
      if (zip.entryCount > maxEntries) throw dataErrors.DATA_NOT_XLSX({ path })
      const entries = new Map<string, Entry>()
      for await (const entry of zip.eachEntry()) {
        entries.set(entry.fileName, entry)
        if (entries.size > maxEntries) throw dataErrors.DATA_NOT_XLSX({ path })
      }
      return new Archive(zip, entries, path, maxBytes)
    } catch (error) {
      zip?.close()
      throw damaged(error, path)
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Compressed bytes of an entry. */
  sizeOf(name: string): number {
    return this.#entries.get(name)?.compressedSize ?? 0
  }

  /** Pieces of an entry's content. @throws DATA_NOT_XLSX, DATA_TOO_LARGE once more comes out than may */
  async *read(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(name)
    if (entry === undefined || entry.isEncrypted()) throw dataErrors.DATA_NOT_XLSX({ path: this.#path })
    let stream: Readable | undefined
    try {
      stream = await this.#zip.openReadStreamPromise(entry)
      for await (const piece of stream as AsyncIterable<Buffer>) {
        this.#left -= piece.length
        if (this.#left < 0) throw dataErrors.DATA_TOO_LARGE({ path: this.#path, what: 'unpacked bytes' })
        yield piece
      }
    } catch (error) {
      throw damaged(error, this.#path)
    } finally {
      stream?.destroy()
    }
  }

  close(): void {
    this.#zip.close()
  }
}

/** Whatever the library says of a damaged archive is one error to a person. */
const damaged = (error: unknown, path: string): unknown =>
  error instanceof SecureflowError ? error : dataErrors.DATA_NOT_XLSX({ path })
