/** Figures of a dataset, column by column, and how its columns go together. */
import type { ProfileColumn, TableFigures } from '@secureflow/api'
import { errorFromBody } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Input, Pagination, Progress, Statistic } from 'antd'
import { HeatmapChart } from 'echarts/charts'
import { VisualMapComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { useMemo, useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useText } from '../text/index.ts'
import { decimal, number } from '../words.ts'
import { Figure } from './figure.tsx'
import { profileQuery } from './queries.ts'
import './style.css'

use([HeatmapChart, VisualMapComponent])

const shownAtOnce = 12

export function Profile({ name }: { name: string }) {
  const { text } = useText()
  const t = text.intake
  const queries = useQueryClient()
  const query = profileQuery(name)
  const view = useQuery(query)
  const compute = useAction(async () =>
    queries.setQueryData(query.queryKey, await client.data.computeProfile({ name })),
  )
  return (
    <Loaded query={view}>
      {({ state, figures, error, progress }) => (
        <div className="stack">
          <p className="quiet">{t.profileAbout}</p>
          {compute.error !== undefined && <Failure error={compute.error} />}
          {error !== undefined && <Failure error={errorFromBody(error)} />}
          {state === 'computing' && (
            <Card>
              <p aria-live="polite">{t.computing}</p>
              <Progress
                percent={progress === undefined ? 0 : Math.floor((100 * progress.done) / progress.total)}
                status="active"
                aria-label={t.computing}
              />
            </Card>
          )}
          {(state === 'none' || state === 'failed') && (
            <Button
              type="primary"
              style={{ alignSelf: 'flex-start' }}
              loading={compute.busy}
              onClick={() => void compute.run()}
            >
              {t.compute}
            </Button>
          )}
          {figures !== undefined && <Figures figures={figures} name={name} />}
        </div>
      )}
    </Loaded>
  )
}

function Figures({ figures, name }: { figures: TableFigures; name: string }) {
  const { text } = useText()
  const [wanted, setWanted] = useState('')
  const [page, setPage] = useState(1)
  const found = figures.columns.filter((c) => c.name.toLowerCase().includes(wanted.trim().toLowerCase()))
  return (
    <>
      <Relations figures={figures} name={name} />
      <Input.Search
        allowClear
        aria-label={text.intake.filter}
        placeholder={text.intake.filter}
        style={{ maxWidth: 320 }}
        onChange={({ target }) => {
          setWanted(target.value)
          setPage(1)
        }}
      />
      <div className="tiles" style={{ gridTemplateColumns: 'repeat(auto-fill, minmax(min(380px, 100%), 1fr))' }}>
        {found.slice((page - 1) * shownAtOnce, page * shownAtOnce).map((column) => (
          <Card key={column.name} size="small">
            <Column column={column} rows={figures.rows} file={`${name}-${column.name}`} />
          </Card>
        ))}
      </div>
      {found.length > shownAtOnce && (
        <Pagination
          current={page}
          pageSize={shownAtOnce}
          total={found.length}
          showSizeChanger={false}
          onChange={setPage}
        />
      )}
    </>
  )
}

function Column({ column, rows, file }: { column: ProfileColumn; rows: number; file: string }) {
  const { locale, text } = useText()
  const t = text.intake
  const { numbers, top } = column
  const of = t.figures
  const share = (n: number) => `${number(n, locale)} (${decimal((100 * n) / Math.max(1, rows), locale)} %)`
  const said: [string, string][] = [
    [of.count, number(column.count, locale)],
    [of.missing, share(column.missing)],
    [of.distinct, number(column.distinct, locale)],
    ...(numbers === undefined
      ? []
      : ([
          [of.mean, decimal(numbers.mean, locale)],
          [of.deviation, decimal(numbers.deviation, locale)],
          [of.min, decimal(numbers.min, locale)],
          [of.max, decimal(numbers.max, locale)],
          [t.quantiles, numbers.quantiles.map((q) => decimal(q, locale)).join(' · ')],
        ] satisfies [string, string][])),
    ...(column.correlation === undefined
      ? []
      : ([[t.correlation, decimal(column.correlation, locale)]] satisfies [string, string][])),
    ...(column.iv === undefined ? [] : ([[t.iv, decimal(column.iv, locale)]] satisfies [string, string][])),
  ]
  const about = (
    <dl className="facts">
      {said.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
  const bars = useMemo(() => {
    if (numbers !== undefined) {
      const width = (numbers.max - numbers.min) / numbers.histogram.length
      return numbers.histogram.map((n, i) => ({ from: numbers.min + i * width, to: numbers.min + (i + 1) * width, n }))
    }
    return undefined
  }, [numbers])
  const option = useMemo(() => {
    const names = bars?.map((b) => decimal(b.from, locale)) ?? top?.map((v) => v.value) ?? []
    const counts = bars?.map((b) => b.n) ?? top?.map((v) => v.count) ?? []
    const values = { type: 'value', minInterval: 1 }
    const categories = { type: 'category', data: names, axisLabel: { width: 90, overflow: 'truncate' } }
    return {
      grid: { left: 8, right: 16, top: 10, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      ...(bars === undefined
        ? { xAxis: values, yAxis: { ...categories, inverse: true } }
        : { xAxis: categories, yAxis: values }),
      series: [
        {
          type: 'bar',
          data: counts,
          barCategoryGap: bars === undefined ? '30%' : '6%',
          itemStyle: { color: '#3b7ddd' },
        },
      ],
    }
  }, [bars, top, locale])
  if (bars === undefined && top === undefined)
    return (
      <section aria-label={column.name}>
        <strong style={{ overflowWrap: 'anywhere' }}>{column.name}</strong>
        {about}
        {column.count > 0 && <p className="quiet">{t.notListed}</p>}
      </section>
    )
  return (
    <Figure
      title={column.name}
      about={about}
      file={file}
      option={option}
      height={180}
      head={bars === undefined ? [t.value, t.share] : [t.from, t.to, t.share]}
      rows={bars?.map((b) => [b.from, b.to, b.n]) ?? top!.map((v) => [v.value, v.count])}
    />
  )
}

/** What tells about the label, and what goes together. */
function Relations({ figures: { columns, correlations, rows }, name }: { figures: TableFigures; name: string }) {
  const { locale, text } = useText()
  const t = text.intake
  const told = useMemo(
    () =>
      columns
        .flatMap((c) => (c.iv === undefined ? [] : [{ name: c.name, iv: c.iv, r: c.correlation ?? null }]))
        .sort((a, b) => b.iv - a.iv),
    [columns],
  )
  const ivOption = useMemo(() => {
    const most = told.slice(0, 20)
    return {
      grid: { left: 8, right: 24, top: 10, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText' },
      xAxis: { type: 'value' },
      yAxis: {
        type: 'category',
        inverse: true,
        data: most.map((c) => c.name),
        axisLabel: { width: 120, overflow: 'truncate' },
      },
      series: [{ type: 'bar', data: most.map((c) => Number(c.iv.toPrecision(4))), itemStyle: { color: '#3b7ddd' } }],
    }
  }, [told])
  const heat = useMemo(() => {
    if (correlations === undefined) return undefined
    const { columns: names, values } = correlations
    const axis = {
      type: 'category',
      data: names,
      axisLabel: { width: 90, overflow: 'truncate', rotate: 0 },
      splitArea: { show: true },
    }
    return {
      grid: { left: 8, right: 16, top: 10, bottom: 44, containLabel: true },
      tooltip: { renderMode: 'richText' },
      xAxis: { ...axis, axisLabel: { ...axis.axisLabel, rotate: 60 } },
      yAxis: { ...axis, inverse: true },
      visualMap: {
        min: -1,
        max: 1,
        calculable: false,
        orient: 'horizontal',
        left: 'center',
        bottom: 0,
        inRange: { color: ['#e08a77', '#f7f7f7', '#7db1dc'] },
      },
      series: [
        {
          type: 'heatmap',
          data: values.flatMap((row, i) =>
            row.flatMap((r, j) => (r === null ? [] : [[j, i, Number(r.toPrecision(3))]])),
          ),
          label: { show: names.length <= 12, color: '#222' },
        },
      ],
    }
  }, [correlations])
  return (
    <>
      <div className="tiles">
        <Card size="small">
          <Statistic title={text.common.rows} value={number(rows, locale)} />
        </Card>
        <Card size="small">
          <Statistic title={text.common.columns} value={number(columns.length, locale)} />
        </Card>
      </div>
      {(told.length > 0 || heat !== undefined) && (
        <div className="tiles" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(460px, 100%), 1fr))' }}>
          {told.length > 0 && (
            <Card size="small">
              <Figure
                title={`${t.iv}: ${t.ivAbout}`}
                file={`${name}-iv`}
                option={ivOption}
                height={Math.max(160, 28 * Math.min(20, told.length))}
                head={[t.column, t.iv, t.correlation]}
                rows={told.map((c) => [c.name, c.iv, c.r])}
              />
            </Card>
          )}
          {heat !== undefined && correlations !== undefined && (
            <Card size="small">
              <Figure
                title={t.heat}
                file={`${name}-correlations`}
                option={heat}
                height={Math.max(300, 90 + 22 * correlations.columns.length)}
                head={['', ...correlations.columns]}
                rows={correlations.values.map((row, i) => [correlations.columns[i]!, ...row])}
              />
            </Card>
          )}
        </div>
      )}
    </>
  )
}
