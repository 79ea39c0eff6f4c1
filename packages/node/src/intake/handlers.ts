import type { Routes } from '@secureflow/api'
import type { Handlers } from '../server/index.ts'
import type { Connections } from './connections.ts'
import type { Imports } from './imports.ts'
import type { DataViews } from './views.ts'

export interface IntakeParts {
  imports: Imports
  connections: Connections
  views: DataViews
}

/** Of the noun `data`, those that look into rows. */
export const viewHandlers = ({
  views,
}: IntakeParts): Pick<Handlers<Routes>['data'], 'profile' | 'computeProfile' | 'rows'> => ({
  profile: ({ name }) => views.profile(name),
  computeProfile: ({ name }) => views.compute(name),
  rows: (request) => views.rows(request),
})

export const importHandlers = ({
  imports,
  connections,
}: IntakeParts): Pick<Handlers<Routes>, 'imports' | 'connections'> => ({
  connections: {
    list: () => connections.list(),
    save: (request) => connections.save(request),
    test: async ({ name }, signal) => ({ tables: await connections.tables(name, signal) }),
    remove: async ({ name }) => {
      await connections.remove(name)
      return {}
    },
  },
  imports: {
    start: (request, _signal, { caller }) => imports.start(request, caller!.name),
    content: (request, _signal, { content }) => imports.content(request, content!),
    list: async () => imports.list(),
    show: async ({ id }) => imports.show(id),
    examine: (request) => imports.examine(request),
    check: (request) => imports.check(request),
    bad: ({ id }) => imports.bad(id),
    register: (request) => imports.register(request),
    cancel: async ({ id }) => {
      await imports.cancel(id)
      return {}
    },
  },
})
