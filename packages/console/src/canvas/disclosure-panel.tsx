/** Always beside the drawing: what the flow would disclose, what it costs, what is wrong with it. */
import type { FlowReport } from '@secureflow/api'
import type { Checked, Plan } from '@secureflow/flow'
import { Alert } from 'antd'
import { Failure } from '../parts/failure.tsx'
import { Mark } from '../parts/mark.tsx'
import { StatementView } from '../parts/statement-view.tsx'
import { useText } from '../text/index.ts'
import { bytes, number, seconds } from '../words.ts'

interface DisclosurePanelProps {
  checked: Checked<Plan>
  /** What the partners answered, where they were asked about this very flow. */
  report: FlowReport | undefined
  error: unknown
  onShow: (step: string) => void
}

export function DisclosurePanel({ checked, report, error, onShow }: DisclosurePanelProps) {
  const { locale, text } = useText()
  return (
    <div className="panel" aria-live="polite">
      <h2>{text.flows.statement}</h2>
      {checked.ok ? (
        <StatementView statement={checked.value.statement} />
      ) : (
        <p className="quiet">{text.flows.noStatement}</p>
      )}
      {checked.ok && <Estimate plan={checked.value} />}
      <h2>{checked.ok ? text.flows.noProblems : text.flows.problems(checked.problems.length)}</h2>
      {!checked.ok && (
        <ul style={{ listStyle: 'none', padding: 0, margin: 0 }}>
          {checked.problems.map(({ step, field, error: problem }) => {
            const { what, fix } = problem.say(locale)
            return (
              <li key={`${step} ${field} ${what}`} style={{ marginBottom: 8 }}>
                {step !== undefined && (
                  <button type="button" className="account" onClick={() => onShow(step)}>
                    {[step, field].filter(Boolean).join('.')}
                  </button>
                )}
                <div>{what}</div>
                <div className="quiet">{fix}</div>
              </li>
            )
          })}
        </ul>
      )}
      {error !== undefined && <Failure error={error} />}
      {report !== undefined && <Answers report={report} />}
    </div>
  )
}

function Estimate({ plan }: { plan: Plan }) {
  const { locale, text } = useText()
  const { estimate } = plan
  return (
    <>
      <h2>{text.flows.estimate}</h2>
      <div className="row">
        <Mark>{seconds(estimate.seconds, locale)}</Mark>
        <Mark>
          {number(estimate.rounds, locale)} {text.flows.rounds}
        </Mark>
        <Mark>
          {bytes(estimate.memoryBytes, locale)} {text.flows.memory}
        </Mark>
        {estimate.scratchBytes !== undefined && (
          <Mark>
            {bytes(estimate.scratchBytes, locale)} {text.flows.scratch}
          </Mark>
        )}
      </div>
      <ul style={{ paddingInlineStart: 18, margin: '6px 0' }}>
        {Object.entries(estimate.bytes).map(([way, n]) => (
          <li key={way}>
            {way.replace('>', ' → ')}: {bytes(n, locale)}
          </li>
        ))}
      </ul>
    </>
  )
}

function Answers({ report }: { report: FlowReport }) {
  const { locale, text } = useText()
  return (
    <div className="stack" style={{ gap: 8, marginTop: 12 }}>
      {report.problems.map(({ step, error }) => (
        <Alert
          key={`${step} ${error.code}`}
          type="error"
          title={error.say[locale].what}
          description={error.say[locale].fix}
        />
      ))}
      {report.terms.map(({ asset, name, owner, allow, reasons, change }) => (
        <Alert
          key={asset}
          type={allow ? 'success' : 'warning'}
          showIcon
          title={allow ? text.flows.allowed(owner, name) : text.flows.denied(owner, name)}
          description={
            !allow && (
              <>
                <ul style={{ paddingInlineStart: 18, margin: 0 }}>
                  {reasons.map(({ code, rule, step, column, what, fix }) => (
                    <li key={`${code} ${rule} ${step} ${column} ${what.en}`}>
                      {what[locale]} <span className="quiet">{fix[locale]}</span>
                    </li>
                  ))}
                </ul>
                {change !== undefined && (
                  <>
                    <strong>{text.flows.wouldPass}</strong>
                    <ul style={{ paddingInlineStart: 18, margin: 0 }}>
                      {change[locale].map((line) => (
                        <li key={line}>{line}</li>
                      ))}
                    </ul>
                  </>
                )}
              </>
            )
          }
        />
      ))}
    </div>
  )
}
