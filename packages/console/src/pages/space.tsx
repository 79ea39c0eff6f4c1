/** One space: what was agreed, who has signed, what has run. */
import type { SpaceDetail } from '@secureflow/api'
import { checkFlow, formatFlow } from '@secureflow/flow'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { App, Button, Card, Descriptions, Input, Popconfirm, Timeline } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { RunList } from '../parts/run-list.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { sessionQuery, spaceQuery } from '../queries.ts'
import { Charter } from '../spaces/charter.tsx'
import { useText } from '../text/index.ts'
import { day, moment, number } from '../words.ts'
import { RequestStatus } from './inbox.tsx'
import { SpaceStatus } from './spaces.tsx'

export function SpacePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const space = useQuery(spaceQuery(id))
  return <Loaded query={space}>{(found) => <Space space={found} />}</Loaded>
}

function Space({ space }: { space: SpaceDetail }) {
  const { locale, text } = useText()
  const open = space.charters.filter((c) => c.state === 'open')
  const inForce = space.charters.find((c) => c.state === 'force')
  const current = [...open, ...(inForce === undefined ? [] : [inForce])]
  const shown = current.length > 0 ? current : space.charters.slice(0, 1)
  return (
    <Page
      title={
        <>
          {space.title} <SpaceStatus status={space.status} />
        </>
      }
      about={`${text.spaces.goal[space.goal]} · ${space.members.join(', ')}`}
      actions={<Actions space={space} />}
    >
      <div className="stack">
        {space.awaitsOwn && <Answer space={space} />}
        <Card size="small">
          <Descriptions
            size="small"
            column={{ xs: 1, md: 3 }}
            items={[
              { key: 'founder', label: text.spaces.founder, children: space.founder },
              { key: 'until', label: text.spaces.until, children: day(space.until, locale) },
              {
                key: 'runs',
                label: text.spaces.runs,
                children: text.spaces.runsLeft(
                  number(Math.max(0, space.runs - space.runsUsed), locale),
                  number(space.runs, locale),
                ),
              },
            ]}
          />
        </Card>
        {inForce !== undefined && space.status === 'active' && <Flows space={space} charter={inForce} />}
        {shown.map((view) => (
          <Charter key={view.hash} view={view} delivery={space.delivery} />
        ))}
        <Card size="small" title={text.spaces.inRuns}>
          <RunList runs={space.runsIn} empty={text.spaces.noRuns} />
        </Card>
        <div className="tiles">
          <Card size="small" title={text.spaces.requests}>
            <Requests space={space} />
          </Card>
          <Card size="small" title={text.spaces.grants}>
            <Grants space={space} />
          </Card>
        </div>
        <Card size="small" title={text.spaces.activity}>
          <Activity space={space} />
        </Card>
      </div>
    </Page>
  )
}

function useSpaceAction<I extends unknown[]>(work: (...input: I) => Promise<unknown>) {
  const queries = useQueryClient()
  return useAction(async (...input: I) => {
    await work(...input)
    await queries.invalidateQueries({ queryKey: ['spaces'] })
  })
}

