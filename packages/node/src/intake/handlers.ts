import type { Routes } from '@secureflow/api'
import type { Handlers } from '../server/index.ts'
import type { Imports } from './imports.ts'

export const importHandlers = (imports: Imports): Pick<Handlers<Routes>, 'imports'> => ({
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
