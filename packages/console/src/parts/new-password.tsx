import { Form, Input } from 'antd'
import { useText } from '../text/index.ts'

/** A password that is chosen, twice. */
export function NewPassword({ label }: { label?: string }) {
  const { text } = useText()
  return (
    <>
      <Form.Item
        name="password"
        label={label ?? text.entry.password}
        extra={text.entry.passwordHelp}
        rules={[{ required: true, min: 12, max: 200 }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={text.entry.again}
        dependencies={['password']}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value !== getFieldValue('password')) throw new Error(text.entry.differs)
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  )
}
