import type { Locale } from '@secureflow/base'
import { createContext, use, useContext } from 'react'
import { useSettings } from '../settings.ts'
import { loadedText, loadText } from './load.ts'

export type { Text } from './load.ts'

/** A part of a page that is in one language whatever the rest is in, as a printed report. */
export const InLanguage = createContext<Locale | undefined>(undefined)

export function useText() {
  const settings = useSettings()
  const locale = useContext(InLanguage) ?? settings.locale
  return { locale, text: loadedText(locale) ?? use(loadText(locale)) }
}
