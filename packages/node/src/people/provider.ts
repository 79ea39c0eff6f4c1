/**
 * Sign-in through the organisation's own provider: OpenID Connect Core 1.0, authorization code (section 3.1) with PKCE
 * (RFC 7636), state and nonce. What a sign-in begins with is kept by the browser, sealed: nothing here grows with how many
 * begin one. The library checks issuer, audience, times, nonce and the signature against the provider's published keys.
 */
import type { PersonRole, Provider as ProviderSettings } from '@secureflow/api'
import { asSecureflowError, type Clock, type Rng, randomBytes, SecureflowError } from '@secureflow/base'
import * as oauth from 'oauth4webapi'
import { peopleErrors } from './errors.ts'
import type { Sealing } from './sealing.ts'
import { digest, drawSecret } from './secrets.ts'

const timeoutMs = 10_000
/** Metadata and keys are a few kilobytes. */
const maxAnswerBytes = 1 << 20
/** How long somebody may stay at the provider. */
const signInMs = 10 * 60_000
const metadataMs = 10 * 60_000
const askAgainMs = 5_000
const maxFinished = 100_000
const purpose = 'provider sign-in'

export interface ProviderAccess {
  settings: ProviderSettings
  clientSecret: string
}

/** Whom the provider vouches for. */
export interface Vouched {
  /** Issuer and subject: names may change, these do not. */
  key: string
  name: string
  role: PersonRole
}

interface Begun {
  issuer: string
  clientId: string
  state: string
  nonce: string
  verifier: string
  expiresAt: number
}

export class ProviderSignIn {
  readonly #clock: Clock
  readonly #rng: Rng
  readonly #sealing: Sealing
  /** States that were answered, until they would be too late in any case. */
  readonly #finished = new Map<string, number>()
  #metadata: { of: string; until: number; server: Promise<oauth.AuthorizationServer> } | undefined

  constructor(clock: Clock, rng: Rng, sealing: Sealing) {
    this.#clock = clock
    this.#rng = rng
    this.#sealing = sealing
  }

