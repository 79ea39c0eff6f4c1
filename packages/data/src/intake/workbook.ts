/** The parts of an XLSX workbook (ECMA-376) that say what its sheets are: names, shared texts, which formats are dates. */

import { SecureflowError } from '@secureflow/base'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { dataErrors } from '../errors.ts'
import type { Archive } from './zip.ts'

/** Characters of all shared texts: they are held in memory while a sheet is read. */
const maxSharedText = 256 << 20
const maxSharedTexts = 10_000_000

export interface Workbook {
  /** Names and entries, in the order of the tabs. */
  sheets: { name: string; entry: string }[]
  /** Days are counted from 1904 rather than from 1900. */
  from1904: boolean
  sharedTexts: string[]
  /** By the index of a cell's style. */
  isDate: ('date' | 'time' | undefined)[]
}

export interface XmlEvents {
  open?(tag: SaxesTagPlain): void
  text?(text: string): void
  close?(name: string): void
}

/** An entity that is not one of XML's five is an error of the parser: nothing is expanded, nothing is loaded. */
async function parseXml(archive: Archive, entry: string, path: string, events: XmlEvents): Promise<void> {
  for await (const _ of xmlPieces(archive, entry, path, events)) {
    // the events tell everything
  }
}

/** As `parseXml`, giving way after every piece. */
export async function* xmlPieces(
  archive: Archive,
  entry: string,
  path: string,
  events: XmlEvents,
): AsyncGenerator<number> {
  const parser = new SaxesParser()
  parser.on('error', () => {
    throw dataErrors.DATA_NOT_XLSX({ path })
  })
  // A document type may define entities by entities: no workbook has one.
  parser.on('doctype', () => {
    throw dataErrors.DATA_NOT_XLSX({ path })
  })
  if (events.open !== undefined) parser.on('opentag', (tag) => events.open!(tag))
  if (events.text !== undefined) parser.on('text', events.text)
  if (events.close !== undefined) parser.on('closetag', ({ name }) => events.close!(name))
  const decoder = new TextDecoder('utf-8')
  try {
    for await (const piece of archive.read(entry)) {
      parser.write(decoder.decode(piece, { stream: true }))
      yield piece.length
    }
    parser.write(decoder.decode()).close()
  } catch (error) {
    if (error instanceof SecureflowError) throw error
    throw dataErrors.DATA_NOT_XLSX({ path })
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1)
const attribute = (tag: SaxesTagPlain, name: string): string | undefined => {
  for (const [key, value] of Object.entries(tag.attributes)) if (key === name || local(key) === name) return value
  return undefined
}

/** @throws DATA_NOT_XLSX, DATA_TOO_LARGE */
export async function readWorkbook(archive: Archive, path: string): Promise<Workbook> {
  if (!archive.has('xl/workbook.xml')) throw dataErrors.DATA_NOT_XLSX({ path })
  const named: { name: string; relation: string }[] = []
  let from1904 = false
  await parseXml(archive, 'xl/workbook.xml', path, {
    open(tag) {
      if (local(tag.name) === 'sheet') named.push({ name: tag.attributes.name ?? '', relation: relationOf(tag) })
      if (local(tag.name) === 'workbookPr') from1904 = /^(1|true)$/.test(tag.attributes.date1904 ?? '')
    },
  })
  const targets = new Map<string, string>()
  if (archive.has('xl/_rels/workbook.xml.rels'))
    await parseXml(archive, 'xl/_rels/workbook.xml.rels', path, {
      open(tag) {
        if (local(tag.name) !== 'Relationship') return
        const target = tag.attributes.Target ?? ''
        targets.set(tag.attributes.Id ?? '', target.startsWith('/') ? target.slice(1) : `xl/${target}`)
      },
    })
  const sheets = named.flatMap(({ name, relation }) => {
    const entry = targets.get(relation)
    return entry?.includes('worksheet') && archive.has(entry) ? [{ name, entry }] : []
  })
  if (sheets.length === 0) throw dataErrors.DATA_NOT_XLSX({ path })
  const [sharedTexts, isDate] = [await readSharedTexts(archive, path), await readDateStyles(archive, path)]
  return { sheets, from1904, sharedTexts, isDate }
}

function relationOf(tag: SaxesTagPlain): string {
  for (const [key, value] of Object.entries(tag.attributes)) if (/^\w+:id$/.test(key)) return value
  return attribute(tag, 'id') ?? ''
}

async function readSharedTexts(archive: Archive, path: string): Promise<string[]> {
  const texts: string[] = []
  if (!archive.has('xl/sharedStrings.xml')) return texts
  let [text, inText, phonetic, size] = ['', false, false, 0]
  await parseXml(archive, 'xl/sharedStrings.xml', path, {
    open({ name }) {
      const tag = local(name)
      if (tag === 'si') text = ''
      else if (tag === 't') inText = !phonetic
      else if (tag === 'rPh') phonetic = true // how the text is pronounced: no part of it
    },
    text(piece) {
      if (!inText) return
      size += piece.length
      if (size > maxSharedText) throw dataErrors.DATA_TOO_LARGE({ path, what: 'text' })
      text += piece
    },
    close(name) {
      const tag = local(name)
      if (tag === 't') inText = false
      else if (tag === 'rPh') phonetic = false
      else if (tag === 'si') {
        if (texts.length >= maxSharedTexts) throw dataErrors.DATA_TOO_LARGE({ path, what: 'text' })
        texts.push(text)
      }
    },
  })
  return texts
}

/** Formats that Excel numbers itself: 14 to 17 and 27 to 31 are days, 22 a day with its time, 18 to 21 times. */
const builtInDate = (id: number): 'date' | 'time' | undefined => {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date'
  return (id >= 18 && id <= 22) || (id >= 45 && id <= 47) ? 'time' : undefined
}

function writtenDate(format: string): 'date' | 'time' | undefined {
  const bare = format.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '').toLowerCase()
  if (/[ymd]/.test(bare) && !/^general/.test(bare)) return /h|s/.test(bare) ? 'time' : 'date'
  return /h.*m|m.*s/.test(bare) ? 'time' : undefined
}

async function readDateStyles(archive: Archive, path: string): Promise<Workbook['isDate']> {
  const written = new Map<number, 'date' | 'time' | undefined>()
  const styles: Workbook['isDate'] = []
  if (!archive.has('xl/styles.xml')) return styles
  let cellFormats = false
  await parseXml(archive, 'xl/styles.xml', path, {
    open(tag) {
      const name = local(tag.name)
      if (name === 'numFmt')
        written.set(Number(tag.attributes.numFmtId), writtenDate((tag.attributes.formatCode ?? '').slice(0, 300)))
      else if (name === 'cellXfs') cellFormats = true
      else if (name === 'xf' && cellFormats) {
        const id = Number(tag.attributes.numFmtId)
        styles.push(written.has(id) ? written.get(id) : builtInDate(id))
      }
    },
    close(name) {
      if (local(name) === 'cellXfs') cellFormats = false
    },
  })
  return styles
}
