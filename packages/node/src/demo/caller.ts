/** Requests to a simulated node: over TLS to its own certificate, with the token of its home folder. */
import { readFileSync } from 'node:fs'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { errorBody, errorFromBody, type InputOf, type OutputOf, type Route, requestOf } from '@secureflow/api'
import { certificateFile, tokenFile } from '../identity/config.ts'

export interface Answered {
  status: number
  text: string
}

export class Caller {
  readonly #url: string
  readonly #token: string
  readonly #certificate: string

  constructor(home: string, url: string) {
    this.#url = url
    this.#token = readFileSync(tokenFile(home), 'utf8').trim()
    this.#certificate = readFileSync(certificateFile(home), 'utf8')
  }

  /** @throws the node's own error */
  async call<R extends Route>(route: R, input: InputOf<R>): Promise<OutputOf<R>> {
    const { path, body } = requestOf(route, input as Record<string, unknown>)
    const { status, text } = await this.send(route.method, path, body)
    const json: unknown = JSON.parse(text)
    if (status !== 200) throw errorFromBody(errorBody.parse(json))
    return route.output.parse(json) as OutputOf<R>
  }

  send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answered> {
    const written = body === undefined ? undefined : JSON.stringify(body)
    // Without it a DELETE has no body.
    const headers = written === undefined ? {} : { 'content-length': String(Buffer.byteLength(written)) }
    return new Promise((resolve, reject) => {
      const answered = (answer: IncomingMessage) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 500, text }))
        answer.on('error', reject)
      }
      const sent = this.open(method, path, signal, answered, headers)
      sent.on('error', reject)
      sent.end(written)
    })
  }

  open(
    method: string,
    path: string,
    signal: AbortSignal | undefined,
    answered: (answer: IncomingMessage) => void,
    headers: Record<string, string> = {},
  ): ClientRequest {
    return request(
      this.#url + path,
      {
        method,
        headers: { ...headers, authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        ca: this.#certificate,
        checkServerIdentity: () => undefined,
        ...(signal === undefined ? {} : { signal }),
      },
      answered,
    )
  }
}
