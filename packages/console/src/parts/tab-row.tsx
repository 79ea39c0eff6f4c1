/** Tabs that wrap where the page is narrow, so that each of them is seen and reached. A tab that was opened stays as it is. */
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'

interface TabItem {
  key: string
  label: string
  children: ReactNode
}

export function TabRow({ items }: { items: readonly TabItem[] }) {
  const id = useId()
  const [at, setAt] = useState(items[0]!.key)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([at]))
  const open = (key: string) => {
    setAt(key)
    setOpened((before) => new Set([...before, key]))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const next = items[(items.findIndex((i) => i.key === at) + step + items.length) % items.length]!
    open(next.key)
    document.getElementById(`${id}-${next.key}`)?.focus()
  }
  return (
    <div>
      <div role="tablist" className="tab-row" onKeyDown={onKeyDown}>
        {items.map(({ key, label }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-selected={key === at}
            aria-controls={`${id}-${key}-panel`}
            tabIndex={key === at ? 0 : -1}
            onClick={() => open(key)}
          >
            {label}
          </button>
        ))}
      </div>
      {items.map(({ key, children }) => (
        <div key={key} role="tabpanel" id={`${id}-${key}-panel`} aria-labelledby={`${id}-${key}`} hidden={key !== at}>
          {opened.has(key) && children}
        </div>
      ))}
    </div>
  )
}
