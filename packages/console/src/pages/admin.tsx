import { Tabs } from 'antd'
import { Backups } from '../admin/backups.tsx'
import { Keys } from '../admin/keys.tsx'
import { Settings } from '../admin/settings.tsx'
import { SignInRules } from '../admin/sign-in.tsx'
import { Page } from '../parts/page.tsx'
import { useText } from '../text/index.ts'

export function Admin() {
  const { text } = useText()
  return (
    <Page title={text.admin.title} about={text.admin.about}>
      <Tabs
        items={[
          { key: 'sign-in', label: text.admin.signIn, children: <SignInRules /> },
          { key: 'settings', label: text.admin.settings, children: <Settings /> },
          { key: 'keys', label: text.admin.keys, children: <Keys /> },
          { key: 'backups', label: text.admin.backups, children: <Backups /> },
        ]}
      />
    </Page>
  )
}
