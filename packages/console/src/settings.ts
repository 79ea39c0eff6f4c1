/** What this browser remembers: language and light. Everything else is the node's. */
import type { Locale } from '@secureflow/base'
import { useSyncExternalStore } from 'react'

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

export function change(part: Partial<Settings>): void {
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
