/** Two ends of one wire inside one process: for tests, benches, and parties that share a process. */
import { baseErrors } from '@secureflow/base'
import type { Wire } from './channel.ts'
import { channelErrors } from './errors.ts'

export interface MemoryOptions {
  /** How long `recv` waits for a message and `send` for room, milliseconds, default 30 000. */
  timeoutMs?: number
  /** What may lie unread in one direction, default 16 MiB. A larger message waits until it is alone. */
  maxQueuedBytes?: number
  /** Ends both ends. */
  signal?: AbortSignal
}

/** A connected pair. Back-pressure: `send` resolves when the message has found room in the other end's queue. */
export function memoryPair(options: MemoryOptions = {}): [Wire, Wire] {
  const a = new MemoryEnd(options)
  const b = new MemoryEnd(options)
  a.peer = b
  b.peer = a
  const abort = () => {
    a.close(baseErrors.ABORTED({}), true)
  }
  options.signal?.addEventListener('abort', abort, { once: true })
  if (options.signal?.aborted) abort()
  return [a, b]
}

interface Message {
  tag: string
  body: Uint8Array
}

/** Tries again after each change. */
type Waiter = () => void

class MemoryEnd implements Wire {
  peer!: MemoryEnd
  readonly #timeoutMs: number
  readonly #maxQueuedBytes: number
  readonly #inbox: Message[] = []
  #queuedBytes = 0
  /** Why nothing more comes: own closing, the peer's, or a deviation noticed here. */
  #ended: ((label: string) => Error) | undefined
  /** Own calls of `recv` that wait for a message. */
  readonly #receivers: Waiter[] = []
  /** The peer's calls of `send` that wait for room in this inbox. */
  readonly #senders: Waiter[] = []

  constructor({ timeoutMs = 30_000, maxQueuedBytes = 16 << 20 }: MemoryOptions) {
    this.#timeoutMs = timeoutMs
    this.#maxQueuedBytes = maxQueuedBytes
  }

  async send(tag: string, body: Uint8Array): Promise<void> {
    const to = this.peer
    const message = { tag, body: new Uint8Array(body) } // the caller may overwrite its buffer, which may be WASM memory
    const attempt = (): true | undefined => {
      if (this.#ended !== undefined) throw this.#ended(tag)
      if (to.#queuedBytes > 0 && to.#queuedBytes + message.body.length > to.#maxQueuedBytes) return undefined
      to.#inbox.push(message)
      to.#queuedBytes += message.body.length
      return true
    }
    const late = () => channelErrors.CHANNEL_STALLED({ label: tag, seconds: this.#timeoutMs / 1000 })
    await this.#until(to.#senders, attempt, late)
    to.#receivers[0]?.()
  }

  async recv(tag: string, maxBytes: number): Promise<Uint8Array> {
    const attempt = (): Message | undefined => {
      const message = this.#inbox.shift()
      if (message === undefined && this.#ended !== undefined) throw this.#ended(tag)
      if (message !== undefined) this.#queuedBytes -= message.body.length
      return message
    }
    const late = () => channelErrors.CHANNEL_TIMEOUT({ label: tag, seconds: this.#timeoutMs / 1000 })
    const message = await this.#until(this.#receivers, attempt, late)
    this.#senders[0]?.()
    if (message.tag !== tag) throw this.#deviation(channelErrors.CHANNEL_UNEXPECTED_TAG({ expected: tag }))
    const received = message.body.length
    if (received > maxBytes)
      throw this.#deviation(channelErrors.CHANNEL_TOO_LARGE({ label: tag, received, allowed: maxBytes }))
    return message.body
  }

  /** Here everything pending fails with `error`; the other end may still read what is queued, then finds the wire closed. */
  close(error?: Error, both = false): void {
    const { peer } = this
    const own = (label: string) => error ?? channelErrors.CHANNEL_CLOSED({ label })
    this.#ended ??= own
    peer.#ended ??= both ? own : (label) => channelErrors.CHANNEL_CLOSED({ label })
    this.#inbox.length = 0
    this.#queuedBytes = 0
    for (const waiter of [this.#receivers, this.#senders, peer.#receivers, peer.#senders].flat()) waiter()
  }

  /** A peer that deviates once is not listened to again. */
  #deviation(error: Error): Error {
    this.close(error)
    return error
  }

  /** The value of `attempt`: now, or in turn behind those who wait already, until the deadline. */
  #until<T>(queue: Waiter[], attempt: () => T | undefined, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer)
        const at = queue.indexOf(waiter)
        if (at >= 0) queue.splice(at, 1)
        action()
        queue[0]?.()
      }
      const waiter: Waiter = () => {
        try {
          const value = attempt()
          if (value !== undefined) settle(() => resolve(value))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      let timer: ReturnType<typeof setTimeout> | undefined
      if (queue.push(waiter) === 1) waiter()
      if (queue.includes(waiter)) timer = setTimeout(() => settle(() => reject(late())), this.#timeoutMs)
    })
  }
}
