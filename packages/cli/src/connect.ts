/** From a home folder to the node that runs on it, or from an address and a token to a node elsewhere. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectTls } from 'node:tls'
import {
  certificateFile,
  nextCertificateFile,
  previousCertificateFile,
  readConfig,
  runningFile,
  tokenFile,
} from '@secureflow/node/identity/config'
import { type Client, createClient, type HttpTransport } from '@secureflow/sdk'
import { cliErrors } from './errors.ts'

/**
 * SECUREFLOW_TOKEN: a person's token in place of the home folder's. SECUREFLOW_URL and SECUREFLOW_FINGERPRINT: a node that
 * has no home folder here. @throws HOME_MISSING, CLI_MISSING
 */
export function connect(home: string, env: Record<string, string | undefined> = process.env): Client {
  const { SECUREFLOW_TOKEN: token, SECUREFLOW_URL: url, SECUREFLOW_FINGERPRINT: fingerprint } = env
  if (url === undefined || url === '')
    return createClient({
      url: urlOf(home),
      token: token || readFileSync(tokenFile(home), 'utf8').trim(),
      transport: pinned(async () => certificatesOf(home)),
    })
  if (!token) throw cliErrors.CLI_MISSING({ name: 'SECUREFLOW_TOKEN' })
  if (!fingerprint) throw cliErrors.CLI_MISSING({ name: 'SECUREFLOW_FINGERPRINT' })
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw cliErrors.CLI_INVALID({ name: 'SECUREFLOW_URL', expected: 'https://host:port' })
  return createClient({ url, token, transport: pinned(async () => [await certificateAt(new URL(url), fingerprint)]) })
}

/** The certificate that a node shows, where its key is the expected one. Nothing is sent before. @throws CLI_OTHER_KEY */
function certificateAt(url: URL, fingerprint: string): Promise<string> {
  return new Promise((resolve, reject) => {
    // Only looked at here: the request itself trusts this one certificate and no other.
    const socket = connectTls({
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
      timeout: 10_000,
    })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error('no answer')))
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()
      socket.destroy()
      const key = shown?.publicKey.export({ type: 'spki', format: 'der' })
      if (shown !== undefined && createHash('sha256').update(key!).digest('hex') === fingerprint.toLowerCase())
        resolve(shown.toString())
      else reject(cliErrors.CLI_OTHER_KEY({ url: url.origin }))
    })
  })
}

/** Where people reach the node of this home. @throws HOME_MISSING */
export function urlOf(home: string): string {
  const { listen } = readConfig(home)
  const host = listen.people.host === '0.0.0.0' ? '127.0.0.1' : listen.people.host
  return runningUrl(home) ?? `https://${host}:${listen.people.port}`
}

/** A running node writes where it is reached, since the system may have chosen the port. */
function runningUrl(home: string): string | undefined {
  const file = runningFile(home)
  if (!existsSync(file)) return undefined
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { url?: string }).url
  } catch {
    return undefined // half written while the node starts
  }
}

/** Read for each request: a running node may exchange its certificate, and shows the one or the other meanwhile. */
function certificatesOf(home: string): string[] {
  const files = [certificateFile(home), nextCertificateFile(home), previousCertificateFile(home)]
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
}

/** Trusts the home's own certificate and no other; the name in it does not matter. */
function pinned(certificates: () => Promise<string[]>): HttpTransport {
  return async ({ method, url, headers, body: given, signal }) => {
    const body = given instanceof Blob ? new Uint8Array(await given.arrayBuffer()) : given
    const ca = await certificates()
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          method,
          headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
          ca,
          checkServerIdentity: () => undefined,
          ...(signal === undefined ? {} : { signal }),
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          )
          answer.on('error', reject)
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
