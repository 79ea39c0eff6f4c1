/** From a home folder to the node that runs on it. */
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import {
  certificateFile,
  nextCertificateFile,
  previousCertificateFile,
  readConfig,
  runningFile,
  tokenFile,
} from '@secureflow/node/identity/config'
import { type Client, createClient, type HttpTransport } from '@secureflow/sdk'

/** @throws HOME_MISSING */
export function connect(home: string): Client {
  return createClient({
    url: urlOf(home),
    token: readFileSync(tokenFile(home), 'utf8').trim(),
    transport: pinned(() => certificatesOf(home)),
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
function pinned(certificates: () => string[]): HttpTransport {
  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          method,
          headers: body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
          ca: certificates(),
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
