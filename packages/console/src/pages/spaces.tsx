import type { SpaceSummary } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Table } from 'antd'
import { Mark, type Tone } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useMay } from '../parts/use-role.ts'
import { spacesQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { day, number } from '../words.ts'

const tones: Partial<Record<SpaceSummary['status'], Tone>> = {
  invited: 'news',
  waiting: 'busy',
  active: 'good',
  refused: 'bad',
}

export function SpaceStatus({ status }: Pick<SpaceSummary, 'status'>) {
  const { text } = useText()
  return <Mark tone={tones[status]}>{text.spaces.status[status]}</Mark>
}

export function Spaces() {
  const { locale, text } = useText()
  const may = useMay()
  const spaces = useQuery(spacesQuery)
  return (
    <Page
      title={text.spaces.title}
      about={text.spaces.about}
      actions={
        may('spaces.propose') && (
          <Link to="/spaces/new">
            <Button type="primary">{text.spaces.new}</Button>
          </Link>
        )
      }
    >
      <Loaded query={spaces}>
        {(all) =>
          all.length === 0 ? (
            <p className="quiet">{text.spaces.empty}</p>
          ) : (
            <Table
              rowKey="id"
              size="middle"
              scroll={{ x: 'max-content' }}
              dataSource={all}
              pagination={all.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
              columns={[
                {
                  title: text.spaces.name,
                  render: (_, { id, title }) => (
                    <Link to="/spaces/$id" params={{ id }}>
                      {title}
                    </Link>
                  ),
                },
                { title: text.spaces.steps.goal, render: (_, { goal }) => text.spaces.goal[goal] },
                { title: text.spaces.members, dataIndex: 'members', render: (members: string[]) => members.join(', ') },
                {
                  title: text.common.status,
                  render: (_, { status, awaitsOwn }) => (
                    <>
                      <SpaceStatus status={status} />
                      {awaitsOwn && status !== 'invited' && <Mark tone="news">{text.spaces.awaits}</Mark>}
                    </>
                  ),
                },
                {
                  title: text.spaces.runs,
                  render: (_, { runs, runsUsed }) => `${number(runsUsed, locale)} / ${number(runs, locale)}`,
                },
                { title: text.spaces.until, dataIndex: 'until', render: (at: number) => day(at, locale) },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  )
}
