import { asSecureflowError } from '@secureflow/base'
import { Alert, Button } from 'antd'
import { useText } from '../text/index.ts'

/** What went wrong, whose side it was, and what to do. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { locale, text } = useText()
  const known = asSecureflowError(error)
  const { what, fix } = known.say(locale)
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 16 }}
      title={what}
      description={
        <>
          <div>
            <strong>{text.common.whatToDo}: </strong>
            {fix}
          </div>
          <div className="mono quiet">
            {known.code}
            {known.party === undefined ? '' : ` · ${known.party}`}
          </div>
        </>
      }
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {text.common.retry}
          </Button>
        )
      }
    />
  )
}
