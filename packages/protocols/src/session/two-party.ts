/** What a building block of two parties works with: oblivious transfer, VOLE, and what is made of them. */
import { type HashStream, type Platform, type Rng, uintLE } from '@secureflow/base'
import type { Wire } from '@secureflow/channel'
import { pause } from './pause.ts'
import type { Session } from './session.ts'

export interface TwoParty {
  /** To the peer. Blocks speak one after the other, each with tags of its own. */
  readonly wire: Wire
  /** Member id of the peer, for errors. */
  readonly peer: string
  readonly platform: Platform
  /** The session's: fresh in every attempt. */
  readonly rng: Rng
  /** 32 bytes that no other attempt has and neither side could choose: goes into every hash. */
  readonly sid: Uint8Array
  /** Lets messages, timers and cancellation through between batches. @throws ABORTED */
  pause(): Promise<void>
}

export type Security = 'semi-honest' | 'malicious'

export function twoParty(session: Session, peer: string, wire: Wire, sid: Uint8Array): TwoParty {
  return { wire, peer, platform: session.platform, rng: session.rng, sid, pause: () => pause(session.signal) }
}

export interface DigestedWire extends Wire {
  /** Of everything said so far: equal at both ends when each has read what the other sent. */
  digest(): Uint8Array
}

/**
 * A wire that remembers what passed. Each direction has its own order, so both ends come to the same digest.
 * @param first  whether this end's messages come first in the digest: true at one end, false at the other
 */
export function digested(wire: Wire, platform: Platform, first: boolean): DigestedWire {
  const sent = platform.sha256Stream()
  const received = platform.sha256Stream()
  const note = (stream: HashStream, tag: string, body: Uint8Array): void => {
    const label = new TextEncoder().encode(tag)
    stream.update(uintLE(label.length, 1))
    stream.update(label)
    stream.update(uintLE(body.length, 8))
    stream.update(body)
  }
  return {
    send(tag, body) {
      note(sent, tag, body)
      return wire.send(tag, body)
    },
    async recv(tag, maxBytes) {
      const body = await wire.recv(tag, maxBytes)
      note(received, tag, body)
      return body
    },
    close: (error) => wire.close(error),
    digest: () => platform.sha256(...(first ? [sent.digest(), received.digest()] : [received.digest(), sent.digest()])),
  }
}
