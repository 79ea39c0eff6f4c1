/**
 * A provider of identities for tests: OpenID Connect over HTTP on this machine, with PKCE, client authentication, codes
 * that hold once and signed ID tokens. It can be told to err in each way that a node must notice.
 */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestUser {
  sub: string
  [claim: string]: unknown
}

interface Granted {
  nonce: string
  challenge: string
  redirect: string
  user: TestUser
}

export class IdentityProvider {
  readonly clientId = 'secureflow-bank-a'
  readonly clientSecret = 'a secret: of the client & more'
  /** Who is at the browser. */
  user: TestUser = { sub: 'u-1', preferred_username: 'olga', groups: ['risk', 'sf-analysts'] }
  /** What it says instead of the truth. */
  lies: Record<string, unknown> = {}
  /** Signs with a key that it does not publish. */
  otherKey = false
  /** Claims beyond the subject only where they are asked for with the access token. */
  thinTokens = false
  /** What the node asked, in order. */
  readonly asked: string[] = []
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.writeHead(500).end())
  })
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #codes = new Map<string, Granted>()
  readonly #tokens = new Map<string, TestUser>()
  issuer = ''

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return this
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.issuer)
    this.asked.push(`${request.method} ${url.pathname}`)
    const json = (body: unknown, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: this.lies.discoveryIssuer ?? this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          userinfo_endpoint: `${this.issuer}/userinfo`,
          jwks_uri: `${this.issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/keys':
        return json({
          keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }],
        })
      case '/authorize':
        return this.#authorize(url.searchParams, response)
      case '/token':
        return this.#token(request, json)
      case '/userinfo': {
        const user = this.#tokens.get(request.headers.authorization?.replace('Bearer ', '') ?? '')
        return user === undefined ? json({ error: 'invalid_token' }, 401) : json({ ...user, ...this.#lie('userinfo') })
      }
      default:
        return void response.writeHead(404).end()
    }
  }

  /** The user is signed in here already, and agrees. */
  #authorize(asked: URLSearchParams, response: ServerResponse): void {
    const redirect = asked.get('redirect_uri')!
    const back = new URL(redirect)
    const code = randomBytes(32).toString('base64url')
    if (asked.get('client_id') !== this.clientId || asked.get('code_challenge_method') !== 'S256')
      return void response.writeHead(400).end()
    this.#codes.set(code, {
      nonce: asked.get('nonce')!,
      challenge: asked.get('code_challenge')!,
      redirect,
      user: this.user,
    })
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state')!)
    for (const [name, value] of Object.entries(this.#lie('answer'))) back.searchParams.set(name, String(value))
    response.writeHead(302, { location: back.href }).end()
  }

  async #token(request: IncomingMessage, json: (body: unknown, status?: number) => void): Promise<void> {
    let text = ''
    for await (const part of request) text += part
    const given = new URLSearchParams(text)
    const code = this.#codes.get(given.get('code') ?? '')
    this.#codes.delete(given.get('code') ?? '')
    // RFC 6749, section 2.3.1: both parts are form-encoded before they are joined.
    const basic = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString()
    const parts = basic.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    const same = parts[0] === this.clientId && parts[1] === this.clientSecret
    if (!same) return json({ error: 'invalid_client' }, 401)
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    if (code === undefined || code.challenge !== challenge || code.redirect !== given.get('redirect_uri'))
      return json({ error: 'invalid_grant' }, 400)
    const now = Math.floor(Date.now() / 1000)
    const { sub, ...rest } = code.user
    const claims = {
      ...{ iss: this.issuer, aud: this.clientId, sub, nonce: code.nonce, iat: now, exp: now + 300 },
      ...(this.thinTokens ? {} : rest),
      ...this.#lie('token'),
    }
    const access = randomBytes(32).toString('base64url')
    this.#tokens.set(access, code.user)
    json({ access_token: access, token_type: 'Bearer', expires_in: 300, id_token: this.#signed(claims) })
  }

  #signed(claims: object): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const alg = (this.lies.alg as string | undefined) ?? 'ES256'
    const text = `${part({ alg, kid: 'k1', typ: 'JWT' })}.${part(claims)}`
    if (alg === 'none') return `${text}.`
    const other = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const key = this.otherKey
      ? other()
      : createPrivateKey(this.#keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }

  #lie(where: string): Record<string, unknown> {
    return (this.lies[where] as Record<string, unknown> | undefined) ?? {}
  }
}

/** What a browser does at the provider: it comes back with the answer in the address. @returns the query */
export async function visit(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' })
  return new URL(headers.get('location')!).search.slice(1)
}
