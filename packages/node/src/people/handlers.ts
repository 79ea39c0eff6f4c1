/** Sign-in and accounts, as the routes have them. */
import type { Caller, Routes } from '@secureflow/api'
import { apiErrors } from '@secureflow/api'
import type { Call, Handlers } from '../server/handlers.ts'
import { accountHandlers } from './account-handlers.ts'
import { peopleErrors } from './errors.ts'
import type { People } from './people.ts'

/** Whoever holds the token of the home folder: it is nobody's account. */
export const operatorId = 'operator'

type SessionView = { caller?: Caller; empty: boolean; node: { name: string; version: string }; provider?: string }

export function peopleHandlers(
  people: People,
  node: SessionView['node'],
): Pick<Handlers<Routes>, 'session' | 'people' | 'account'> {
  const view = async (caller: Caller | undefined): Promise<SessionView> => {
    const { provider } = await people.rules.current()
    return {
      ...(caller === undefined ? {} : { caller }),
      empty: await people.empty(),
      node,
      ...(provider === undefined ? {} : { provider: provider.label }),
    }
  }
  const enter = async (session: { secret: string; seconds: number }, call: Call): Promise<SessionView> => {
    call.keep(session)
    return view(await people.callerOf(session.secret))
  }
  return {
    session: {
      show: async (_input, _signal, { caller }) => view(caller),
      code: () => people.setUpCode(),
      setUp: async ({ code, name, password }, _signal, call) =>
        enter(await people.setUp(code, name, password, call.device), call),
      signIn: async ({ name, password, code }, _signal, call) =>
        enter(await people.signIn(name, password, code, call.device), call),
      accept: async ({ code, name, password }, _signal, call) =>
        enter(await people.accept(code, name, password, call.device), call),
      beginProvider: async (_input, _signal, call) => {
        const { url, pledge } = await people.beginProvider()
        call.keepPledge(pledge)
        return { url }
      },
      finishProvider: async ({ answer }, _signal, call) => {
        call.keepPledge(undefined)
        return enter(await people.finishProvider(answer, call.pledge, call.device), call)
      },
      signOut: async ({ everywhere }, _signal, call) => {
        if (call.session === undefined) throw apiErrors.API_UNAUTHORISED({})
        await people.sessions.signOut(call.session, everywhere)
        call.keep(undefined)
        return {}
      },
    },
    ...accountHandlers(people, `secureflow ${node.name}`),
    people: {
      list: () => people.list(),
      add: ({ name, role, password }) => people.add(name, role, password),
      change: ({ id, ...change }) => people.change(id, change),
      remove: async ({ id }) => {
        await people.remove(id)
        return {}
      },
      invite: ({ role, days }, _signal, { caller }) => people.invitations.add(role, days, caller!.name),
      invitations: () => people.invitations.list(),
      withdrawInvitation: async ({ id }) => {
        await people.invitations.withdraw(id)
        return {}
      },
      tokens: () => people.tokens.list(),
      addToken: async ({ id, ...wanted }, _signal, { caller }) => {
        // A record that says who did what would be worth little if an admin could act in anybody's name.
        if (caller?.id !== operatorId) throw peopleErrors.PEOPLE_OPERATOR_ONLY({})
        return people.tokens.add(id, wanted)
      },
      revokeToken: async ({ id }) => {
        await people.tokens.revoke(id)
        return {}
      },
      rules: () => people.rules.current(),
      changeRules: (change) => people.changeRules(change),
      operations: ({ before, limit }) => people.operations(before, limit),
    },
  }
}
