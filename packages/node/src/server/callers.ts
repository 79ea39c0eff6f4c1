/** Who calls: the operator by the home folder's token, a person by the browser session, or a program by a person's token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { apiErrors, type Caller } from '@secureflow/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { operatorId } from '../people/handlers.ts'
import type { People } from '../people/people.ts'
import type { Call } from './handlers.ts'

/** `__Host-`: sent over TLS only, to this host only, set by nobody else. */
const cookieName = '__Host-secureflow'
const pledgeName = '__Host-secureflow-sign-in'
const pledgeSeconds = 600
/** Another site's page cannot send it: with it a browser asks this node first, and is refused. */
const consoleHeader = 'x-secureflow-console'

const operator: Caller = { id: operatorId, name: 'operator', role: 'admin' }

/** @throws API_UNAUTHORISED for a change that another site's page may have asked for */
export function callerCheck(token: string, people: People): (request: FastifyRequest) => Promise<Call> {
  const isToken = tokenCheck(token)
  return async (request) => {
    const { authorization, 'user-agent': device = '' } = request.headers
    const always = async () => true
    const call: Call = {
      ...{ session: undefined, caller: undefined, device, stands: always, keep: () => {} },
      ...{ pledge: request.cookies[pledgeName], keepPledge: () => {} },
    }
    if (authorization !== undefined) {
      if (isToken(authorization)) return { ...call, caller: operator }
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
      if (token === undefined) return call
      const holder = () => people.holderOf(token)
      return { ...call, caller: await holder(), stands: async () => (await holder()) !== undefined }
    }
    if (request.method !== 'GET' && request.headers[consoleHeader] === undefined) return call
    const session = request.cookies[cookieName]
    if (session === undefined) return call
    const stands = () => people.sessions.stands(session)
    return { ...call, session, stands, caller: await people.callerOf(session) }
  }
}

/** Open routes that change something are for this node's own pages too. @throws API_UNAUTHORISED */
export function requireConsole(request: FastifyRequest): void {
  if (request.headers[consoleHeader] === undefined) throw apiErrors.API_UNAUTHORISED({})
}

const options = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const

export function keepPledge(reply: FastifyReply): Call['keepPledge'] {
  return (pledge) =>
    void (pledge === undefined
      ? reply.clearCookie(pledgeName, options)
      : reply.setCookie(pledgeName, pledge, { ...options, maxAge: pledgeSeconds }))
}

export function keepSession(reply: FastifyReply): Call['keep'] {
  return (session) =>
    void (session === undefined
      ? reply.clearCookie(cookieName, options)
      : reply.setCookie(cookieName, session.secret, { ...options, maxAge: session.seconds }))
}

/** Compares digests, so that time tells neither length nor prefix of the token. */
function tokenCheck(token: string): (header: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(`Bearer ${token}`)
  return (header) => timingSafeEqual(digest(header), expected)
}
