/** Every version of a flow that was saved: by whom, what it changes against the drawing, and the way back to it. */
import type { Draft } from '@secureflow/api'
import { checkFlow, type Flow, formatFlow } from '@secureflow/flow'
import { useQuery } from '@tanstack/react-query'
import { Button, Modal, Table } from 'antd'
import { useState } from 'react'
import { Loaded } from '../parts/page.tsx'
import { draftVersionQuery, draftVersionsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'
import { lineDiff } from './line-diff.ts'

interface VersionsProps {
  id: string
  /** As it is drawn now. */
  text: string
  close: () => void
  take: (flow: Flow, layout: Draft['layout']) => void
}

export function Versions({ id, text: now, close, take }: VersionsProps) {
  const { locale, text } = useText()
  const versions = useQuery(draftVersionsQuery(id))
  const [chosen, setChosen] = useState<number>()
  return (
    <Modal open width={900} title={text.canvas.versions} onCancel={close} footer={null}>
      <Loaded query={versions}>
        {(all) => (
          <Table
            rowKey="version"
            size="small"
            scroll={{ x: 'max-content' }}
            pagination={all.length > 8 ? { pageSize: 8, showSizeChanger: false } : false}
            dataSource={all}
            columns={[
              { title: text.flows.versions, dataIndex: 'version', render: (n: number) => text.flows.version(n) },
              { title: text.flows.changed, dataIndex: 'at', render: (at: number) => moment(at, locale) },
              { title: text.common.who, dataIndex: 'by' },
              {
                title: '',
                render: (_, { version }) => (
                  <Button size="small" aria-pressed={version === chosen} onClick={() => setChosen(version)}>
                    {text.canvas.compareWithNow}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {chosen !== undefined && <Version key={chosen} id={id} version={chosen} now={now} take={take} />}
    </Modal>
  )
}

/** Steps stand under each other; where one gets a longer name, the others are the same still. */
const written = (text: string): string => text.replaceAll(/: +\{/g, ': {')

function Version({ id, version, now, take }: Pick<VersionsProps, 'id' | 'take'> & { version: number; now: string }) {
  const { text } = useText()
  const draft = useQuery(draftVersionQuery(id, version))
  return (
    <Loaded query={draft}>
      {(found) => {
        const parsed = checkFlow(found.text)
        const lines = lineDiff(written(parsed.ok ? formatFlow(parsed.value) : found.text), written(now))
        return (
          <section aria-label={text.canvas.diff(version)}>
            <p className="row" style={{ justifyContent: 'space-between' }}>
              <strong>{text.canvas.diff(version)}</strong>
              <Button size="small" disabled={!parsed.ok} onClick={() => parsed.ok && take(parsed.value, found.layout)}>
                {text.canvas.takeBack}
              </Button>
            </p>
            {lines.every((l) => l.kind === 'same') ? (
              <p className="quiet">{text.canvas.same}</p>
            ) : (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so it must be reached by keyboard
              <pre className="statement diff" tabIndex={0}>
                {lines.map(({ kind, line }, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                  <div key={i} className={kind}>
                    {{ same: '  ', added: '+ ', removed: '- ' }[kind]}
                    {line}
                  </div>
                ))}
              </pre>
            )}
          </section>
        )
      }}
    </Loaded>
  )
}
