import type { Dataset } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Card, Descriptions } from 'antd'
import { lazy, Suspense } from 'react'
import { DatasetColumns } from '../data/dataset-columns.tsx'
import { sourceName } from '../data/source-name.ts'
import { UseOfDataset } from '../data/use-of-dataset.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { TabRow } from '../parts/tab-row.tsx'
import { useMay } from '../parts/use-role.ts'
import { datasetQuery, lineageQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { moment, number } from '../words.ts'
import { TermsEditor } from './terms-editor.tsx'
import '../data/style.css'

const Profile = lazy(() => import('../data/profile.tsx').then((m) => ({ default: m.Profile })))
const Rows = lazy(() => import('../data/rows.tsx').then((m) => ({ default: m.Rows })))
const LineageView = lazy(() => import('../charts/lineage.tsx').then((m) => ({ default: m.LineageView })))

export function DatasetPage() {
  const { name } = useParams({ strict: false }) as { name: string }
  const { text } = useText()
  const t = text.intake.tabs
  const may = useMay()
  const dataset = useQuery(datasetQuery(name))
  return (
    <Page title={name} about={text.data.about}>
      <Loaded query={dataset}>
        {(it) => (
          <div className="stack">
            <Facts dataset={it} />
            <TabRow
              items={[
                { key: 'columns', label: t.columns, children: <DatasetColumns dataset={it} /> },
                ...(may('data.profile')
                  ? [
                      {
                        key: 'profile',
                        label: t.profile,
                        children: (
                          <Suspense>
                            <Profile name={name} />
                          </Suspense>
                        ),
                      },
                    ]
                  : []),
                ...(may('data.rows')
                  ? [
                      {
                        key: 'rows',
                        label: t.rows,
                        children: (
                          <Suspense>
                            <Rows
                              name={name}
                              digest={it.digest}
                              columns={it.columns.map((c) => c.name)}
                              total={it.rows}
                            />
                          </Suspense>
                        ),
                      },
                    ]
                  : []),
                {
                  key: 'terms',
                  label: t.terms,
                  children: <TermsEditor key={JSON.stringify(it.terms)} name={name} asset={it.id} terms={it.terms} />,
                },
                { key: 'use', label: t.use, children: <UseOfDataset id={it.id} name={name} /> },
                { key: 'lineage', label: t.lineage, children: <Lineage asset={it.token ?? it.id} /> },
              ]}
            />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Facts({ dataset: { rows, path, format, digest, addedAt, registered, origin } }: { dataset: Dataset }) {
  const { locale, text } = useText()
  return (
    <Card>
      <Descriptions
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'rows', label: text.common.rows, children: number(rows, locale) },
          { key: 'file', label: text.data.file, children: <span className="mono">{`${path} (${format})`}</span> },
          ...(origin === undefined
            ? []
            : [
                {
                  key: 'origin',
                  label: text.intake.origin,
                  children: `${text.intake.source[origin.kind]} · ${sourceName(origin)}`,
                },
              ]),
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
  )
}

function Lineage({ asset }: { asset: string }) {
  const { text } = useText()
  const lineage = useQuery(lineageQuery(asset))
  return (
    <Loaded query={lineage}>
      {(graph) => (
        <Suspense>
          <LineageView graph={graph} label={text.assets.lineage} />
        </Suspense>
      )}
    </Loaded>
  )
}
