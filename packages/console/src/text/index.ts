import { useSettings } from '../settings.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

export type Text = typeof en

export function useText() {
  const { locale } = useSettings()
  return { locale, text: locale === 'zh' ? zh : en }
}
