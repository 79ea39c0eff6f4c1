/** One request to a node's people listener. */
import { request } from 'node:https'
import type { InputOf, OutputOf, Route } from '@secureflow/api'
import { errorBody, errorFromBody, requestOf } from '@secureflow/api'

export interface Listening {
  url: string
  token: string
  certPem: string
}

/** @throws the node's own error */
export async function ask<R extends Route>(node: Listening, route: R, input: InputOf<R>): Promise<OutputOf<R>> {
  const { path, body } = requestOf(route, input as Record<string, unknown>)
  const answer = await send(node, route.method, path, body)
  const json: unknown = JSON.parse(answer.text)
  if (answer.status !== 200) throw errorFromBody(errorBody.parse(json))
  return route.output.parse(json) as OutputOf<R>
}

function send({ url, token, certPem }: Listening, method: string, path: string, body: unknown) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const content = body === undefined ? '' : JSON.stringify(body)
    const length = Buffer.byteLength(content)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': length }
    const sent = request(url + path, { method, headers, ca: certPem }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, text }))
    })
    sent.on('error', reject)
    sent.end(content)
  })
}
