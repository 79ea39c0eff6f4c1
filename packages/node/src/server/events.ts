/**
 * One stream of server-sent events a page: not what changed but where, so that a page asks again for what it shows. Nothing
 * is lost by a broken line: a page names the last event it saw, and hears what came after it, or that it must ask for all.
 */
import type { FastifyInstance } from 'fastify'

/** Changes are told together, so many milliseconds after the first. */
const gatherMs = 150
const keptEvents = 1000
const heartbeatMs = 20_000

/** Where something may have ended a session or a token. */
const ending = new Set(['session', 'people', 'account'])

interface Told {
  seq: number
  topics: string[]
}

export class EventStream {
  /** Tells a node's lives apart: after a restart numbers begin again. */
  readonly #boot: string
  readonly #kept: Told[] = []
  readonly #listeners = new Set<(told: Told) => void>()
  readonly #pending = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #seq = 0

  constructor(boot: string) {
    this.#boot = boot
  }

  /** @param topic `runs`, `runs/3f..`, `network`: whoever shows it asks again */
  tell(topic: string): void {
    this.#pending.add(topic)
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs).unref()
  }

  idOf(seq: number): string {
    return `${this.#boot}-${seq}`
  }

  get last(): string {
    return this.idOf(this.#seq)
  }

  /** What was told after this id; undefined where that is not known any more. */
  after(id: string): Told[] | undefined {
    const [boot, seq] = id.split('-')
    const from = Number(seq)
    if (boot !== this.#boot || !(from <= this.#seq) || (this.#kept[0]?.seq ?? this.#seq + 1) > from + 1)
      return undefined
    return this.#kept.filter((told) => told.seq > from)
  }

  listen(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #flush(): void {
    this.#timer = undefined
    const told = { seq: ++this.#seq, topics: [...this.#pending] }
    this.#pending.clear()
    this.#kept.push(told)
    if (this.#kept.length > keptEvents) this.#kept.shift()
    for (const listener of this.#listeners) listener(told)
  }
}

export function serveEvents(app: FastifyInstance, events: EventStream, closing: AbortSignal): void {
  app.get('/events', async (request, reply) => {
    reply.hijack()
    const out = reply.raw
    const { stands } = request.call
    if (out.destroyed) return // it left while its session was looked up: its `close` was already
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const send = (id: string, topics: readonly string[]) => out.write(`id: ${id}\ndata: ${JSON.stringify(topics)}\n\n`)
    const since = request.headers['last-event-id']
    const missed = typeof since === 'string' ? events.after(since) : undefined
    if (missed === undefined) send(events.last, ['*'])
    else for (const { seq, topics } of missed) send(events.idOf(seq), topics)
    // A page that does not read is cut off: it comes again and hears what it missed.
    const stop = events.listen(({ seq, topics }) => {
      if (out.writableLength > 1 << 16) out.destroy()
      else send(events.idOf(seq), topics)
      if (topics.some((topic) => ending.has(topic))) void check()
    })
    /** Who signed out, was disabled or stayed too long hears no more. */
    const check = async () => {
      if (!(await stands().catch(() => false))) out.destroy()
    }
    const heartbeat = setInterval(() => {
      out.write(': \n\n')
      void check()
    }, heartbeatMs).unref()
    const end = () => out.end()
    closing.addEventListener('abort', end)
    out.on('error', () => out.destroy())
    out.once('close', () => {
      stop()
      clearInterval(heartbeat)
      closing.removeEventListener('abort', end)
    })
  })
}
