/**
 * A run while it goes on: one line per task and party with progress, rate and bytes. On a terminal the lines of running
 * tasks stay at the bottom and are redrawn; elsewhere a line is printed when a task starts moving, now and then, and at its end.
 */
import { errorFromBody, type RunEvent, runEnded } from '@secureflow/api'
import type { CliContext } from '../../context.ts'
import { bytes, clip, count, duration, padEnd, padStart, width } from '../../format.ts'
import { errorText } from '../../say.ts'

export interface Screen {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

type Speech = Pick<CliContext, 'text' | 'locale'>
type Progress = RunEvent & { kind: 'task-progress' | 'task-finished' }

interface Line {
  step: string
  party: string
  attempt: number
  text: string
  /** Milliseconds, of the last plain print. */
  printedAt: number
}

const barWidth = 16
const redrawEveryMs = 100
const plainEveryMs = 5_000

export class ProgressView {
  readonly #screen: Screen
  readonly #speech: Speech
  readonly #live: boolean
  readonly #lines = new Map<string, Line>()
  /** Lines on the screen that the next drawing replaces. */
  #drawn = 0
  #timer: NodeJS.Timeout | undefined
  #stepWidth = 12
  #partyWidth = 8

  constructor(screen: Screen, speech: Speech) {
    this.#screen = screen
    this.#speech = speech
    this.#live = screen.isTTY === true
  }

  show(event: RunEvent): void {
    if (event.kind === 'task-started') this.#set(event, event.part)
    else if (event.kind === 'task-progress') this.#set(event, this.#bar(event))
    else {
      if (event.kind === 'task-finished' || event.kind === 'task-failed') this.#lines.delete(keyOf(event))
      else if (runEnded(event)) this.#lines.clear()
      this.#say(this.#sentence(event))
    }
  }

  #sentence(event: Exclude<RunEvent, { kind: 'task-started' | 'task-progress' }>): string {
    const { text, locale } = this.#speech
    switch (event.kind) {
      case 'proposed':
        return text.run.proposed(event.flow, event.parties.join(', '))
      case 'signed':
        return text.run.signed(event.party)
      case 'agreed':
        return text.run.agreed
      case 'registered':
        return text.run.registered(event.height)
      case 'task-finished': {
        const rounds = event.rounds === undefined || event.rounds === 0 ? '' : `  ${count(event.rounds, locale)} ↔`
        return this.#row(event, `${text.run.done}  ${this.#traffic(event)}${rounds}`)
      }
      case 'task-failed':
        return `${this.#row(event, text.run.attemptFailed)}\n${errorText(errorFromBody(event.error), locale, text)}`
      case 'anchored':
        return text.run.anchored
      case 'run-succeeded':
        return text.run.succeeded(duration(event.seconds))
      case 'run-failed': {
        const what = text.run.failed(event.code, event.party, event.step)
        return `${what}\n${errorText(errorFromBody(event.error), locale, text)}`
      }
    }
  }

  /** Leaves the screen as it stands. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#live) this.#draw()
  }

  #set(event: RunEvent & { kind: 'task-started' | 'task-progress' }, what: string): void {
    const key = keyOf(event)
    const known = this.#lines.get(key)
    const { step, party, attempt } = event
    const line: Line = { step, party, attempt, text: this.#row(event, what), printedAt: known?.printedAt ?? 0 }
    this.#lines.set(key, line)
    if (this.#live) this.#drawSoon()
    else if (event.kind === 'task-progress' && event.at - line.printedAt >= plainEveryMs) {
      line.printedAt = event.at
      this.#screen.write(`${line.text}\n`)
    }
  }

  #row({ step, party, attempt }: { step: string; party: string; attempt: number }, what: string): string {
    this.#stepWidth = Math.max(this.#stepWidth, width(step))
    this.#partyWidth = Math.max(this.#partyWidth, width(party))
    const again = attempt > 1 ? `  ${this.#speech.text.run.attempt(attempt)}` : ''
    return `  ${padEnd(step, this.#stepWidth)}  ${padEnd(party, this.#partyWidth)}  ${what}${again}`
  }

  #bar(event: RunEvent & { kind: 'task-progress' }): string {
    const full = Math.round(event.fraction * barWidth)
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full)
    const percent = padStart(`${Math.floor(event.fraction * 100)}%`, 4)
    const { done, total, unit, seconds } = event
    const number = (n: number) => count(n, this.#speech.locale)
    const amount =
      done === undefined ? '' : `  ${number(done)}${total === undefined ? '' : `/${number(total)}`} ${unit ?? ''}`
    const rate = done !== undefined && seconds >= 1 ? `  ${number(Math.round(done / seconds))} ${unit ?? ''}/s` : ''
    return `${bar} ${percent}${amount}${rate}  ${this.#traffic(event)}`
  }

  #traffic({ bytesSent, bytesReceived, seconds }: Progress): string {
    const moved = bytesSent + bytesReceived
    if (moved === 0) return duration(seconds)
    const speed = seconds >= 0.1 ? `  ${bytes(moved / seconds)}/s` : ''
    return `↑ ${bytes(bytesSent)}  ↓ ${bytes(bytesReceived)}${speed}  ${duration(seconds)}`
  }

  /** A line that stays. */
  #say(text: string): void {
    this.#erase()
    this.#screen.write(`${text}\n`)
    if (this.#live) this.#draw()
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#draw()
    }, redrawEveryMs)
  }

  #draw(): void {
    this.#erase()
    const columns = this.#screen.columns ?? 80
    for (const line of this.#lines.values()) this.#screen.write(`${clip(line.text, columns - 1)}\n`)
    this.#drawn = this.#lines.size
  }

  #erase(): void {
    if (this.#drawn > 0) this.#screen.write(`\x1b[${this.#drawn}A\x1b[0J`)
    this.#drawn = 0
  }
}

const keyOf = ({ task, party }: { task: number; party: string }): string => `${task} ${party}`
