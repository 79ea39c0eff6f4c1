import { useEffect } from 'react'

interface Keys {
  undo: () => void
  redo: () => void
  save: () => void
  duplicate: () => void
  copy: () => void
  paste: () => void
  /** Otherwise the browser copies what is marked. */
  canCopy: boolean
}

/** Keys that work wherever nothing is being typed. */
export function useKeys(actions: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'F6') {
        toNextPart(event.shiftKey ? -1 : 1)
        event.preventDefault()
        return
      }
      if (!(event.ctrlKey || event.metaKey)) return
      const typing = (event.target as HTMLElement).closest('input, textarea, [contenteditable]') !== null
      const key = event.key.toLowerCase()
      if (key === 's') actions.save()
      else if (typing) return
      else if (key === 'z' && !event.shiftKey) actions.undo()
      else if (key === 'y' || key === 'z') actions.redo()
      else if (key === 'd') actions.duplicate()
      else if (key === 'c' && actions.canCopy && String(window.getSelection()) === '') actions.copy()
      else if (key === 'v') actions.paste()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}

/** Palette, sheet, settings: from one to the next without going through everything between. */
function toNextPart(way: 1 | -1): void {
  const parts = [...document.querySelectorAll<HTMLElement>('.drawing > *')]
  const here = parts.findIndex((part) => part.contains(document.activeElement))
  const next = parts[(here + way + parts.length) % parts.length]
  // Settings are what is gone to on the right; what stands above them is read.
  const first = next?.querySelector<HTMLElement>('[id^=setting-]') ?? next?.querySelector<HTMLElement>('input, button')
  first?.focus()
}
