import { Tabs } from 'antd'
import { SignInRules } from '../admin/sign-in.tsx'
import { Page } from '../parts/page.tsx'
import { useText } from '../text/index.ts'

export function Admin() {
  const { text } = useText()
  return (
    <Page title={text.admin.title} about={text.admin.about}>
      <Tabs items={[{ key: 'sign-in', label: text.admin.signIn, children: <SignInRules /> }]} />
    </Page>
  )
}
