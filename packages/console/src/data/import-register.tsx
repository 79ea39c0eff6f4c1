/** The rows that cannot be used, with their reasons; and the name under which the others become a dataset. */
import type { TableImport } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { App, Button, Card, Checkbox, Form, Input, Select, Table } from 'antd'
import { client } from '../client.ts'
import { csvTable } from '../parts/csv.ts'
import { download } from '../parts/download.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { datasetsQuery, statusQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'
import { badRowsQuery, importsQuery } from './queries.ts'

interface Given {
  name: string
  nextVersion?: boolean
  leaveOutBad?: boolean
  allow?: string[]
}

interface RegisterProps {
  one: TableImport
  checked: NonNullable<TableImport['checked']>
}

export function RegisterImport({ one, checked }: RegisterProps) {
  const { locale, text } = useText()
  const t = text.intake
  const { message } = App.useApp()
  const go = useNavigate()
  const queries = useQueryClient()
  const status = useQuery(statusQuery)
  const [form] = Form.useForm<Given>()
  const leaves = Form.useWatch('leaveOutBad', form)
  const next = Form.useWatch('nextVersion', form)
  const { run, busy, error } = useAction(async ({ name, allow, leaveOutBad, nextVersion }: Given) => {
    const given = {
      ...{ id: one.id, name, leaveOutBad: leaveOutBad === true, nextVersion: nextVersion === true },
      ...(allow === undefined || allow.length === 0 || nextVersion === true ? {} : { allow }),
    }
    await client.imports.register(given)
    void message.success(t.registered(name))
    queries.removeQueries({ queryKey: ['imports', one.id] })
    await Promise.all([
      queries.invalidateQueries(datasetsQuery),
      queries.invalidateQueries({ ...importsQuery, exact: true }),
    ])
    await go({ to: '/data/$name', params: { name } })
  })
  const members = status.data?.network?.members.map((m) => ({ value: m.id, label: m.id })) ?? []
  return (
    <>
      {checked.bad > 0 && <BadRows id={one.id} />}
      <Card title={t.register}>
        <p aria-live="polite">{t.checked(number(checked.rows, locale), number(checked.bad, locale))}</p>
        <Form
          form={form}
          layout="vertical"
          onFinish={run}
          initialValues={{ name: nameFor(one) }}
          style={{ maxWidth: 520 }}
        >
          {checked.bad > 0 && (
            <Form.Item name="leaveOutBad" valuePropName="checked">
              <Checkbox>{t.leaveOut}</Checkbox>
            </Form.Item>
          )}
          <Form.Item name="name" label={text.common.name} rules={[{ required: true, max: 64 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="nextVersion" valuePropName="checked">
            <Checkbox>{t.nextVersion}</Checkbox>
          </Form.Item>
          {next !== true && (
            <Form.Item name="allow" label={text.data.allow} extra={text.data.allowHelp}>
              <Select mode="multiple" options={members} />
            </Form.Item>
          )}
          {error !== undefined && <Failure error={error} />}
          <Button type="primary" htmlType="submit" loading={busy} disabled={checked.bad > 0 && leaves !== true}>
            {t.register}
          </Button>
        </Form>
      </Card>
    </>
  )
}

/** A name that an asset may have, from that of the file. */
function nameFor({ source }: TableImport): string {
  const whole = source.kind === 'upload' ? source.name : source.kind === 'path' ? source.path : (source.table ?? '')
  const last = whole.split(/[\\/]/).at(-1) ?? ''
  const base = last.replace(/\.[A-Za-z0-9]{1,8}$/, '').replaceAll(/[^\w.-]+/g, '-')
  return base
    .replace(/^[^A-Za-z]+/, '')
    .replace(/[-.]+$/, '')
    .slice(0, 64)
}

function BadRows({ id }: { id: string }) {
  const { locale, text } = useText()
  const t = text.intake
  const bad = useQuery(badRowsQuery(id))
  return (
    <Loaded query={bad}>
      {({ total, columns, rows }) => {
        const save = () =>
          download(
            'rows-left-out.csv',
            'text/csv',
            csvTable([
              [t.line, t.flaw, t.column, ...columns],
              ...rows.map((r) => [r.line, t.flaws[r.flaw], r.column ?? '', ...r.cells]),
            ]),
          )
        return (
          <Card title={t.bad} extra={<Button onClick={save}>{t.downloadBad}</Button>}>
            <p className="quiet">{t.badAbout(number(rows.length, locale), number(total, locale))}</p>
            <Table
              rowKey="line"
              size="small"
              pagination={rows.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
              scroll={{ x: 'max-content' }}
              dataSource={rows}
              columns={[
                { title: t.line, dataIndex: 'line', align: 'right' },
                { title: t.flaw, render: (_, { flaw }) => t.flaws[flaw] },
                { title: t.column, dataIndex: 'column' },
                ...columns.slice(0, 20).map((name, c) => ({
                  title: name,
                  key: `cell-${c}`,
                  render: (_: unknown, { cells }: (typeof rows)[number]) => (cells[c] ?? '').slice(0, 60),
                })),
              ]}
            />
          </Card>
        )
      }}
    </Loaded>
  )
}
