/** How a partner's node stands, and a button that asks it over the whole way. */
import { errorFromBody, type MemberCheck } from '@secureflow/api'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { client } from '../client.ts'
import { membersQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { bytes, decimal, moment } from '../words.ts'
import { Failure } from './failure.tsx'
import { Mark } from './mark.tsx'
import { useAction } from './use-action.ts'
import { useMay } from './use-role.ts'

const soonMs = 30 * 86_400_000

export function MemberHealth({ member }: { member: string }) {
  const { locale, text } = useText()
  const words = text.partners
  const may = useMay()
  const members = useQuery(membersQuery)
  const [found, setFound] = useState<MemberCheck>()
  const check = useAction(async () => setFound(await client.members.check({ member })))
  const known = members.data?.members.find((m) => m.id === member)
  return (
    <div className="stack" style={{ gap: 8 }}>
      <dl className="facts">
        <dt>{words.certificate}</dt>
        <dd>
          {known?.expiresAt === undefined ? words.unknown : moment(known.expiresAt, locale)}{' '}
          {known?.expiresAt !== undefined && known.expiresAt < Date.now() + soonMs && (
            <Mark tone="busy">{words.expiring}</Mark>
          )}
        </dd>
        <dt>{words.version}</dt>
        <dd>{known?.version ?? words.unknown}</dd>
        <dt>{words.roundTrip}</dt>
        <dd>
          {known?.roundTripMs === undefined ? words.unknown : words.milliseconds(decimal(known.roundTripMs, locale))}
        </dd>
        {known?.problem !== undefined && (
          <>
            <dt>{words.problem}</dt>
            <dd className="mono">{known.problem}</dd>
          </>
        )}
      </dl>
      {may('members.check') && (
        <div>
          <Button
            size="small"
            aria-label={`${words.check}: ${member}`}
            title={words.checkAbout}
            loading={check.busy}
            onClick={() => void check.run()}
          >
            {words.check}
          </Button>
        </div>
      )}
      {check.error !== undefined && <Failure error={check.error} />}
      {found !== undefined && <Found check={found} />}
    </div>
  )
}

function Found({ check }: { check: MemberCheck }) {
  const { locale, text } = useText()
  const words = text.partners
  const detail = (step: MemberCheck['steps'][number]): string => {
    if (step.what === 'answers')
      return step.roundTripMs === undefined ? '' : words.milliseconds(decimal(step.roundTripMs, locale))
    if (step.what === 'speed')
      return step.bytesPerSecond === undefined ? '' : words.perSecond(bytes(step.bytesPerSecond, locale))
    if (step.what === 'same-release') return step.ok ? step.own : `${step.own} / ${step.theirs ?? '?'}`
    if (step.what === 'certificate') return step.expiresAt === undefined ? '' : moment(step.expiresAt, locale)
    return step.what === 'active' ? text.network.standing[step.state] : ''
  }
  return (
    <div role="status">
      <Alert type={check.ok ? 'success' : 'warning'} showIcon title={check.ok ? words.allWell : words.notWell} />
      <ul className="plain">
        {check.steps.map((step) => (
          <li key={step.what}>
            <Mark tone={step.ok ? 'good' : 'bad'}>{step.ok ? '✓' : '✗'}</Mark> {words.step[step.what]}{' '}
            <span className="quiet">{detail(step)}</span>
          </li>
        ))}
      </ul>
      {check.error !== undefined && <Failure error={errorFromBody(check.error)} />}
    </div>
  )
}
