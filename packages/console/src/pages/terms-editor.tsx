/** An owner's terms as YAML: checked while they are typed, and held against the requests that came so far. */
import type { Simulated } from '@secureflow/api'
import { asSecureflowError } from '@secureflow/base'
import { parseTerms, type Terms } from '@secureflow/flow'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Card, Input, Table } from 'antd'
import { useMemo, useState } from 'react'
import { stringify } from 'yaml'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { Mark, type Tone } from '../parts/mark.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { useText } from '../text/index.ts'

const tones: Record<Simulated['draft'], Tone> = { allow: 'good', ask: 'busy', refuse: 'bad' }

function read(typed: string): { terms: Terms } | { error: unknown } {
  try {
    return { terms: parseTerms(typed) }
  } catch (error) {
    return { error }
  }
}

export function TermsEditor({ name, asset, terms }: { name: string; asset: string; terms: Terms }) {
  const { locale, text } = useText()
  const { message } = App.useApp()
  const may = useMay()
  const queries = useQueryClient()
  const inForce = useMemo(() => stringify(terms), [terms])
  const [typed, setTyped] = useState(inForce)
  const draft = useMemo(() => read(typed), [typed])
  const [answers, setAnswers] = useState<Simulated[]>()
  const simulate = useAction(async (given: Terms) => setAnswers(await client.terms.simulate({ terms: given, asset })))
  const save = useAction(async (given: Terms) => {
    await client.data.setTerms({ name, terms: given })
    await queries.invalidateQueries({ queryKey: ['data'] })
    void message.success(text.data.termsSaved)
  })
  const error = simulate.error ?? save.error
  const said = 'error' in draft ? asSecureflowError(draft.error).say(locale) : undefined
  return (
    <Card title={text.data.terms}>
      <p className="quiet">{text.data.termsAbout}</p>
      <Input.TextArea
        aria-label={text.data.terms}
        className="mono"
        autoSize={{ minRows: 8, maxRows: 30 }}
        spellCheck={false}
        readOnly={!may('data.setTerms')}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          setAnswers(undefined)
        }}
      />
      {said !== undefined && <Alert type="warning" title={said.what} description={said.fix} />}
      {error !== undefined && <Failure error={error} />}
      {may('data.setTerms') && (
        <div className="row" style={{ marginTop: 8 }}>
          <Button
            disabled={!('terms' in draft)}
            loading={simulate.busy}
            onClick={() => 'terms' in draft && void simulate.run(draft.terms)}
          >
            {text.data.simulate}
          </Button>
          <Button
            type="primary"
            disabled={!('terms' in draft) || typed === inForce}
            loading={save.busy}
            onClick={() => 'terms' in draft && void save.run(draft.terms)}
          >
            {text.data.saveTerms}
          </Button>
          <Button disabled={typed === inForce} onClick={() => setTyped(inForce)}>
            {text.flows.undo}
          </Button>
        </div>
      )}
      {answers !== undefined && (
        <Table
          rowKey={({ request, asset: about }) => `${request} ${about}`}
          size="small"
          style={{ marginTop: 12 }}
          scroll={{ x: 'max-content' }}
          pagination={false}
          locale={{ emptyText: text.data.nothingToSimulate }}
          dataSource={answers}
          columns={[
            { title: text.runs.initiator, dataIndex: 'initiator' },
            { title: text.runs.flow, dataIndex: 'flow' },
            {
              title: text.data.now,
              render: (_, a) => <Mark tone={tones[a.inForce]}>{text.data.answers[a.inForce]}</Mark>,
            },
            {
              title: text.data.draft,
              render: (_, a) => <Mark tone={tones[a.draft]}>{text.data.answers[a.draft]}</Mark>,
            },
            { title: text.data.because, render: (_, a) => a.reasons.map((r) => r.what[locale]).join(' ') },
            { title: text.flows.wouldPass, render: (_, a) => a.change?.[locale].join('; ') ?? '' },
          ]}
        />
      )}
    </Card>
  )
}
