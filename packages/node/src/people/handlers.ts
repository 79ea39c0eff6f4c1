/** Sign-in and accounts, as the routes have them. */
import type { Caller, Routes } from '@secureflow/api'
import { apiErrors } from '@secureflow/api'
import type { Call, Handlers } from '../server/handlers.ts'
import type { People } from './people.ts'

type SessionView = { caller?: Caller; empty: boolean; node: { name: string; version: string } }

export function peopleHandlers(
  people: People,
  node: SessionView['node'],
): Pick<Handlers<Routes>, 'session' | 'people'> {
  const view = async (caller: Caller | undefined): Promise<SessionView> => ({
    ...(caller === undefined ? {} : { caller }),
    empty: await people.empty(),
    node,
  })
  const enter = async (session: { secret: string; seconds: number }, call: Call): Promise<SessionView> => {
    call.keep(session)
    return view(await people.callerOf(session.secret))
  }
  return {
    session: {
      show: async (_input, _signal, { caller }) => view(caller),
      code: () => people.setUpCode(),
      setUp: async ({ code, name, password }, _signal, call) => enter(await people.setUp(code, name, password), call),
      signIn: async ({ name, password }, _signal, call) => enter(await people.signIn(name, password), call),
      signOut: async ({ everywhere }, _signal, call) => {
        if (call.session === undefined) throw apiErrors.API_UNAUTHORISED({})
        await people.signOut(call.session, everywhere)
        call.keep(undefined)
        return {}
      },
    },
    people: {
      list: () => people.list(),
      add: ({ name, role, password }) => people.add(name, role, password),
      change: ({ id, role, password, disabled }) =>
        people.change(id, {
          ...(role === undefined ? {} : { role }),
          ...(password === undefined ? {} : { password }),
          ...(disabled === undefined ? {} : { disabled }),
        }),
      operations: ({ before, limit }) => people.operations(before, limit),
    },
  }
}
