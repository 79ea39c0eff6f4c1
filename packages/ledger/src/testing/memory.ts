/** Replicas joined in one process: for tests and benches. A member can be cut off, and messages looked at or lost. */
import { decodeCbor, encodeCbor, type Plain } from '@secureflow/base'
import type { LedgerTransport } from '../transport.ts'

type Handler = (from: string, body: Plain) => Promise<Plain>

export class MemoryNetwork {
  readonly #handlers = new Map<string, Map<string, Handler>>()
  readonly away = new Set<string>()
  /** Return false to lose the message. */
  filter: (from: string, to: string, kind: string, body: Plain) => boolean = () => true

  transport(self: string): LedgerTransport {
    const handlers = new Map<string, Handler>()
    this.#handlers.set(self, handlers)
    const send = async (to: string, kind: string, body: Plain): Promise<Plain> => {
      const handler = this.#handlers.get(to)?.get(kind)
      if (handler === undefined || this.away.has(self) || this.away.has(to) || !this.filter(self, to, kind, body))
        throw new Error(`${to} is away`)
      return copy(await handler(self, copy(body)))
    }
    return {
      members: () => [...this.#handlers.keys()].filter((name) => name !== self),
      request: send,
      notify: (to, kind, body) => void send(to, kind, body).catch(() => {}),
      handle: (kind, handler) => void handlers.set(kind, handler),
    }
  }
}

/** As on a wire: nothing is shared, and only what CBOR carries arrives. */
const copy = (body: Plain): Plain => decodeCbor(encodeCbor(body), 'memory', { maxBytes: 8 << 20 })
