/** One request with all that a person needs to decide it. */
import type { RequestDetail } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Alert, Button, Card, DatePicker, Descriptions, Form, Input, InputNumber, Timeline, Tooltip } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { requestQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { decimal, moment, number } from '../words.ts'
import { RequestStatus } from './inbox.tsx'

export function RequestPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const request = useQuery(requestQuery(id))
  return <Loaded query={request}>{(found) => <Request request={found} />}</Loaded>
}

function Request({ request }: { request: RequestDetail }) {
  const { locale, text } = useText()
  const waits = request.status === 'waiting'
  return (
    <Page
      title={
        <>
          {request.flow} <RequestStatus status={request.status} />
        </>
      }
      about={`${request.initiator} · ${request.purpose}`}
    >
      <div className="stack">
        {request.direction === 'received' && waits && <Decide request={request} />}
        {request.direction === 'sent' && waits && <Own request={request} />}
        {request.reasons.map(({ from, text: reason }) => (
          <Alert key={`${from} ${reason}`} type="warning" showIcon title={from} description={reason} />
        ))}
        <Card size="small">
          <Descriptions
            column={{ xs: 1, md: 2 }}
            items={[
              { key: 'by', label: text.runs.initiator, children: request.initiator },
              { key: 'purpose', label: text.flows.purpose, children: request.purpose },
              { key: 'asked', label: text.inbox.askedAt, children: moment(request.askedAt, locale) },
              {
                key: 'waits',
                label: text.inbox.waitsFor,
                children: request.waiting.map((w) => `${w.member}: ${text.inbox.waiting[w.for]}`).join(', ') || '-',
              },
              ...(request.run === undefined
                ? []
                : [
                    {
                      key: 'run',
                      label: text.nav.runs,
                      children: (
                        <Link to="/runs/$run" params={{ run: request.run }}>
                          {request.run.slice(0, 12)}
                        </Link>
                      ),
                    },
                  ]),
            ]}
          />
          {request.earlier !== undefined && (
            <Alert
              type={request.earlier.sameFlow ? 'success' : 'info'}
              title={request.earlier.sameFlow ? text.inbox.sameAsBefore : text.inbox.changedSince}
              description={request.earlier.changes.length > 0 && <Changes changes={request.earlier.changes} />}
            />
          )}
          {request.replaces !== undefined && (
            <Alert
              type="info"
              title={request.replaces.sameFlow ? text.amend.replacesSame : text.amend.replaces}
              description={
                <>
                  <Changes changes={request.replaces.changes} />
                  <Link to="/inbox/$id" params={{ id: request.replaces.request }}>
                    {text.amend.ofBefore}
                  </Link>
                </>
              }
            />
          )}
        </Card>
        {request.assets.map((asset) => (
          <Card key={asset.asset} title={`${asset.name} (${asset.owner})`} size="small">
            <div className="tiles">
              <section>
                <strong>{text.inbox.columns}</strong>
                <ul style={{ paddingInlineStart: 18 }}>
                  {asset.columns.map(({ column, uses }) => (
                    <li key={column}>
                      {column} <span className="quiet">{uses.map((u) => wordOf(text.inbox.use, u)).join(', ')}</span>
                    </li>
                  ))}
                </ul>
                <span className="quiet">
                  {text.common.rows}: {number(asset.rows, locale)}
                </span>
                {(asset.budget !== undefined || asset.price !== undefined) && <Cost asset={asset} />}
              </section>
              <section>
                <strong>{text.inbox.learns}</strong>
                <ul style={{ paddingInlineStart: 18 }}>
                  {asset.disclosures.map(({ step, what, to, atMost }) => (
                    <li key={`${step} ${what} ${to}`}>
                      {to}: {what}{' '}
                      <span className="quiet">
                        ({step}, ≤ {number(atMost, locale)})
                      </span>
                    </li>
                  ))}
                </ul>
              </section>
              <section>
                <strong>{text.inbox.checks}</strong>
                <ul style={{ paddingInlineStart: 18 }}>
                  {asset.checks.map(({ rule, passed }) => (
                    <li key={rule}>
                      <Mark tone={passed ? 'good' : 'bad'}>{passed ? text.inbox.passed : text.inbox.failed}</Mark>
                      <span className="mono">{rule}</span>
                    </li>
                  ))}
                </ul>
                {asset.reasons.map(({ code, rule, what }) => (
                  <p key={`${code} ${rule}`}>{what[locale]}</p>
                ))}
              </section>
            </div>
          </Card>
        ))}
        <Card title={text.runs.statement} size="small">
          <pre className="statement">{request.statement[locale].join('\n')}</pre>
        </Card>
        <Card title={text.inbox.flowText} size="small">
          <pre className="statement mono">{request.flowText}</pre>
        </Card>
        {request.messages.length > 0 && (
          <Card title={text.inbox.messages} size="small">
            <Timeline
              items={request.messages.map(({ from, at, text: said }) => ({
                key: `${at} ${from}`,
                content: (
                  <>
                    <strong>{from}</strong> <span className="quiet">{moment(at, locale)}</span>
                    <div>{said}</div>
                  </>
                ),
              }))}
            />
          </Card>
        )}
      </div>
    </Page>
  )
}