  /** @returns where the browser goes, and what it brings back @throws PEOPLE_PROVIDER_AWAY */
  async begin({ settings }: ProviderAccess): Promise<{ url: string; pledge: string }> {
    const server = await this.#server(settings)
    const begun: Begun = {
      issuer: settings.issuer,
      clientId: settings.clientId,
      state: drawSecret(this.#rng),
      nonce: drawSecret(this.#rng),
      verifier: Buffer.from(randomBytes(this.#rng, 32)).toString('base64url'),
      expiresAt: this.#clock.now() + signInMs,
    }
    const url = new URL(server.authorization_endpoint!)
    const asked = {
      client_id: settings.clientId,
      redirect_uri: redirectOf(settings),
      response_type: 'code',
      scope: 'openid profile email',
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
    return { url: url.href, pledge: this.#sealing.seal(purpose, JSON.stringify(begun)) }
  }

  /**
   * @param answer the query that the provider sent the browser back with
   * @throws PEOPLE_PROVIDER_OVER, PEOPLE_PROVIDER_AWAY, PEOPLE_PROVIDER_ANSWER, PEOPLE_PROVIDER_NOBODY
   */
  async finish(access: ProviderAccess, answer: string, pledge: string | undefined): Promise<Vouched> {
    const { settings } = access
    const begun = this.#take(settings, pledge)
    const server = await this.#server(settings)
    try {
      const claims = await this.#claims(server, access, begun, new URLSearchParams(answer))
      const role = roleOf(settings, claims)
      if (role === undefined) throw peopleErrors.PEOPLE_PROVIDER_NOBODY({})
      return { key: `${server.issuer} ${claims.sub}`, name: nameOf(claims), role }
    } catch (thrown) {
      if (thrown instanceof SecureflowError) throw thrown
      throw peopleErrors.PEOPLE_PROVIDER_ANSWER({ reason: reasonOf(thrown) }, { cause: thrown })
    }
  }

  /** Whether a provider answers there, before it is taken into the settings. @throws PEOPLE_PROVIDER_* */
  async check(settings: ProviderSettings): Promise<void> {
    for (const url of [settings.issuer, settings.baseUrl])
      if (new URL(url).protocol !== 'https:' && !isOwnMachine(new URL(url)))
        throw peopleErrors.PEOPLE_PROVIDER_ISSUER({ url })
    this.#metadata = undefined
    await this.#server(settings)
  }

  /** Of this browser, for these settings, not too late, and once. */
  #take({ issuer, clientId }: ProviderSettings, pledge: string | undefined): Begun {
    const opened = pledge === undefined ? undefined : this.#sealing.open(purpose, pledge)
    const begun = opened === undefined ? undefined : (JSON.parse(opened) as Begun)
    const now = this.#clock.now()
    for (const [state, until] of this.#finished) {
      if (until > now) break
      this.#finished.delete(state)
    }
    if (begun === undefined || begun.expiresAt <= now || begun.issuer !== issuer || begun.clientId !== clientId)
      throw peopleErrors.PEOPLE_PROVIDER_OVER({})
    const state = digest(begun.state)
    if (this.#finished.has(state)) throw peopleErrors.PEOPLE_PROVIDER_OVER({})
    if (this.#finished.size >= maxFinished) throw peopleErrors.PEOPLE_BUSY({})
    this.#finished.set(state, now + signInMs)
    return begun
  }

  async #claims(
    server: oauth.AuthorizationServer,
    { settings, clientSecret }: ProviderAccess,
    { state, nonce, verifier }: Begun,
    answer: URLSearchParams,
  ): Promise<Record<string, unknown> & { sub: string }> {
    const client: oauth.Client = { client_id: settings.clientId }
    const options = requestOptions(settings)
    const parameters = oauth.validateAuthResponse(server, client, answer, state)
    const methods = server.token_endpoint_auth_methods_supported
    const bySecret =
      methods === undefined || methods.includes('client_secret_basic')
        ? oauth.ClientSecretBasic(clientSecret)
        : oauth.ClientSecretPost(clientSecret)
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, client, bySecret, parameters, redirectOf(settings), verifier, options()] as const),
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    // TLS has shown who answered; the signature shows that the provider's key did.
    await oauth.validateApplicationLevelSignature(server, response, options())
    const claims = oauth.getValidatedIdTokenClaims(tokens)!
    if (claims[settings.roleClaim] !== undefined || server.userinfo_endpoint === undefined) return claims
    const asked = await oauth.userInfoRequest(server, client, tokens.access_token, options())
    return { ...(await oauth.processUserInfoResponse(server, client, claims.sub, asked)), ...claims }
  }

  /** Asked once for everybody who signs in at the same time, and after a failure not again at once: anybody may begin. */
  #server(settings: ProviderSettings): Promise<oauth.AuthorizationServer> {
    const { issuer } = settings
    const now = this.#clock.now()
    const known = this.#metadata
    if (known?.of === issuer && known.until > now) return known.server
    const asked = { of: issuer, until: now + metadataMs, server: discover(settings) }
    asked.server.catch(() => {
      asked.until = this.#clock.now() + askAgainMs
    })
    this.#metadata = asked
    return asked.server
  }
}

async function discover(settings: ProviderSettings): Promise<oauth.AuthorizationServer> {
  const { issuer } = settings
  try {
    const answer = await oauth.discoveryRequest(new URL(issuer), requestOptions(settings)())
    const server = await oauth.processDiscoveryResponse(new URL(issuer), answer)
    if (server.authorization_endpoint === undefined || server.token_endpoint === undefined)
      throw new TypeError('no endpoint')
    return server
  } catch (cause) {
    throw peopleErrors.PEOPLE_PROVIDER_AWAY({ issuer, reason: reasonOf(cause) }, { cause })
  }
}

const redirectOf = ({ baseUrl }: ProviderSettings): string => new URL('/console/provider', baseUrl).href

/** Where a developer or a test runs a provider without TLS. */
const isOwnMachine = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

/** An admin has named the issuer; still nothing is followed elsewhere, nothing waits for ever, nothing large is read. */
function requestOptions({ issuer }: ProviderSettings) {
  const insecure = isOwnMachine(new URL(issuer))
  return () => ({
    signal: AbortSignal.timeout(timeoutMs),
    [oauth.allowInsecureRequests]: insecure,
    [oauth.customFetch]: boundedFetch,
  })
}

type FetchInit = Omit<RequestInit, 'body'> & { body?: RequestInit['body'] | undefined }

async function boundedFetch(url: string, { body = null, ...init }: FetchInit): Promise<Response> {
  const answer = await fetch(url, { ...init, body, redirect: 'manual' })
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    bytes += part.length
    if (bytes > maxAnswerBytes) throw new TypeError('the answer is too large')
    parts.push(part)
  }
  const { status, headers } = answer
  return new Response(status === 204 || status === 304 ? null : Buffer.concat(parts), { status, headers })
}

/** A word of the library or of the protocol: nothing that the provider wrote freely, and no secret. */
function reasonOf(thrown: unknown): string {
  const { code, error } = thrown as { code?: unknown; error?: unknown }
  const known = (text: unknown) => (typeof text === 'string' && /^\w{1,60}$/.test(text) ? text : undefined)
  return known(error) ?? known(code) ?? asSecureflowError(thrown).code
}

function roleOf({ roleClaim, roles, standardRole }: ProviderSettings, claims: Record<string, unknown>) {
  const claimed = claims[roleClaim]
  const values = Array.isArray(claimed) ? claimed : [claimed]
  return roles.find(({ value }) => values.includes(value))?.role ?? standardRole
}

/** As people are called here: only what a name may hold. */
function nameOf(claims: Record<string, unknown>): string {
  for (const claim of ['preferred_username', 'email', 'name', 'sub']) {
    const text = claims[claim]
    if (typeof text !== 'string') continue
    const name = text
      .normalize('NFKC')
      .replaceAll(/[^\p{L}\p{N}._@ -]/gu, '')
      .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
      .slice(0, 56)
      .replace(/[^\p{L}\p{N}]+$/u, '')
    if (name.length >= 2) return name
  }
  return 'somebody'
}