/** Sign, refuse with a reason, or ask for a change. */
function Answer({ space: { id, charters } }: { space: SpaceDetail }) {
  const { text } = useText()
  const may = useMay()
  const { message } = App.useApp()
  const [said, setSaid] = useState('')
  const charter = charters.find((c) => c.state === 'open')?.hash ?? ''
  const accept = useSpaceAction(async () => {
    await client.spaces.accept({ id, charter })
    void message.success(text.spaces.words.accept)
  })
  const refuse = useSpaceAction(() => client.spaces.refuse({ id, reason: said }))
  const ask = useSpaceAction(async () => {
    await client.spaces.change({ id, text: said })
    setSaid('')
  })
  if (!may('spaces.accept')) return null
  const error = accept.error ?? refuse.error ?? ask.error
  const nothing = said.trim() === ''
  return (
    <Card size="small" title={text.spaces.question}>
      {error !== undefined && <Failure error={error} />}
      <div className="stack" style={{ gap: 8 }}>
        <Input.TextArea
          aria-label={text.spaces.message}
          placeholder={text.spaces.message}
          rows={2}
          maxLength={2000}
          value={said}
          onChange={({ target }) => setSaid(target.value)}
        />
        <div className="row">
          <Button type="primary" loading={accept.busy} onClick={() => void accept.run()}>
            {text.spaces.accept}
          </Button>
          <Button danger disabled={nothing} loading={refuse.busy} onClick={() => void refuse.run()}>
            {text.spaces.refuse}
          </Button>
          <Button disabled={nothing} loading={ask.busy} onClick={() => void ask.run()}>
            {text.spaces.ask}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function Actions({ space: { id, status, charters, founder } }: { space: SpaceDetail }) {
  const { text } = useText()
  const may = useMay()
  const self = useQuery(sessionQuery).data?.node.name
  const leave = useSpaceAction(() => client.spaces.leave({ id }))
  const close = useSpaceAction(() => client.spaces.close({ id }))
  const withdraw = useSpaceAction(() => client.spaces.withdraw({ id }))
  const error = leave.error ?? close.error ?? withdraw.error
  const own = charters.some((c) => c.state === 'open' && c.charter.proposer === self)
  const over = ['left', 'closed', 'withdrawn'].includes(status)
  if (over) return null
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      {own && may('spaces.withdraw') && (
        <Button loading={withdraw.busy} onClick={() => void withdraw.run()}>
          {text.spaces.withdraw}
        </Button>
      )}
      {may('spaces.propose') && (own || !charters.some((c) => c.state === 'open')) && (
        <Link to="/spaces/$id/change" params={{ id }}>
          <Button>{text.spaces.change}</Button>
        </Link>
      )}
      {may('spaces.leave') && status !== 'refused' && (
        <Popconfirm title={text.spaces.leave} description={text.spaces.leaveSure} onConfirm={() => void leave.run()}>
          <Button danger loading={leave.busy}>
            {text.spaces.leave}
          </Button>
        </Popconfirm>
      )}
      {may('spaces.close') && founder === self && (
        <Popconfirm title={text.spaces.close} description={text.spaces.closeSure} onConfirm={() => void close.run()}>
          <Button danger loading={close.busy}>
            {text.spaces.close}
          </Button>
        </Popconfirm>
      )}
    </>
  )
}

/** The flows that were agreed on, to run them or to look at them. */
function Flows({ space, charter }: { space: SpaceDetail; charter: SpaceDetail['charters'][number] }) {
  const { text } = useText()
  const may = useMay()
  const go = useNavigate()
  const named = (written: string): string => {
    const parsed = checkFlow(written)
    return parsed.ok ? formatFlow({ ...parsed.value, space: space.id }) : written
  }
  const start = useAction(async (written: string) => {
    const answer = await client.runs.start({ flow: named(written) })
    if (answer.started) await go({ to: '/runs/$run', params: { run: answer.run } })
    else if (answer.request !== undefined) await go({ to: '/inbox/$id', params: { id: answer.request.id } })
    // The canvas shows which terms refuse it, and why.
    else await open.run(written)
  })
  const open = useAction(async (written: string) => {
    const flow = named(written)
    const { id } = await client.drafts.save({ after: 0, name: charter.charter.flows[0]!.name, text: flow })
    await go({ to: '/flows/$id', params: { id } })
  })
  const error = start.error ?? open.error
  return (
    <Card size="small" title={text.spaces.flows}>
      {error !== undefined && <Failure error={error} />}
      <ul className="plain">
        {charter.charter.flows.map(({ name, text: written }) => (
          <li key={name} className="row">
            <strong>{name}</strong>
            {may('runs.start') && (
              <Button type="primary" size="small" loading={start.busy} onClick={() => void start.run(written)}>
                {text.spaces.start}
              </Button>
            )}
            {may('drafts.save') && (
              <Button size="small" loading={open.busy} onClick={() => void open.run(written)}>
                {text.spaces.open}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Requests({ space: { requests } }: { space: SpaceDetail }) {
  const { locale, text } = useText()
  if (requests.length === 0) return <span className="quiet">{text.common.none}</span>
  return (
    <ul className="plain">
      {requests.map(({ id, flow, initiator, status, askedAt }) => (
        <li key={id} className="row">
          <Link to="/inbox/$id" params={{ id }}>
            {flow}
          </Link>
          <RequestStatus status={status} />
          <span className="quiet">
            {initiator} · {moment(askedAt, locale)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Grants({ space: { grants } }: { space: SpaceDetail }) {
  const { locale, text } = useText()
  if (grants.length === 0) return <span className="quiet">{text.spaces.noGrants}</span>
  return (
    <ul className="plain">
      {grants.map((g) => (
        <li key={`${g.id} ${g.request} ${g.asset}`} className="row">
          <span>
            {g.name}: {g.owner} → {g.grantee}
          </span>
          <span className="quiet">
            {text.inbox.standing[g.status]} · {text.inbox.left}: {number(g.left, locale)} / {number(g.quota, locale)} ·{' '}
            {moment(g.expiresAt, locale)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Activity({ space }: { space: SpaceDetail }) {
  const { locale, text } = useText()
  const all = [
    ...space.words.map((w) => ({
      key: `${w.at} ${w.member} ${w.word}`,
      at: w.at,
      who: w.member,
      what: `${text.spaces.said[w.word]} ${text.spaces.charter(w.revision)}`,
      said: w.text,
    })),
    ...space.runsIn.map((r) => ({
      key: r.run,
      at: r.startedAt,
      who: r.initiator,
      what: `${r.flow}: ${text.runs.statusOf[r.status]}`,
      said: '',
    })),
  ].sort((a, b) => b.at - a.at)
  return (
    <Timeline
      items={all.map(({ key, at, who, what, said }) => ({
        key,
        content: (
          <>
            <strong>{who}</strong> {what} <span className="quiet">{moment(at, locale)}</span>
            {said !== '' && <div>{said}</div>}
          </>
        ),
      }))}
    />
  )
}
