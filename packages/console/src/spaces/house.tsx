/** What leaves this member's house under a flow, to whom, and what comes in. */
import type { HouseLine, HouseView } from '@secureflow/flow'
import { useText } from '../text/index.ts'

export function House({ house }: { house: HouseView }) {
  const { text } = useText()
  return (
    <div className="tiles">
      <section className="statement">
        <strong>{text.spaces.leaves}</strong>
        {house.leaves.length === 0 ? <p>{text.spaces.leavesNothing}</p> : <Lines lines={house.leaves} named />}
        <p className="quiet">{text.spaces.rawStays}</p>
      </section>
      <section className="statement">
        <strong>{text.spaces.learns}</strong>
        {house.learns.length === 0 ? <p>{text.spaces.learnsNothing}</p> : <Lines lines={house.learns} />}
      </section>
    </div>
  )
}

function Lines({ lines, named = false }: { lines: HouseLine[]; named?: boolean }) {
  const { locale } = useText()
  return (
    <ul>
      {lines.map((line) => (
        <li key={`${line.to} ${line.en}`} className={line.follows ? 'follows' : ''}>
          {named && <strong>{line.to}: </strong>}
          {line[locale]}
        </li>
      ))}
    </ul>
  )
}
