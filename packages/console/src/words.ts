/** Figures as people read them, in their language and their time zone. */
import type { Locale } from '@secureflow/base'

const tag = (locale: Locale): string => (locale === 'zh' ? 'zh-CN' : 'en-GB')

export const number = (n: number, locale: Locale): string => new Intl.NumberFormat(tag(locale)).format(n)
export const decimal = (n: number, locale: Locale): string =>
  new Intl.NumberFormat(tag(locale), { maximumSignificantDigits: 4 }).format(n)

export function bytes(n: number, locale: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = n < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3))
  return `${decimal(n / 1000 ** step, locale)} ${units[step]}`
}

export function seconds(s: number, locale: Locale): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour') =>
    new Intl.NumberFormat(tag(locale), {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: name === 'second' && value < 10 ? 1 : 0,
    }).format(value)
  if (s < 60) return unit(s, 'second')
  if (s < 3600) return `${unit(Math.floor(s / 60), 'minute')} ${unit(Math.floor(s % 60), 'second')}`
  return `${unit(Math.floor(s / 3600), 'hour')} ${unit(Math.floor((s % 3600) / 60), 'minute')}`
}

export const moment = (ms: number, locale: Locale): string =>
  new Intl.DateTimeFormat(tag(locale), { dateStyle: 'medium', timeStyle: 'short' }).format(ms)

export const short = (id: string): string => id.slice(0, 10)
export const day = (ms: number, locale: Locale): string =>
  new Intl.DateTimeFormat(tag(locale), { dateStyle: 'medium' }).format(ms)
