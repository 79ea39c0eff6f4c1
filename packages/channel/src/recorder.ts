/** Wrappers around a wire for tests: what was said, and a party that says something else. */
import type { Wire } from './channel.ts'

export interface RecordedMessage {
  direction: 'sent' | 'received'
  tag: string
  body: Uint8Array
}

export type Transcript = RecordedMessage[]

export interface RecordedWire extends Wire {
  readonly transcript: Transcript
}

/** Keeps a copy of every message, in the order in which this end sent and received them. */
export function record(wire: Wire): RecordedWire {
  const transcript: Transcript = []
  return {
    transcript,
    send(tag, body) {
      transcript.push({ direction: 'sent', tag, body: new Uint8Array(body) })
      return wire.send(tag, body)
    },
    async recv(tag, maxBytes) {
      const body = await wire.recv(tag, maxBytes)
      transcript.push({ direction: 'received', tag, body: new Uint8Array(body) })
      return body
    },
    close: (error) => wire.close(error),
  }
}

export const faults = ['drop', 'repeat', 'reorder', 'truncate', 'flip', 'oversize'] as const
export type Fault = (typeof faults)[number]
type Message = { tag: string; body: Uint8Array }

export interface TamperRule {
  /** Which message of this end is changed: its number, from 0. */
  at: number
  /** `reorder` lets the next message pass first. A function gives what is sent instead. */
  fault: Fault | ((message: Message) => Message[])
  /** For `flip`: which bit of the body, default the middle one. */
  bit?: number
}

export interface TamperedWire extends Wire {
  /** Whether the rule has had its message: a test that asks for a fault wants to know that it took place. */
  readonly applied: boolean
}

/** A party that deviates in one message that it sends. */
export function tamper(wire: Wire, rule: TamperRule): TamperedWire {
  let sent = 0
  let applied = false
  let held: Message | undefined
  return {
    get applied() {
      return applied
    },
    async send(tag, body) {
      const index = sent++
      const messages = index === rule.at ? change({ tag, body: new Uint8Array(body) }) : [{ tag, body }]
      if (held !== undefined && index === rule.at + 1) messages.push(held)
      for (const message of messages) await wire.send(message.tag, message.body)
    },
    recv: (tag, maxBytes) => wire.recv(tag, maxBytes),
    close: (error) => wire.close(error),
  }

  function change(message: Message): Message[] {
    const { tag, body } = message
    applied = true
    if (typeof rule.fault === 'function') return rule.fault(message)
    switch (rule.fault) {
      case 'drop':
        return []
      case 'repeat':
        return [message, message]
      case 'reorder':
        held = message
        return []
      case 'truncate':
        return [{ tag, body: body.subarray(0, Math.max(0, body.length - 1)) }]
      case 'flip': {
        const bit = rule.bit ?? body.length * 4
        if (body.length > 0) body[(bit >> 3) % body.length]! ^= 1 << (bit & 7)
        return [message]
      }
      case 'oversize': {
        const larger = new Uint8Array(body.length + (1 << 20))
        larger.set(body)
        return [{ tag, body: larger }]
      }
    }
  }
}
