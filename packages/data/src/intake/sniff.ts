/** What a file is, by its content: names lie, and Excel tables come as .csv and the other way round. */
import { open } from 'node:fs/promises'
import { dataErrors } from '../errors.ts'
import { readError } from '../read.ts'

export type SourceFormat = 'csv' | 'parquet' | 'xlsx' | 'sqlite' | 'duckdb'

/** The encodings of people's text files. `gb18030` reads GBK and GB2312 as well. */
const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

const headBytes = 64 << 10
const oldExcel = [0xd0, 0xcf, 0x11, 0xe0]
const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0): boolean =>
  start.every((b, i) => bytes[at + i] === b)
const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0))

/** @throws DATA_EMPTY, DATA_OLD_EXCEL, DATA_NO_TABLE, DATA_FILE_MISSING, DATA_FILE_UNREADABLE */
export async function sniffFormat(path: string): Promise<SourceFormat> {
  const head = await headOf(path)
  if (head.length === 0) throw dataErrors.DATA_EMPTY({ what: path })
  if (startsWith(head, ascii('PAR1'))) return 'parquet'
  if (startsWith(head, [0x50, 0x4b, 3, 4])) return 'xlsx'
  if (startsWith(head, ascii('SQLite format 3\0'))) return 'sqlite'
  if (startsWith(head, ascii('DUCK'), 8)) return 'duckdb'
  if (startsWith(head, oldExcel)) throw dataErrors.DATA_OLD_EXCEL({ path })
  if (startsWith(head, [0xff, 0xfe])) return 'csv'
  // Text has no control characters but white space; a single stray one is a matter of its row.
  const control = head.reduce((n, b) => n + (b < 9 || (b > 13 && b < 32 && b !== 27) ? 1 : 0), 0)
  if (control > 3 && control > head.length / 1000) throw dataErrors.DATA_NO_TABLE({ path })
  return 'csv'
}

async function headOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path)
    try {
      const found = await file.stat()
      if (!found.isFile()) throw dataErrors.DATA_FILE_UNREADABLE({ path, reason: 'not a file' })
      const { bytesRead, buffer } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw readError(error, path)
  }
}

/**
 * The encoding of a text file. All of it is looked at: tables are often plain ASCII up to the first name.
 * @throws DATA_UNKNOWN_ENCODING where neither UTF-8 nor GB18030 fits
 */
export async function sniffEncoding(path: string): Promise<Encoding> {
  const head = await headOf(path)
  if (startsWith(head, [0xff, 0xfe])) return 'utf-16le'
  const utf8 = await misfits(path, 'utf-8')
  if (utf8.wrong === 0) return 'utf-8'
  const gb = await misfits(path, 'gb18030')
  // A broken byte here and there in UTF-8 is a matter of its rows. Text in GBK read as UTF-8 is wrong nearly everywhere.
  if (utf8.wrong * 20 <= utf8.foreign && utf8.wrong <= gb.wrong + utf8.foreign / 20) return 'utf-8'
  if (gb.wrong * 20 <= gb.foreign) return 'gb18030'
  throw dataErrors.DATA_UNKNOWN_ENCODING({ path })
}

/** How many characters are not ASCII, and how many of those stand for bytes that the encoding does not know. */
async function misfits(path: string, encoding: Encoding): Promise<{ foreign: number; wrong: number }> {
  const decoder = new TextDecoder(encoding)
  let [foreign, wrong] = [0, 0]
  const count = (text: string) => {
    for (const run of text.match(/[^\0-\x7f]+/g) ?? []) {
      foreign += run.length
      for (let i = 0; i < run.length; i++) if (run.charCodeAt(i) === 0xfffd) wrong++
    }
  }
  const file = await open(path)
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 }))
      count(decoder.decode(chunk as Buffer, { stream: true }))
  } finally {
    await file.close()
  }
  count(decoder.decode())
  return { foreign, wrong }
}
