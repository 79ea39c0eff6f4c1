/** What can be done with a run: end it, do it again, take it along, hold it beside others. */
import { mayRun, type RunDetail } from '@secureflow/api'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button, Form, Input, Modal, Popconfirm, Select } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { useText } from '../text/index.ts'

export function RunActions({ run }: { run: RunDetail }) {
  const { text } = useText()
  const may = useMay()
  const go = useNavigate()
  const [publishing, setPublishing] = useState(false)
  const open = run.status === 'running' || run.status === 'proposed'
  const edit = useAction(async () => {
    const { id } = await client.drafts.save({ after: 0, name: run.flow, text: run.flowText })
    await go({ to: '/flows/$id', params: { id } })
  })
  const again = useAction(async () => {
    const answer = await client.runs.start({ flow: run.flowText })
    if (answer.started) await go({ to: '/runs/$run', params: { run: answer.run } })
    else if (answer.request !== undefined) await go({ to: '/inbox/$id', params: { id: answer.request.id } })
    // What speaks against it is said beside the drawing, where it can be changed.
    else if (!mayRun(answer.report)) await edit.run()
  })
  const cancel = useAction(() => client.runs.cancel({ run: run.run }))
  const error = cancel.error ?? again.error ?? edit.error
  return (
    <div className="stack no-print" style={{ gap: 8 }}>
      <div className="row">
        {!open && may('runs.start') && (
          <Popconfirm title={text.run.again} description={text.run.againAsk} onConfirm={() => void again.run()}>
            <Button loading={again.busy}>{text.run.again}</Button>
          </Popconfirm>
        )}
        {may('drafts.save') && (
          <Button loading={edit.busy} onClick={() => void edit.run()}>
            {text.run.edit}
          </Button>
        )}
        <Link to="/runs/compare" search={{ runs: run.run }} className="button">
          {text.results.compare.action}
        </Link>
        <Link to="/runs/$run/report" params={{ run: run.run }} className="button">
          {text.results.report.action}
        </Link>
        {run.models.length > 0 && run.status === 'succeeded' && may('assets.publish') && (
          <Button onClick={() => setPublishing(true)}>{text.run.publish}</Button>
        )}
        {open && may('runs.cancel') && (
          <Popconfirm title={text.runs.cancel} description={text.runs.cancelSure} onConfirm={() => void cancel.run()}>
            <Button danger loading={cancel.busy}>
              {text.runs.cancel}
            </Button>
          </Popconfirm>
        )}
      </div>
      {error !== undefined && <Failure error={error} />}
      {publishing && <Publish run={run} close={() => setPublishing(false)} />}
    </div>
  )
}

function Publish({ run, close }: { run: RunDetail; close: () => void }) {
  const { text } = useText()
  const { message } = App.useApp()
  const go = useNavigate()
  const queries = useQueryClient()
  const steps = run.models.map((m) => m.step)
  const publish = useAction(async ({ name, step }: { name: string; step: string }) => {
    const { token } = await client.assets.publish({ name, content: { form: 'model', run: run.run, step } })
    void message.success(text.run.published)
    await queries.invalidateQueries({ queryKey: ['assets'] })
    close()
    await go({ to: '/directory/$asset', params: { asset: token ?? name } })
  })
  return (
    <Modal open title={text.run.publish} onCancel={close} footer={null} destroyOnHidden>
      <p className="quiet">{text.run.publishAbout}</p>
      <Form
        layout="vertical"
        onFinish={publish.run}
        initialValues={{ name: `${run.flow}-${steps[0]}`.slice(0, 64), step: steps[0] }}
      >
        <Form.Item name="name" label={text.run.publishName} rules={[{ required: true }]}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="step" label={text.run.publishStep} rules={[{ required: true }]}>
          <Select options={steps.map((step) => ({ value: step, label: step }))} />
        </Form.Item>
        {publish.error !== undefined && <Failure error={publish.error} />}
        <Button type="primary" htmlType="submit" loading={publish.busy}>
          {text.run.publish}
        </Button>
      </Form>
    </Modal>
  )
}