const Changes = ({ changes }: { changes: string[] }) => (
  <ul style={{ margin: 0, paddingInlineStart: 18 }}>
    {changes.map((change) => (
      <li key={change} className="mono">
        {change}
      </li>
    ))}
  </ul>
)

/** What the run would use up of what the terms allow, and what it pays. */
function Cost({ asset: { budget, price, offer } }: { asset: RequestDetail['assets'][number] }) {
  const { locale, text } = useText()
  const n = (value: number) => number(value, locale)
  return (
    <div>
      <strong>{text.amend.cost}</strong>
      <ul style={{ paddingInlineStart: 18 }}>
        {budget !== undefined && (
          <li>
            {budget.uses === undefined
              ? text.amend.usesOpen(n(budget.usesBefore + 1))
              : text.amend.uses(n(budget.usesBefore + 1), n(budget.uses))}
          </li>
        )}
        {budget !== undefined && (
          <li>
            {budget.epsilon === 0 || budget.epsilonLeft === undefined
              ? text.amend.noEpsilon
              : text.amend.epsilon(decimal(budget.epsilon, locale), decimal(budget.epsilonLeft, locale))}
          </li>
        )}
        {price !== undefined && <li>{text.amend.offer(n(offer ?? 0), n(price))}</li>}
      </ul>
    </div>
  )
}

const wordOf = (words: Record<string, string>, key: string): string => words[key] ?? key

/** Approve so many runs until a day, refuse with a reason, or ask. */
function Decide({ request: { id, kind } }: { request: RequestDetail }) {
  const { text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const [said, setSaid] = useState('')
  const done = () => queries.invalidateQueries({ queryKey: ['requests'] })
  const approve = useAction(async ({ uses, until }: { uses: number; until?: { valueOf(): number } }) => {
    await client.requests.approve({ id, uses, ...(until == null ? {} : { until: until.valueOf() }) })
    await done()
  })
  const refuse = useAction(async () => {
    await client.requests.refuse({ id, ...(said.trim() === '' ? {} : { reason: said }) })
    await done()
  })
  const ask = useAction(async () => {
    await client.requests.ask({ id, text: said })
    setSaid('')
    await done()
  })
  if (!may('requests.approve')) return null
  const error = approve.error ?? refuse.error ?? ask.error
  return (
    <Card title={kind === 'vouch' ? text.inbox.vouchQuestion : text.inbox.question} size="small">
      {error !== undefined && <Failure error={error} />}
      <Form layout="inline" onFinish={approve.run} initialValues={{ uses: 1 }} style={{ rowGap: 12, marginBottom: 12 }}>
        <Form.Item name="uses" label={text.inbox.uses}>
          <InputNumber min={1} max={1_000_000} precision={0} />
        </Form.Item>
        <Form.Item name="until" label={text.inbox.until}>
          <DatePicker placeholder={text.inbox.untilDefault} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={approve.busy}>
          {text.inbox.approve}
        </Button>
      </Form>
      <Input.TextArea
        aria-label={text.inbox.message}
        placeholder={text.inbox.message}
        rows={2}
        maxLength={2000}
        value={said}
        onChange={({ target }) => setSaid(target.value)}
      />
      <div className="row" style={{ marginTop: 8 }}>
        <Button danger loading={refuse.busy} onClick={() => void refuse.run()}>
          {text.inbox.refuse}
        </Button>
        <Button disabled={said.trim() === ''} loading={ask.busy} onClick={() => void ask.run()}>
          {text.inbox.ask}
        </Button>
      </div>
    </Card>
  )
}

/** Of an own request: answer what was asked, or take it back. */
function Own({ request: { id, waiting, flow, flowText } }: { request: RequestDetail }) {
  const { text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const [said, setSaid] = useState('')
  const done = () => queries.invalidateQueries({ queryKey: ['requests'] })
  const answer = useAction(async () => {
    await client.requests.answer({ id, text: said })
    setSaid('')
    await done()
  })
  const withdraw = useAction(async () => {
    await client.requests.withdraw({ id })
    await done()
  })
  const go = useNavigate()
  // The partner sees of the next request what changed since this one.
  const amend = useAction(async () => {
    const draft = await client.drafts.save({ after: 0, name: flow, text: flowText })
    await client.requests.withdraw({ id })
    await done()
    await go({ to: '/flows/$id', params: { id: draft.id } })
  })
  if (!may('requests.withdraw')) return null
  const error = answer.error ?? withdraw.error ?? amend.error
  return (
    <Card size="small">
      {error !== undefined && <Failure error={error} />}
      {waiting.some((w) => w.for === 'answer') && (
        <>
          <Input.TextArea
            aria-label={text.inbox.message}
            rows={2}
            maxLength={2000}
            value={said}
            onChange={({ target }) => setSaid(target.value)}
          />
          <Button disabled={said.trim() === ''} loading={answer.busy} onClick={() => void answer.run()}>
            {text.inbox.answer}
          </Button>
        </>
      )}
      <div className="row">
        {may('drafts.save') && (
          <Tooltip title={text.amend.changeHelp}>
            <Button loading={amend.busy} onClick={() => void amend.run()}>
              {text.amend.change}
            </Button>
          </Tooltip>
        )}
        <Button loading={withdraw.busy} onClick={() => void withdraw.run()}>
          {text.inbox.withdraw}
        </Button>
      </div>
    </Card>
  )
}
