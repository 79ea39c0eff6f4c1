import type { OutputOf, Routes } from '@secureflow/api'
import { Alert, Button, Card, List } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'

type Verified = OutputOf<Routes['audit']['verify']>

export function Audit() {
  const { locale, text } = useText()
  const [found, setFound] = useState<Verified>()
  const { run, busy, error } = useAction(async () => setFound(await client.audit.verify({})))
  return (
    <Page
      title={text.audit.title}
      about={text.audit.about}
      actions={
        <Button type="primary" loading={busy} onClick={() => void run()}>
          {text.audit.verify}
        </Button>
      }
    >
      {error !== undefined && <Failure error={error} />}
      {found !== undefined && found.findings.length === 0 && (
        <Alert
          type="success"
          showIcon
          title={text.audit.ok(
            number(found.entries, locale),
            number(found.receipts, locale),
            number(found.runs, locale),
          )}
        />
      )}
      {found !== undefined && found.findings.length > 0 && (
        <Card title={text.audit.findings(found.findings.length)}>
          <List
            dataSource={found.findings}
            renderItem={({ code, party, what, fix }) => (
              <List.Item>
                <List.Item.Meta
                  title={what[locale]}
                  description={
                    <>
                      {fix[locale]} <span className="mono">{[code, party].filter(Boolean).join(' · ')}</span>
                    </>
                  }
                />
              </List.Item>
            )}
          />
        </Card>
      )}
    </Page>
  )
}
