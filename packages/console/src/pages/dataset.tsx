import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Card, Descriptions, Table } from 'antd'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { datasetQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'
import { TermsEditor } from './terms-editor.tsx'

export function DatasetPage() {
  const { name } = useParams({ strict: false }) as { name: string }
  const { locale, text } = useText()
  const dataset = useQuery(datasetQuery(name))
  return (
    <Page title={name} about={text.data.about}>
      <Loaded query={dataset}>
        {({ id, rows, path, format, digest, addedAt, registered, columns, idColumn, labelColumn, terms }) => (
          <div className="stack">
            <Card>
              <Descriptions
                column={{ xs: 1, md: 2 }}
                items={[
                  { key: 'rows', label: text.common.rows, children: number(rows, locale) },
                  {
                    key: 'file',
                    label: text.data.file,
                    children: <span className="mono">{`${path} (${format})`}</span>,
                  },
                  { key: 'added', label: text.data.addedAt, children: moment(addedAt, locale) },
                  {
                    key: 'ledger',
                    label: text.common.status,
                    children: registered ? text.data.registered : text.data.pending,
                  },
                  { key: 'digest', label: text.data.digest, children: <span className="mono">{digest}</span> },
                ]}
              />
            </Card>
            <Card title={text.common.columns}>
              <Table
                rowKey="name"
                size="small"
                virtual={columns.length > 200}
                scroll={columns.length > 200 ? { y: 480, x: 600 } : { x: 'max-content' }}
                pagination={false}
                dataSource={columns}
                columns={[
                  { title: text.common.name, dataIndex: 'name' },
                  { title: text.data.type, dataIndex: 'type', render: (t: 'number' | 'text') => text.data[t] },
                  {
                    title: '',
                    render: (_, column) => (
                      <>
                        {column.name === idColumn && <Mark tone="news">{text.data.id}</Mark>}
                        {column.name === labelColumn && <Mark tone="news">{text.data.label}</Mark>}
                      </>
                    ),
                  },
                ]}
              />
            </Card>
            <TermsEditor key={JSON.stringify(terms)} name={name} asset={id} terms={terms} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}
