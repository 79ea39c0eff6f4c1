/** The head of a run: who, when, how long. */
import type { RunDetail } from '@secureflow/api'
import { Card, Descriptions } from 'antd'
import { useText } from '../text/index.ts'
import { moment, seconds } from '../words.ts'

export function RunFacts({ run }: { run: RunDetail }) {
  const { locale, text } = useText()
  return (
    <Card size="small">
      <Descriptions
        column={{ xs: 1, sm: 2, lg: 5 }}
        items={[
          { key: 'by', label: text.runs.initiator, children: run.initiator },
          { key: 'purpose', label: text.results.report.purpose, children: run.purpose || text.common.none },
          { key: 'parties', label: text.runs.parties, children: run.parties.join(', ') },
          { key: 'started', label: text.runs.started, children: moment(run.startedAt, locale) },
          {
            key: 'took',
            label: text.runs.took,
            children: run.endedAt === undefined ? '' : seconds((run.endedAt - run.startedAt) / 1000, locale),
          },
        ]}
      />
    </Card>
  )
}
