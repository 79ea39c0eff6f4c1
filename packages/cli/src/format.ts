/** Figures and tables for a terminal; CJK characters take two columns. */
import type { Locale } from '@secureflow/base'

export const count = (n: number, locale: Locale): string => n.toLocaleString(locale === 'zh' ? 'zh-CN' : 'en-US')

export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let i = 0
  for (; n >= 1000 && i < units.length - 1; i++) n /= 1000
  return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[i]}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

export const moment = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

export function width(text: string): number {
  let columns = 0
  for (const character of text) columns += wide.test(character) ? 2 : 1
  return columns
}

export const padEnd = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)))
export const padStart = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - width(text))) + text

/** Cut to so many columns, with an ellipsis. */
export function clip(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let out = ''
  for (const character of text) {
    if (width(out + character) > columns - 1) return `${out}…`
    out += character
  }
  return out
}

/** Rows under a head, columns aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((h, c) => Math.max(width(h), ...rows.map((r) => width(r[c] ?? ''))))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => padEnd(cell, widths[c]!))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line).join('\n')
}

/** Names and values, one a line. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const column = Math.max(...pairs.map(([name]) => width(name)))
  return pairs.map(([name, value]) => `${padEnd(name, column)}  ${value}`).join('\n')
}
