/** Which page lies under which address. Pages are loaded when they are first looked at. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { root as origin } from './client.ts'
import { Entrance } from './shell/entrance.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Outlet })
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('./pages/set-up.tsx'), 'SetUp'),
})
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./pages/join.tsx'), 'Join'),
})
const provider = createRoute({
  getParentRoute: () => root,
  path: '/provider',
  component: lazyRouteComponent(() => import('./pages/provider.tsx'), 'ProviderAnswer'),
})
/** Everything behind a sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: () => (
    <Entrance>
      <Shell />
    </Entrance>
  ),
})
const parent = () => inside

const pages = [
  createRoute({
    getParentRoute: parent,
    path: '/inbox',
    component: lazyRouteComponent(() => import('./pages/inbox.tsx'), 'Inbox'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/inbox/$id',
    component: lazyRouteComponent(() => import('./pages/request.tsx'), 'RequestPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/spaces',
    component: lazyRouteComponent(() => import('./pages/spaces.tsx'), 'Spaces'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/spaces/new',
    component: lazyRouteComponent(() => import('./pages/space-new.tsx'), 'NewSpace'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/spaces/$id',
    component: lazyRouteComponent(() => import('./pages/space.tsx'), 'SpacePage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/spaces/$id/change',
    component: lazyRouteComponent(() => import('./pages/space-new.tsx'), 'ChangeSpace'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/directory',
    component: lazyRouteComponent(() => import('./pages/directory.tsx'), 'Directory'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/directory/$asset',
    component: lazyRouteComponent(() => import('./pages/asset.tsx'), 'AssetDetail'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'Overview'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/data',
    component: lazyRouteComponent(() => import('./pages/data.tsx'), 'Data'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/data/$name',
    component: lazyRouteComponent(() => import('./pages/dataset.tsx'), 'DatasetPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/import',
    component: lazyRouteComponent(() => import('./data/import-start.tsx'), 'ImportStart'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/import/$id',
    component: lazyRouteComponent(() => import('./data/import-page.tsx'), 'ImportPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/flows',
    component: lazyRouteComponent(() => import('./pages/flows.tsx'), 'Flows'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/flows/$id',
    component: lazyRouteComponent(() => import('./canvas/editor.tsx'), 'Editor'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/runs',
    component: lazyRouteComponent(() => import('./pages/runs.tsx'), 'Runs'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/runs/compare',
    validateSearch: (search): { runs?: string } => (typeof search.runs === 'string' ? { runs: search.runs } : {}),
    component: lazyRouteComponent(() => import('./pages/compare.tsx'), 'Compare'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/runs/$run/report',
    component: lazyRouteComponent(() => import('./pages/run-report.tsx'), 'RunReportPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/runs/$run',
    component: lazyRouteComponent(() => import('./pages/run.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/partners',
    component: lazyRouteComponent(() => import('./pages/partners.tsx'), 'Partners'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/audit',
    component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'Audit'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/people',
    component: lazyRouteComponent(() => import('./pages/people.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/admin',
    component: lazyRouteComponent(() => import('./pages/admin.tsx'), 'Admin'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/account',
    component: lazyRouteComponent(() => import('./pages/account.tsx'), 'AccountPage'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/help/$component',
    component: lazyRouteComponent(() => import('./pages/help-component.tsx'), 'HelpComponent'),
  }),
  createRoute({
    getParentRoute: parent,
    path: '/help',
    component: lazyRouteComponent(() => import('./pages/help.tsx'), 'Help'),
  }),
]

export const router = createRouter({
  routeTree: root.addChildren([setUp, join, provider, inside.addChildren(pages)]),
  basepath: `${origin}/console`,
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
