/** What went wrong, whose side it was, what to do: in words for whoever has to do it. */
import type { RunDetail, RunEvent } from '@secureflow/api'
import { errorFromBody } from '@secureflow/api'
import { Alert } from 'antd'
import { useText } from '../text/index.ts'

interface FailureCardProps {
  run: RunDetail
  events: readonly RunEvent[]
  self: string
}

export function FailureCard({ run, events, self }: FailureCardProps) {
  const { locale, text } = useText()
  if (run.error === undefined) return null
  const words = text.run.failure
  const error = errorFromBody(run.error)
  const { what, fix } = error.say(locale)
  const end = events.findLast((e) => e.kind === 'run-failed')
  const party = end?.party ?? error.party ?? self
  const step = end?.step ?? ''
  const here = party === self
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={words.title}
      description={
        <div className="stack" style={{ gap: 6 }}>
          <strong>
            {here ? words.here : words.partner(party)}
            {step === '' ? '' : `, ${words.step(step)}`}
          </strong>
          <div>{what}</div>
          <div>
            <strong>{text.common.whatToDo}: </strong>
            {fix} {here ? words.hereDo : words.partnerDo(party)}
          </div>
          <div className="quiet">{words.kept}</div>
          <div className="mono quiet">
            {error.code} · {party} · {run.run}
          </div>
        </div>
      }
    />
  )
}
