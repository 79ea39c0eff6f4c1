import { useQuery } from '@tanstack/react-query'
import { Loaded, Page } from '../parts/page.tsx'
import { RunTable } from '../parts/run-table.tsx'
import { runsQuery } from '../queries.ts'
import { useText } from '../text/index.ts'

export function Runs() {
  const { text } = useText()
  const runs = useQuery(runsQuery)
  return (
    <Page title={text.runs.title} about={text.runs.about}>
      <Loaded query={runs}>{(all) => <RunTable runs={all} empty={text.runs.empty} />}</Loaded>
    </Page>
  )
}
