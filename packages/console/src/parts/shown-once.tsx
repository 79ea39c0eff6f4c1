import { Alert, App, Typography } from 'antd'
import { useText } from '../text/index.ts'

/** A secret that the node does not keep: to be copied now. */
export function ShownOnce({ about, secret }: { about: string; secret: string }) {
  const { text } = useText()
  const { message } = App.useApp()
  return (
    <Alert
      type="warning"
      showIcon
      title={about}
      description={
        <Typography.Paragraph
          className="mono"
          style={{ marginBottom: 0, whiteSpace: 'pre-wrap' }}
          copyable={{ text: secret, onCopy: () => void message.success(text.network.copied) }}
        >
          {secret}
        </Typography.Paragraph>
      }
    />
  )
}
