/** The language that is read is loaded, and no other. */
import type { Locale } from '@secureflow/base'
import type { en } from './en.ts'

export type Text = typeof en

const loaders: Record<Locale, () => Promise<Text>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
}
const loaded = new Map<Locale, Text>()
const loading = new Map<Locale, Promise<Text>>()

/** Once for each language; a line that broke is tried again. */
export function loadText(locale: Locale): Promise<Text> {
  const known = loading.get(locale)
  if (known !== undefined) return known
  const begun = loaders[locale]().then((text) => {
    loaded.set(locale, text)
    return text
  })
  loading.set(locale, begun)
  begun.catch(() => loading.delete(locale))
  return begun
}

export const loadedText = (locale: Locale): Text | undefined => loaded.get(locale)
