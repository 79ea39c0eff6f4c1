/** What this browser remembers: language and light. Everything else is the node's. */
import type { Locale } from '@secureflow/base'
import { useSyncExternalStore } from 'react'
import { loadText } from './text/load.ts'

export interface Settings {
  locale: Locale
  theme: 'light' | 'dark'
}

const key = 'secureflow'
const listeners = new Set<() => void>()
let settings = read()

function read(): Settings {
  const chosen = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Settings>
  return {
    locale: chosen.locale ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
    theme: chosen.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
  }
}

/** Another language holds once its words are there. */
export function change(part: Partial<Settings>): void {
  if (part.locale === undefined) keep(part)
  else
    loadText(part.locale).then(
      () => keep(part),
      () => {}, // the line is broken: the page says so, and stays as it is
    )
}

function keep(part: Partial<Settings>): void {
  settings = { ...settings, ...part }
  localStorage.setItem(key, JSON.stringify(settings))
  for (const listener of listeners) listener()
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => settings,
  )
}

/** As they stand now, for whoever draws no page. */
export const currentSettings = (): Settings => settings
