/** One table on its way in: what was found, what the person settles, which rows cannot be used, and under which name. */
import type { TableImport } from '@secureflow/api'
import { errorFromBody } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Button, Card, Checkbox, Progress, Select, Steps } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { number } from '../words.ts'
import { Columns } from './import-columns.tsx'
import { RegisterImport } from './import-register.tsx'
import { importQuery, importsQuery } from './queries.ts'
import { sourceName } from './source-name.ts'

const places = { receiving: 0, examining: 0, examined: 1, checking: 2, checked: 3 } as const

export function ImportPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { text } = useText()
  const t = text.intake
  const go = useNavigate()
  const queries = useQueryClient()
  const found = useQuery(importQuery(id))
  const giveUp = useAction(async () => {
    await client.imports.cancel({ id })
    queries.removeQueries({ queryKey: ['imports', id] })
    await queries.invalidateQueries({ ...importsQuery, exact: true })
    await go({ to: '/import' })
  })
  return (
    <Page
      title={found.data === undefined ? t.title : sourceName(found.data.source)}
      about={t.about}
      actions={
        <Button loading={giveUp.busy} onClick={() => void giveUp.run()}>
          {t.cancel}
        </Button>
      }
    >
      <Loaded query={found}>
        {(one) => (
          <div className="stack">
            <Steps
              size="small"
              current={places[one.state]}
              items={(['receiving', 'columns', 'rows', 'register'] as const).map((step) => ({ title: t.steps[step] }))}
            />
            {giveUp.error !== undefined && <Failure error={giveUp.error} />}
            {one.error !== undefined && <Failure error={errorFromBody(one.error)} />}
            {(one.state === 'examining' || one.state === 'checking') && <Busy one={one} />}
            {one.state === 'examined' || one.state === 'checked' ? <Found key={one.found?.rows} one={one} /> : null}
            {one.found !== undefined && one.state !== 'examining' && <Columns one={one} found={one.found} />}
            {one.state === 'checked' && one.checked !== undefined && <RegisterImport one={one} checked={one.checked} />}
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Busy({ one: { state, progress } }: { one: TableImport }) {
  const { text } = useText()
  const about = state === 'checking' ? text.intake.checking : text.intake.examining
  const percent =
    progress === undefined || progress.total === 0 ? 0 : Math.min(99, (100 * progress.done) / progress.total)
  return (
    <Card>
      <p aria-live="polite">{about}</p>
      <Progress percent={Math.floor(percent)} status="active" aria-label={about} />
    </Card>
  )
}

const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16le', 'windows-1252'] as const

/** What the source was taken for; the person may know better. */
function Found({ one: { id, found, source } }: { one: TableImport }) {
  const { locale, text } = useText()
  const t = text.intake
  const again = useAction((how: Partial<Parameters<typeof client.imports.examine>[0]>) =>
    client.imports.examine({ id, ...kept(), ...how }),
  )
  const kept = () => ({
    ...(found?.encoding === undefined ? {} : { encoding: found.encoding }),
    ...(found?.delimiter === undefined ? {} : { delimiter: found.delimiter }),
    ...(found?.sheet === undefined ? {} : { sheet: found.sheet }),
    ...(found?.table === undefined ? {} : { table: found.table }),
  })
  const isText = found === undefined ? source.kind !== 'database' : found.format === 'csv'
  return (
    <Card
      title={t.found}
      extra={
        found && (
          <span className="quiet">
            {t.formats[found.format]} · {number(found.rows, locale)} {text.common.rows} ·{' '}
            {number(found.columns.length, locale)} {text.common.columns}
          </span>
        )
      }
    >
      {again.error !== undefined && <Failure error={again.error} />}
      {found !== undefined && found.bad > 0 && <p>{t.unreadable(number(found.bad, locale))}</p>}
      {found !== undefined && found.renamed.length > 0 && <p>{t.renamed(found.renamed.length)}</p>}
      <div className="row">
        {isText && (
          <>
            <Select
              aria-label={t.encoding}
              style={{ minWidth: 140 }}
              placeholder={t.encoding}
              value={found?.encoding ?? null}
              options={encodings.map((value) => ({ value, label: value }))}
              onChange={(encoding) => encoding !== null && void again.run({ encoding })}
            />
            <Select
              aria-label={t.delimiter}
              style={{ minWidth: 110 }}
              placeholder={t.delimiter}
              value={found?.delimiter ?? null}
              options={[',', ';', '\t', '|'].map((value) => ({ value, label: value === '\t' ? t.tab : value }))}
              onChange={(delimiter) => delimiter !== null && void again.run({ delimiter })}
            />
          </>
        )}
        {(found?.sheets?.length ?? 0) > 1 && (
          <Select
            aria-label={t.sheet}
            style={{ minWidth: 160 }}
            value={found!.sheet!}
            options={found!.sheets!.map((value) => ({ value, label: value }))}
            onChange={(sheet) => void again.run({ sheet })}
          />
        )}
        {(found?.tables?.length ?? 0) > 1 && (
          <Select
            aria-label={t.table}
            style={{ minWidth: 160 }}
            value={found!.table!}
            options={found!.tables!.map((value) => ({ value, label: value }))}
            onChange={(table) => void again.run({ table })}
          />
        )}
        {(isText || found?.format === 'xlsx') && (
          <Checkbox
            defaultChecked={found?.columns[0]?.name !== 'column_1'}
            onChange={({ target }) => void again.run({ header: target.checked })}
          >
            {t.header}
          </Checkbox>
        )}
        {found === undefined && (
          <Button loading={again.busy} onClick={() => void again.run({})}>
            {t.again}
          </Button>
        )}
      </div>
    </Card>
  )
}
