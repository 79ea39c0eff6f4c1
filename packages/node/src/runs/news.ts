/** What people follow: events of runs in the order in which this node learned of them. Kept in memory, the last 5,000 of a run. */
import type { RunEvent, RunEvents, RunNews } from '@secureflow/api'
import { runEnded } from '@secureflow/api'
import type { Clock } from '@secureflow/base'

const keep = 5000

interface Feed {
  events: RunEvent[]
  /** Of the first event kept. */
  next: number
  ended: boolean
  waiting: Set<() => void>
}

export class News {
  readonly #clock: Clock
  readonly #feeds = new Map<string, Feed>()
  /** Hears everything that is told, at once. */
  onTold: (news: RunNews, run: string) => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  tell(run: string, news: RunNews): void {
    this.onTold(news, run)
    const feed = this.#feed(run)
    const event = { ...news, seq: feed.next++, run, at: this.#clock.now() } as RunEvent
    // What comes again, as progress does, makes the one before it old news.
    const last = feed.events.findLastIndex((e) => isRepetition(e, event))
    if (last >= 0) feed.events.splice(last, 1)
    feed.events.push(event)
    if (feed.events.length > keep) feed.events.shift()
    if (runEnded(event)) feed.ended = true
    for (const wake of feed.waiting) wake()
    feed.waiting.clear()
  }

  has(run: string): boolean {
    return this.#feeds.has(run)
  }

  /** Events after `since`; waits for the next one where there is none yet and the run goes on. */
  async after(run: string, since: number, waitMs: number, signal: AbortSignal): Promise<RunEvents> {
    const feed = this.#feed(run)
    const found = () => feed.events.filter((e) => e.seq > since)
    if (found().length === 0 && !feed.ended && waitMs > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          feed.waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, waitMs)
        signal.addEventListener('abort', done)
        feed.waiting.add(done)
      })
    }
    const events = found()
    return { events, next: events.at(-1)?.seq ?? since, ended: feed.ended }
  }

  #feed(run: string): Feed {
    let feed = this.#feeds.get(run)
    if (feed === undefined) {
      feed = { events: [], next: 1, ended: false, waiting: new Set() }
      this.#feeds.set(run, feed)
    }
    return feed
  }
}

/** About the same attempt at the same party: a partner that repeats itself pushes nothing else out. */
function isRepetition(a: RunEvent, b: RunEvent): boolean {
  if (!('task' in a && 'task' in b)) return false
  return a.kind === b.kind && a.task === b.task && a.party === b.party && a.attempt === b.attempt
}
