/** The way to a joint result before there is any partner: three simulated nodes on this machine. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card } from 'antd'
import { client } from '../client.ts'
import { Failure } from '../parts/failure.tsx'
import { useAction } from '../parts/use-action.ts'
import { useMay } from '../parts/use-role.ts'
import { simulationQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { bytes, seconds } from '../words.ts'

export function DemoCard({ offered }: { offered: boolean }) {
  const { locale, text } = useText()
  const may = useMay()
  const queries = useQueryClient()
  const { data } = useQuery(simulationQuery)
  const act = useAction(async (what: 'start' | 'stop' | 'remove') => {
    queries.setQueryData(simulationQuery.queryKey, await client.simulation[what]())
  })
  if (data === undefined || !may('simulation.start')) return null
  const { state, memoryBytes, tookMs, problem } = data
  if (state === 'none' && !offered) return null
  return (
    <Card size="small" title={text.demo.title}>
      {act.error !== undefined && <Failure error={act.error} />}
      {state === 'failed' && (
        <Alert
          type="error"
          showIcon
          title={problem?.say[locale].what ?? text.demo.failed}
          description={problem?.say[locale].fix}
        />
      )}
      <p>
        {state === 'running' ? text.demo.running : state === 'stopped' ? text.demo.stopped : text.demo.about}{' '}
        {state === 'running' && memoryBytes !== undefined && tookMs !== undefined && (
          <span className="quiet">{text.demo.cost(bytes(memoryBytes, locale), seconds(tookMs / 1000, locale))}</span>
        )}
      </p>
      <div className="row">
        {state === 'running' ? (
          // Another node's pages: they are loaded anew, with nothing kept of this one's.
          <Button type="primary" href="/demo/console/">
            {text.demo.enter}
          </Button>
        ) : (
          <Button type="primary" loading={state === 'starting' || act.busy} onClick={() => void act.run('start')}>
            {state === 'starting' ? text.demo.starting : text.demo.start}
          </Button>
        )}
        {state === 'running' && (
          <Button loading={act.busy} onClick={() => void act.run('stop')}>
            {text.demo.stop}
          </Button>
        )}
        {state !== 'none' && state !== 'starting' && (
          <Button danger loading={act.busy} onClick={() => void act.run('remove')}>
            {text.demo.remove}
          </Button>
        )}
      </div>
    </Card>
  )
}
