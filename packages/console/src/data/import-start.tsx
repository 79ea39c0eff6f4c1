/** Where a table comes from: a file of the person's machine, of the node's, or a database. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Card, Form, Input, Progress, Segmented, Upload } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { bytes, moment } from '../words.ts'
import { Connections } from './connections.tsx'
import { importsQuery } from './queries.ts'
import { sourceName } from './source-name.ts'
import { upload } from './upload.ts'

const kinds = ['upload', 'path', 'database'] as const
type Kind = (typeof kinds)[number]

export function ImportStart() {
  const { locale, text } = useText()
  const t = text.intake
  const [kind, setKind] = useState<Kind>('upload')
  const begun = useQuery(importsQuery)
  return (
    <Page title={t.title} about={t.about}>
      <div className="stack">
        <Segmented
          value={kind}
          onChange={setKind}
          options={kinds.map((value) => ({ value, label: t.source[value] }))}
          style={{ alignSelf: 'flex-start' }}
        />
        <Card>{kind === 'upload' ? <Sending /> : kind === 'path' ? <FromPath /> : <Connections />}</Card>
        {(begun.data?.length ?? 0) > 0 && (
          <Card title={t.unfinished}>
            <ul className="plain">
              {begun.data!.map(({ id, source, state, by, startedAt, received }) => (
                <li key={id} className="row">
                  <Link to="/import/$id" params={{ id }}>
                    {sourceName(source)}
                  </Link>
                  <span className="quiet">
                    {t.states[state]} · {by} · {moment(startedAt, locale)}
                    {state === 'receiving' ? ` · ${bytes(received, locale)}` : ''}
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </div>
    </Page>
  )
}

function Sending() {
  const { locale, text } = useText()
  const t = text.intake
  const go = useNavigate()
  const queries = useQueryClient()
  const ending = useRef<AbortController | undefined>(undefined)
  const [sent, setSent] = useState<{ id: string; bytes: number; name: string; total: number }>()
  useEffect(() => () => ending.current?.abort(), [])
  const { run, busy, error } = useAction(async (file: File) => {
    const control = new AbortController()
    ending.current = control
    let begun: string | undefined
    try {
      const told = (id: string, at: number) => {
        begun = id
        setSent({ id, bytes: at, name: file.name, total: file.size })
      }
      const id = await upload(file, told, control.signal)
      await go({ to: '/import/$id', params: { id } })
    } catch (thrown) {
      setSent(undefined)
      if (begun !== undefined) await client.imports.cancel({ id: begun }).catch(() => {}) // it is gone in a day
      await queries.invalidateQueries(importsQuery)
      if (!control.signal.aborted) throw thrown
    }
  })
  if (busy && sent !== undefined)
    return (
      <div>
        <p>
          {t.uploading(sent.name)} · {bytes(sent.bytes, locale)} / {bytes(sent.total, locale)}
        </p>
        <Progress
          percent={sent.total === 0 ? 100 : Math.floor((100 * sent.bytes) / sent.total)}
          aria-label={t.uploading(sent.name)}
        />
        <Button onClick={() => ending.current?.abort()}>{text.common.cancel}</Button>
      </div>
    )
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      <Upload.Dragger
        multiple={false}
        showUploadList={false}
        disabled={busy}
        beforeUpload={(file) => {
          void run(file)
          return false
        }}
      >
        <p style={{ fontSize: 16, margin: '12px 0 4px' }}>{t.drop}</p>
        <p className="quiet">{t.dropAbout}</p>
      </Upload.Dragger>
    </>
  )
}

function FromPath() {
  const { text } = useText()
  const t = text.intake
  const go = useNavigate()
  const { run, busy, error } = useAction(async ({ path }: { path: string }) => {
    const { id } = await client.imports.start({ source: { kind: 'path', path } })
    await go({ to: '/import/$id', params: { id } })
  })
  return (
    <Form layout="vertical" onFinish={run}>
      {error !== undefined && <Failure error={error} />}
      <Form.Item name="path" label={t.path} extra={t.pathAbout} rules={[{ required: true }]}>
        <Input />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t.read}
      </Button>
    </Form>
  )
}
