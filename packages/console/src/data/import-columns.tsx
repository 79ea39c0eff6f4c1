/** What each column holds and is for: as it was guessed, with the reasons, and as the person settles it. */
import type { DatasetRole, TableImport } from '@secureflow/api'
import { Button, Card, Select, Table } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'
import { withRole } from './roles.ts'

const roles: readonly DatasetRole[] = ['id', 'label', 'feature', 'sensitive', 'ignore']
const types = ['number', 'text', 'truth', 'date'] as const

interface ColumnsProps {
  one: TableImport
  found: NonNullable<TableImport['found']>
}

export function Columns({ one, found }: ColumnsProps) {
  const { locale, text } = useText()
  const t = text.intake
  const [settled, setSettled] = useState(() => found.columns.map(({ type, role }) => ({ type, role })))
  // Read again in another way: other columns.
  const fits = settled.length === found.columns.length
  const columns = fits ? settled : found.columns.map(({ type, role }) => ({ type, role }))
  const check = useAction(() => client.imports.check({ id: one.id, columns }))
  const change = (at: number, given: Partial<(typeof columns)[number]>) => setSettled(withRole(columns, at, given))
  const rows = found.columns.map((c, at) => ({ ...c, at }))
  const ids = columns.filter((c) => c.role === 'id').length
  return (
    <Card
      title={text.common.columns}
      extra={
        <Button
          type="primary"
          disabled={ids !== 1}
          loading={check.busy || one.state === 'checking'}
          onClick={() => void check.run()}
        >
          {t.check}
        </Button>
      }
    >
      <p className="quiet">{t.rolesAbout}</p>
      {check.error !== undefined && <Failure error={check.error} />}
      <Table
        rowKey="at"
        size="small"
        pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
        scroll={{ x: 'max-content' }}
        dataSource={rows}
        columns={[
          {
            title: t.column,
            dataIndex: 'name',
            render: (name: string) => <strong style={{ overflowWrap: 'anywhere' }}>{name}</strong>,
          },
          {
            title: t.holds,
            render: (_, { kind, fit }) =>
              `${t.kinds[kind]}${fit < 1 ? ` (${number(Math.floor(100 * fit), locale)} %)` : ''}`,
          },
          {
            title: t.role,
            render: (_, { at, name }) => (
              <Select
                aria-label={`${t.role}: ${name}`}
                style={{ width: 130 }}
                value={columns[at]!.role}
                options={roles.map((value) => ({ value, label: t.roles[value] }))}
                onChange={(role) => change(at, { role })}
              />
            ),
          },
          {
            title: t.reason,
            render: (_, { at, role, because }) =>
              columns[at]!.role === role ? because.map((b) => t.because[b]).join(' · ') : '',
          },
          {
            title: t.storedAs,
            render: (_, { at, name }) => (
              <Select
                aria-label={`${t.storedAs}: ${name}`}
                style={{ width: 130 }}
                value={columns[at]!.type}
                disabled={columns[at]!.role === 'id' || columns[at]!.role === 'ignore'}
                options={types.map((value) => ({ value, label: t.types[value] }))}
                onChange={(type) => change(at, { type })}
              />
            ),
          },
          {
            title: `${t.missing} (${t.ofSample})`,
            dataIndex: 'missing',
            align: 'right',
            render: (n: number) => number(n, locale),
          },
          {
            title: `${t.distinct} (${t.ofSample})`,
            dataIndex: 'distinct',
            align: 'right',
            render: (n: number) => number(n, locale),
          },
          {
            title: t.preview,
            render: (_, { at }) => (
              <span className="mono quiet">
                {found.preview
                  .slice(0, 3)
                  .map((row) => (row[at] ?? '').slice(0, 24))
                  .join(' · ')}
              </span>
            ),
          },
        ]}
      />
    </Card>
  )
}
