/** The way to a new space, or to a change of one: goal, partners, data, flow, terms, and what would leave the house. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Steps } from 'antd'
import { useMemo, useState } from 'react'
import { type Facts, useFacts } from '../canvas/use-facts.ts'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Loaded, Page } from '../parts/page.tsx'
import { useAction } from '../parts/use-action.ts'
import { spaceQuery } from '../queries.ts'
import { choiceOf, isDone, newChoice, preview, type SpaceChoice, type Step, steps } from '../spaces/draft.ts'
import {
  FlowStep,
  GivesStep,
  GoalStep,
  PartnersStep,
  type StepProps,
  SummaryStep,
  TermsStep,
} from '../spaces/steps.tsx'
import { useText } from '../text/index.ts'

export function NewSpace() {
  const { text } = useText()
  const facts = useFacts()
  const [choice, setChoice] = useState(() => newChoice('credit-risk', text.spaces.goal['credit-risk'], Date.now()))
  return <Wizard facts={facts} choice={choice} onChange={setChoice} begin="goal" />
}

export function ChangeSpace() {
  const { id } = useParams({ strict: false }) as { id: string }
  const space = useQuery(spaceQuery(id))
  const facts = useFacts()
  return (
    <Loaded query={space}>
      {({ charters }) => {
        const from = charters.find((c) => c.state === 'open' || c.state === 'force') ?? charters[0]!
        return (
          facts.ready && <Changing key={from.hash} id={id} from={choiceOf(from.charter, facts.self)} facts={facts} />
        )
      }}
    </Loaded>
  )
}

function Changing({ id, from, facts }: { id: string; from: SpaceChoice; facts: Facts }) {
  const [choice, setChoice] = useState(from)
  return <Wizard facts={facts} choice={choice} onChange={setChoice} begin="terms" change={id} />
}

interface WizardProps {
  facts: Facts
  choice: SpaceChoice
  onChange: (choice: SpaceChoice) => void
  begin: Step
  /** The space whose charter it would replace. */
  change?: string
}

function Wizard({ facts, choice, onChange, begin, change }: WizardProps) {
  const { locale, text } = useText()
  const go = useNavigate()
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [step, setStep] = useState<Step>(begin)
  const { self, assets } = facts
  const ahead = useMemo(() => preview(choice, self, assets), [choice, self, assets])
  const send = useAction(async () => {
    const { id } = await client.spaces.propose({ draft: ahead.draft, ...(change === undefined ? {} : { id: change }) })
    void message.success(text.spaces.sent)
    await queries.invalidateQueries({ queryKey: ['spaces'] })
    await go({ to: '/spaces/$id', params: { id } })
  })
  const at = steps.indexOf(step)
  const done = isDone(step, choice, ahead, self)
  const props: StepProps = { choice, facts, ahead, set: (next) => onChange({ ...choice, ...next }), onChange }
  const Shown = {
    goal: GoalStep,
    partners: PartnersStep,
    gives: GivesStep,
    flow: FlowStep,
    terms: TermsStep,
    summary: SummaryStep,
  }[step]
  return (
    <Page title={change === undefined ? text.spaces.new : text.spaces.change} about={text.spaces.about}>
      <div className="stack">
        <Steps
          size="small"
          current={at}
          responsive
          items={steps.map((each) => ({ title: text.spaces.steps[each] }))}
          onChange={(to) => {
            // Back to any, forward only over what is complete.
            if (to <= at || steps.slice(0, to).every((s) => isDone(s, choice, ahead, self))) setStep(steps[to]!)
          }}
        />
        <Card title={<h2 className="step-title">{text.spaces.steps[step]}</h2>} size="small">
          <Shown {...props} />
        </Card>
        {(step === 'flow' || step === 'summary') && ahead.problems.length > 0 && (
          <Alert
            type="warning"
            showIcon
            title={text.spaces.missing}
            description={
              <ul>
                {ahead.problems.map((p) => (
                  <li key={`${p.code} ${p.what.en}`}>{p.what[locale]}</li>
                ))}
              </ul>
            }
          />
        )}
        {send.error !== undefined && <Failure error={send.error} />}
        <div className="row">
          {at > 0 && <Button onClick={() => setStep(steps[at - 1]!)}>{text.spaces.back}</Button>}
          {step === 'summary' ? (
            <Button type="primary" disabled={!done} loading={send.busy} onClick={() => void send.run()}>
              {text.spaces.send}
            </Button>
          ) : (
            <Button type="primary" disabled={!done} onClick={() => setStep(steps[at + 1]!)}>
              {text.spaces.next}
            </Button>
          )}
        </div>
      </div>
    </Page>
  )
}
