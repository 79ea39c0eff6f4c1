/** What people do about their own account. */
import type { Routes } from '@secureflow/api'
import type { Call, Handlers } from '../server/handlers.ts'
import { peopleErrors } from './errors.ts'
import type { People } from './people.ts'

/** @param issuer how an authenticator names the codes */
export function accountHandlers(people: People, issuer: string): Pick<Handlers<Routes>, 'account'> {
  /** A token does not change how its owner signs in: whoever found it would keep what it gives. */
  const signedIn = ({ session, caller }: Call): { id: string; session: string } => {
    if (session === undefined || caller === undefined) throw peopleErrors.PEOPLE_SESSION_ONLY({})
    return { id: caller.id, session }
  }
  return {
    account: {
      show: async (_input, _signal, call) => {
        const { id, session } = signedIn(call)
        const [shown, sessions, tokens, recoveryCodes, rules] = await Promise.all([
          people.show(id),
          people.sessions.list(id, session),
          people.tokens.list(id),
          people.secondFactor.recoveryCodesLeft(id),
          people.rules.current(),
        ])
        return { ...shown, sessions, tokens, recoveryCodes, secondFactorRequired: rules.requireSecondFactor }
      },
      changePassword: async ({ current, password }, _signal, call) => {
        const { id, session } = signedIn(call)
        await people.changePassword(id, current, password, session)
        return {}
      },
      endSession: async ({ id }, _signal, call) => {
        await people.sessions.end(signedIn(call).id, id)
        return {}
      },
      addToken: async (wanted, _signal, call) => people.tokens.add(signedIn(call).id, wanted),
      revokeToken: async ({ id }, _signal, call) => {
        await people.tokens.revoke(id, signedIn(call).id)
        return {}
      },
      beginSecondFactor: async ({ password }, _signal, call) => {
        const { id } = signedIn(call)
        const { person } = await people.show(id)
        if (person.secondFactor) throw peopleErrors.PEOPLE_SECOND_FACTOR_SET({})
        await people.proven(id, { password }, async () => {})
        return people.secondFactor.begin(id, issuer)
      },
      confirmSecondFactor: async ({ code }, _signal, call) => ({
        recoveryCodes: await people.secondFactor.confirm(signedIn(call).id, code),
      }),
      endSecondFactor: async ({ password, code }, _signal, call) => {
        const { id } = signedIn(call)
        await people.proven(id, { password, code }, (t) => people.secondFactor.end(id, t))
        return {}
      },
      renewRecoveryCodes: async ({ password, code }, _signal, call) => {
        const { id } = signedIn(call)
        const recoveryCodes = await people.proven(id, { password, code }, (t) =>
          people.secondFactor.renewRecoveryCodes(id, t),
        )
        return { recoveryCodes }
      },
    },
  }
}
