/** Columns of a dataset and what they are for. Id and label are part of the version that partners know. */
import type { Dataset, DatasetRole } from '@secureflow/api'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Card, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { useText } from '../text/index.ts'

const choices = ['feature', 'sensitive', 'ignore'] as const
type Choice = (typeof choices)[number]

export function DatasetColumns({
  dataset: { name, columns, idColumn, labelColumn, roles = {} },
}: {
  dataset: Dataset
}) {
  const { text } = useText()
  const t = text.intake
  const may = useMay()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [changed, setChanged] = useState<Record<string, Choice>>({})
  const save = useAction(async () => {
    await client.data.setRoles({ name, roles: changed })
    setChanged({})
    await queries.invalidateQueries({ queryKey: ['data'] })
    void message.success(t.rolesSaved)
  })
  const roleOf = (column: string): DatasetRole =>
    column === idColumn ? 'id' : column === labelColumn ? 'label' : (changed[column] ?? roles[column] ?? 'feature')
  const long = columns.length > 200
  return (
    <Card
      title={text.common.columns}
      extra={
        Object.keys(changed).length > 0 && (
          <Button type="primary" size="small" loading={save.busy} onClick={() => void save.run()}>
            {t.saveRoles}
          </Button>
        )
      }
    >
      {save.error !== undefined && <Failure error={save.error} />}
      <Table
        rowKey="name"
        size="small"
        scroll={{ x: 'max-content' }}
        pagination={long ? { pageSize: 100, showSizeChanger: false } : false}
        dataSource={columns}
        columns={[
          { title: text.common.name, dataIndex: 'name' },
          { title: text.data.type, dataIndex: 'type', render: (type: 'number' | 'text') => text.data[type] },
          {
            title: t.role,
            render: (_, column) => {
              const role = roleOf(column.name)
              if (role === 'id' || role === 'label') return <Mark tone="news">{t.roles[role]}</Mark>
              if (!may('data.setRoles')) return t.roles[role]
              return (
                <Select
                  aria-label={`${t.role}: ${column.name}`}
                  size="small"
                  style={{ width: 130 }}
                  value={role}
                  options={choices.map((value) => ({ value, label: t.roles[value] }))}
                  onChange={(value: Choice) => setChanged({ ...changed, [column.name]: value })}
                />
              )
            },
          },
        ]}
      />
    </Card>
  )
}
