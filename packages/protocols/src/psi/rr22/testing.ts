/** For tests: a party that deviates in one message and keeps its story straight, so that the digests at the end do not show it. */
import { utf8 } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import { digested } from '../../session/two-party.ts'

export interface Deviation {
  /** The how-many-eth message that this party sends, from 0. */
  at: number
  change(body: Uint8Array): void
}

export interface DeviatingWire extends Wire {
  /** Tag of the message that was changed. */
  readonly changed: string | undefined
}

/**
 * @param receives  whether the party is the receiver of the intersection
 * @param left      whether it is the left side
 */
export function deviating(wire: Wire, deviation: Deviation, receives: boolean, left: boolean): DeviatingWire {
  const hellos: Uint8Array[] = []
  const nonces: Uint8Array[] = []
  /** What really passes, and what the party believes that it says. */
  const real = digested(wire, nodePlatform, receives)
  const hole: Wire = { send: async () => {}, recv: async (tag) => latest.get(tag)!, close: () => {} }
  const believed = digested(hole, nodePlatform, receives)
  const latest = new Map<string, Uint8Array>()
  let suite = ''
  let changed: string | undefined
  let sent = 0
  const opening = (tag: string) => tag === 'hello' || tag === 'nonce'
  const sid = () => {
    const inOrder = (own: Uint8Array[]) => (left ? own : own.toReversed())
    return nodePlatform.sha256(utf8(suite), ...inOrder(hellos), ...inOrder(nonces))
  }
  const done = (digest: Uint8Array) => nodePlatform.sha256(utf8('secureflow psi done'), sid(), digest)
  return {
    get changed() {
      return changed
    },
    async send(tag, body) {
      const copy = body.slice()
      if (tag === 'hello') suite = suiteIn(body)
      if (tag === 'hello') hellos[0] = body.slice()
      if (tag === 'nonce') nonces[0] = body.slice()
      if (sent++ === deviation.at) {
        deviation.change(copy)
        changed = tag
      }
      if (opening(tag)) return wire.send(tag, copy)
      const truth = tag === 'done' && changed !== 'done' ? done(real.digest()) : copy
      await believed.send(tag, body)
      await real.send(tag, truth)
    },
    async recv(tag, maxBytes) {
      const expected = opening(tag) ? undefined : believed.digest()
      const body = opening(tag) ? await wire.recv(tag, maxBytes) : await real.recv(tag, maxBytes)
      if (tag === 'hello') hellos[1] = body.slice()
      if (tag === 'nonce') nonces[1] = body.slice()
      if (opening(tag)) return body
      const shown = tag === 'done' ? done(expected!) : body
      latest.set(tag, shown)
      await believed.recv(tag, maxBytes)
      return shown
    },
    close: (error) => wire.close(error),
  }
}

/** The suite inside an encoded hello. */
function suiteIn(hello: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(hello)
  return /psi-rr22[a-z0-9, -]*vole \d+/.exec(text)![0]
}
