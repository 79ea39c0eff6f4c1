import {
  ApartmentOutlined,
  AuditOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  GroupOutlined,
  InboxOutlined,
  PlayCircleOutlined,
  QuestionCircleOutlined,
  SettingOutlined,
  ShopOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { mayCall } from '@secureflow/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { Alert, Dropdown, Layout, Menu } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { client, simulated } from '../client.ts'
import { listen } from '../live.ts'
import { sessionQuery } from '../queries.ts'
import { useText } from '../text/index.ts'
import { Preferences } from './preferences.tsx'

const places = [
  { to: '/', key: 'overview', icon: <DashboardOutlined />, needs: 'runs.list' },
  { to: '/inbox', key: 'inbox', icon: <InboxOutlined />, needs: 'requests.list' },
  { to: '/spaces', key: 'spaces', icon: <GroupOutlined />, needs: 'spaces.list' },
  { to: '/data', key: 'data', icon: <DatabaseOutlined />, needs: 'data.list' },
  { to: '/flows', key: 'flows', icon: <ApartmentOutlined />, needs: 'drafts.list' },
  { to: '/runs', key: 'runs', icon: <PlayCircleOutlined />, needs: 'runs.list' },
  { to: '/directory', key: 'assets', icon: <ShopOutlined />, needs: 'assets.list' },
  { to: '/partners', key: 'partners', icon: <TeamOutlined />, needs: 'network.show' },
  { to: '/audit', key: 'audit', icon: <AuditOutlined />, needs: 'audit.verify' },
  { to: '/people', key: 'people', icon: <UserOutlined />, needs: 'people.operations' },
  { to: '/admin', key: 'admin', icon: <SettingOutlined />, needs: 'people.changeRules' },
  { to: '/help', key: 'help', icon: <QuestionCircleOutlined />, needs: 'node.status' },
] as const

export function Shell() {
  const { text } = useText()
  const { data } = useQuery(sessionQuery)
  const path = useRouterState({ select: (s) => s.location.pathname })
  const [narrow, setNarrow] = useState(false)
  const connected = useLive()
  const caller = useCaller()
  const here = places.findLast(({ to }) => path === to || path.startsWith(to === '/' ? '//' : to))?.key ?? ''
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <a className="skip" href="#content">
        {text.nav.skip}
      </a>
      <Layout.Sider theme="light" breakpoint="lg" collapsedWidth={56} collapsed={narrow} onBreakpoint={setNarrow}>
        <div className="nav-brand">
          <Brand />
          {!narrow && data!.node.name}
        </div>
        <nav aria-label={text.nav.main}>
          <Menu
            mode="inline"
            selectedKeys={[here]}
            items={places
              .filter(({ key, needs }) => mayCall(caller.role, needs) && !(simulated && key === 'people'))
              .map(({ to, key, icon }) => ({
                key,
                icon,
                title: text.nav[key],
                label: <Link to={to}>{text.nav[key]}</Link>,
              }))}
          />
        </nav>
      </Layout.Sider>
      <Layout>
        <header className="top">
          <span className="quiet">{connected ? '' : text.common.offline}</span>
          <span className="row">
            <Preferences />
            {!simulated && <Account />}
          </span>
        </header>
        <main id="content">
          {simulated && <Simulation />}
          {!connected && <Alert type="warning" banner title={text.common.offline} />}
          <Outlet />
        </main>
      </Layout>
    </Layout>
  )
}

/** On every page of the simulation, so that nobody takes it for real. */
function Simulation() {
  const { text } = useText()
  return (
    <div className="simulation" role="note">
      {text.demo.banner} <a href="/console/">{text.demo.back}</a>
    </div>
  )
}

/** Who is signed in; once the session has ended, who was. */
function useCaller() {
  const { data } = useQuery(sessionQuery)
  const last = useRef(data!.caller!)
  if (data?.caller !== undefined) last.current = data.caller
  return last.current
}

function Account() {
  const { text } = useText()
  const queries = useQueryClient()
  const go = useNavigate()
  const { name, role } = useCaller()
  const leave = async (everywhere: boolean) => {
    await client.session.signOut({ everywhere }).catch(() => {}) // the session had ended already
    queries.clear()
    location.assign('/console/')
  }
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'own', label: text.account.title, onClick: () => void go({ to: '/account' }) },
          { key: 'out', label: text.common.signOut, onClick: () => void leave(false) },
          { key: 'everywhere', label: text.common.signOutEverywhere, onClick: () => void leave(true) },
        ],
      }}
    >
      <button type="button" className="account" aria-label={`${text.common.account}: ${name}`}>
        <UserOutlined /> {name} <span className="quiet">({text.role[role]})</span>
      </button>
    </Dropdown>
  )
}

/** The line on which the node says what changed. @returns whether it stands */
function useLive(): boolean {
  const queries = useQueryClient()
  const [connected, setConnected] = useState(true)
  useEffect(() => listen(queries, setConnected), [queries])
  return connected
}

const Brand = () => (
  <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#1554c0" />
    <path d="M9 11h6a4 4 0 0 1 4 4v2a4 4 0 0 0 4 4M12 21h11" fill="none" stroke="#fff" strokeWidth="2.5" />
    <circle cx="9" cy="11" r="3" fill="#fff" />
    <circle cx="9" cy="21" r="3" fill="#fff" />
    <circle cx="23" cy="21" r="3" fill="#8fd3ff" />
  </svg>
)
