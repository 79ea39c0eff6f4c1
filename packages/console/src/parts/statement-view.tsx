import type { Statement } from '@secureflow/flow'
import { render } from '@secureflow/flow'
import { useText } from '../text/index.ts'
import { partsOf } from './statement.ts'

/** So wide that nothing is wrapped: the page wraps it. */
const unwrapped = 100_000

export function StatementView({ statement }: { statement: Statement }) {
  const { locale } = useText()
  return (
    <div className="statement" style={{ whiteSpace: 'normal' }}>
      {partsOf(render(statement, locale, unwrapped)).map(({ title, items }) => (
        <section key={title}>
          <strong>{title}</strong>
          <ul>
            {items.map(({ text, follows }) => (
              <li key={text} className={follows ? 'follows' : ''}>
                {text}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
