/** Small pieces of sentences in both languages, the same on every machine (no Intl: statements are compared). */
import type { Locale } from '@secureflow/base'

/** 24000 → 24,000 */
export const number = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')

export function and(names: readonly string[], locale: Locale): string {
  if (names.length < 2) return names[0] ?? ''
  const [head, last] = [names.slice(0, -1), names.at(-1)!]
  return locale === 'zh' ? `${head.join('、')} 和 ${last}` : `${head.join(', ')} and ${last}`
}

export function seconds(s: number): string {
  if (s < 10) return `${Math.round(s * 10) / 10} s`
  if (s < 120) return `${Math.round(s)} s`
  return s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 360) / 10} h`
}

export function bytes(n: number): string {
  for (const [size, unit] of [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const)
    if (n >= size) return `${n / size < 10 ? Math.round((n / size) * 10) / 10 : Math.round(n / size)} ${unit}`
  return `${Math.round(n)} B`
}

const wide = '\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6'
const isWide = new RegExp(`[${wide}]`)
/** A word with what must not be parted from it, or one Chinese character with the punctuation after it. */
const unbroken = new RegExp(`[${wide}][，。；、：）]*|[^\\s${wide}]+|\\s+`, 'g')

/** Columns on a terminal: Chinese characters and full-width forms take two. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += isWide.test(character) ? 2 : 1
  return width
}

/** Lines no wider than `width`, broken between words or Chinese characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [piece] of text.matchAll(unbroken)) {
    if (line !== '' && displayWidth(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += line === '' ? piece.trimStart() : piece
  }
  return line === '' ? lines : [...lines, line.trimEnd()]
}
