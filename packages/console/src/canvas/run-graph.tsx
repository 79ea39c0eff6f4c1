/** The same graph as it was drawn, with how far each step is. */
import type { RunDetail } from '@secureflow/api'
import { components } from '@secureflow/components/declarations'
import type { Flow } from '@secureflow/flow'
import { useMemo } from 'react'
import { useText } from '../text/index.ts'
import { seconds } from '../words.ts'
import { Sheet } from './sheet.tsx'

const nowhere = {}
const none: string[] = []

export function RunGraph({ run }: { run: RunDetail }) {
  const { locale, text } = useText()
  const flow = useMemo(() => flowOf(run), [run])
  const tasks = new Map(run.tasks.map((t) => [t.step, t]))
  return (
    <div style={{ height: 380, border: '1px solid var(--line)', marginBottom: 16 }}>
      <Sheet
        flow={flow}
        layout={nowhere}
        selected={none}
        label={text.runs.graph}
        about={(step) => {
          const task = tasks.get(step)
          return {
            parties: task?.parties.map((p) => p.id) ?? [],
            state: task?.status,
            note: task?.tookSeconds === undefined ? undefined : seconds(task.tookSeconds, locale),
          }
        }}
      />
    </div>
  )
}

/** Steps and their lines, as the plan has them. */
function flowOf({ flow, tasks }: RunDetail): Flow {
  return {
    flow,
    purpose: '',
    parties: {},
    steps: tasks.map(({ step, component, inputs }) => ({
      name: step,
      use: component,
      of: Object.fromEntries(
        Object.entries(inputs).map(([port, { task, port: output }]) => {
          const source = tasks[task]!
          const single = Object.keys(components.get(source.component)?.outputs ?? {}).length === 1
          return [port, single ? source.step : `${source.step}.${output}`]
        }),
      ),
      settings: {},
    })),
  }
}
