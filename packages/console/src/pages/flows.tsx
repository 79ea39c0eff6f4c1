import type { Flow } from '@secureflow/flow'
import { checkFlow, formatFlow } from '@secureflow/flow'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Card, Popconfirm, Table, Upload } from 'antd'
import { blank, type TemplateName, template, templateNames } from '../canvas/templates.ts'
import { useFacts } from '../canvas/use-facts.ts'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { draftsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment } from '../words.ts'

export function Flows() {
  const { locale, text } = useText()
  const drafts = useQuery(draftsQuery)
  const queries = useQueryClient()
  const go = useNavigate()
  const may = useMay()
  const facts = useFacts()
  const create = useAction(async (name: string, flow: string) => {
    const { id } = await client.drafts.save({ after: 0, name, text: flow })
    await queries.invalidateQueries(draftsQuery)
    await go({ to: '/flows/$id', params: { id } })
  })
  const remove = useAction(async (id: string) => {
    await client.drafts.remove({ id })
    await queries.invalidateQueries(draftsQuery)
  })
  const begin = (flow: Flow) =>
    void create.run(flow.flow, flow.steps.length === 0 ? JSON.stringify({ ...flow, steps: {} }) : formatFlow(flow))
  const from = (name: TemplateName) =>
    begin(
      template(name, {
        ...facts,
        idColumn: Object.fromEntries(facts.own.map((d) => [d.name, d.idColumn])),
        labelColumn: Object.fromEntries(facts.own.flatMap((d) => (d.labelColumn ? [[d.name, d.labelColumn]] : []))),
      }),
    )
  const take = useAction(async (written: string) => {
    const parsed = checkFlow(written)
    if (!parsed.ok) throw parsed.problems[0]!.error
    await create.run(parsed.value.flow, written)
  })
  const error = create.error ?? remove.error ?? take.error
  return (
    <Page
      title={text.flows.title}
      about={text.flows.about}
      actions={
        may('drafts.save') && (
          <>
            <Upload
              accept=".yaml,.yml,.json"
              showUploadList={false}
              beforeUpload={async (file) => {
                await take.run(await file.text())
                return Upload.LIST_IGNORE
              }}
            >
              <Button>{text.flows.import}</Button>
            </Upload>
            <Button type="primary" onClick={() => begin(blank(facts.self))}>
              {text.flows.new}
            </Button>
          </>
        )
      }
    >
      {error !== undefined && <Failure error={error} />}
      <div className="stack">
        {may('drafts.save') && (
          <Card title={text.flows.template} size="small">
            <div className="row">
              {templateNames.map((name) => (
                <Button key={name} disabled={!facts.ready} onClick={() => from(name)}>
                  {text.flows[name]}
                </Button>
              ))}
            </div>
          </Card>
        )}
        <Loaded query={drafts}>
          {(all) => (
            <Table
              rowKey="id"
              size="middle"
              scroll={{ x: 'max-content' }}
              dataSource={all}
              locale={{ emptyText: text.flows.empty }}
              pagination={all.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
              columns={[
                {
                  title: text.common.name,
                  dataIndex: 'name',
                  render: (name: string, { id }) => (
                    <Link to="/flows/$id" params={{ id }}>
                      {name}
                    </Link>
                  ),
                },
                { title: text.flows.versions, dataIndex: 'version', align: 'right' },
                { title: text.flows.changed, dataIndex: 'at', render: (at: number) => moment(at, locale) },
                { title: text.common.who, dataIndex: 'by' },
                {
                  title: '',
                  render: (_, { id }) =>
                    may('drafts.remove') && (
                      <Popconfirm title={text.common.remove} onConfirm={() => void remove.run(id)}>
                        <Button size="small">{text.common.remove}</Button>
                      </Popconfirm>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </div>
    </Page>
  )
}
