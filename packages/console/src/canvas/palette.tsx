import { components } from '@secureflow/components/declarations'
import type { ComponentDeclaration } from '@secureflow/flow'
import { Input } from 'antd'
import { useState } from 'react'
import { useText } from '../text/index.ts'

/** What can be added, by stage. */
export function Palette({ onAdd }: { onAdd: (component: ComponentDeclaration) => void }) {
  const { locale, text } = useText()
  const [wanted, setWanted] = useState('')
  const found = [...components.values()].filter((c) =>
    `${c.name} ${c.title.en} ${c.title.zh} ${c.about[locale]}`.toLowerCase().includes(wanted.toLowerCase()),
  )
  const stages = [...new Set(found.map((c) => c.stage))]
  return (
    <div className="palette">
      <Input
        size="small"
        allowClear
        aria-label={text.common.search}
        placeholder={text.common.search}
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
      <p className="quiet" style={{ fontSize: 12 }}>
        {text.flows.paletteHint}
      </p>
      {stages.map((stage) => (
        <section key={stage}>
          <h2>{text.flows.stage[stage]}</h2>
          {found
            .filter((c) => c.stage === stage)
            .map((c) => (
              <button key={c.name} type="button" title={c.about[locale]} onClick={() => onAdd(c)}>
                {c.title[locale]}
              </button>
            ))}
        </section>
      ))}
    </div>
  )
}
