/**
 * The header of a CSV file, read here rather than guessed by the engine: the names and the delimiter decide everything
 * after them, and a guess that differs from file to file would surprise. Quote and escape are the double quote (RFC 4180).
 */
import { open } from 'node:fs/promises'
import { dataErrors } from './errors.ts'

const delimiters = [',', ';', '\t', '|']
/** A longer header line than this is no table. */
const maxHeaderBytes = 1 << 20

export interface CsvHeader {
  delimiter: string
  names: string[]
}

/** @throws DATA_WRONG_DELIMITER, DATA_DUPLICATE_COLUMN, DATA_NOT_UTF8, DATA_EMPTY */
export async function readHeader(path: string, delimiter?: string): Promise<CsvHeader> {
  const line = await firstLine(path)
  if (line.trim() === '') throw dataErrors.DATA_EMPTY({ what: path })
  const counts = delimiters.map((d) => ({ delimiter: d, names: split(line, d) }))
  const best = counts.reduce((a, b) => (b.names.length > a.names.length ? b : a))
  const names = delimiter === undefined ? best.names : split(line, delimiter)
  if (names.length === 1 && best.names.length > 1)
    throw dataErrors.DATA_WRONG_DELIMITER({ path, delimiter: shown(delimiter!), found: shown(best.delimiter) })
  names.forEach((column, i) => {
    if (column === '' || names.indexOf(column) < i)
      throw dataErrors.DATA_DUPLICATE_COLUMN({ path, column, position: i + 1 })
  })
  return { delimiter: delimiter ?? best.delimiter, names }
}

const shown = (delimiter: string): string => (delimiter === '\t' ? 'tab' : `"${delimiter}"`)

async function firstLine(path: string): Promise<string> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(maxHeaderBytes)
    let length = 0
    let end = -1
    while (end < 0 && length < maxHeaderBytes) {
      const { bytesRead } = await file.read(bytes, length, Math.min(65_536, maxHeaderBytes - length))
      if (bytesRead === 0) break
      end = endOfLine(bytes.subarray(0, length + bytesRead))
      length += bytesRead
    }
    const line = bytes.subarray(0, end < 0 ? length : end)
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(line) // drops a byte order mark
    } catch {
      throw dataErrors.DATA_NOT_UTF8({ path })
    }
  } finally {
    await file.close()
  }
}

/** Where the first line ends: at a line feed or carriage return outside quotes. */
function endOfLine(bytes: Uint8Array): number {
  let insideQuotes = false
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x22) insideQuotes = !insideQuotes
    else if (!insideQuotes && (bytes[i] === 0x0a || bytes[i] === 0x0d)) return i
  }
  return -1
}

function split(line: string, delimiter: string): string[] {
  const names: string[] = []
  let name = ''
  let insideQuotes = false
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (c === '"' && insideQuotes && line[i + 1] === '"') name += line[++i]
    else if (c === '"') insideQuotes = !insideQuotes
    else if (c === delimiter && !insideQuotes) {
      names.push(name.trim())
      name = ''
    } else name += c
  }
  names.push(name.trim())
  return names
}
