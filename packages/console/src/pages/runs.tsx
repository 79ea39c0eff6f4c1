import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { Loaded, Page } from '../parts/page.tsx'
import { RunTable } from '../parts/run-table.tsx'
import { runsQuery } from '../queries.ts'
import { mostRuns } from '../results/compare.ts'
import { useText } from '../text/index.ts'

export function Runs() {
  const { text } = useText()
  const runs = useQuery(runsQuery)
  const go = useNavigate()
  const [chosen, setChosen] = useState<string[]>([])
  return (
    <Page
      title={text.runs.title}
      about={text.runs.about}
      actions={
        <Button
          disabled={chosen.length < 2}
          onClick={() => void go({ to: '/runs/compare', search: { runs: chosen.join(',') } })}
        >
          {text.results.compare.action} {chosen.length > 0 ? `(${chosen.length})` : ''}
        </Button>
      }
    >
      <Loaded query={runs}>
        {(all) => (
          <RunTable runs={all} empty={text.runs.empty} chosen={{ runs: chosen, atMost: mostRuns, choose: setChosen }} />
        )}
      </Loaded>
    </Page>
  )
}
