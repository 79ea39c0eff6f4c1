/** The wires behind a session. Inside this package only. */
import { type Channel, type Codecs, channel, type Wire } from '@secureflow/channel'
import type { Session } from './session.ts'

const wires = new WeakMap<Session, ReadonlyMap<string, Wire>>()

export function keepWires(session: Session, map: ReadonlyMap<string, Wire>): void {
  wires.set(session, map)
}

export function wireTo(session: Session, peer: string): Wire {
  const wire = wires.get(session)?.get(peer)
  if (wire === undefined) throw new RangeError(`no wire from ${session.self} to ${peer}`)
  return wire
}

export function channelTo<Out, In>(
  session: Session,
  peer: string,
  out: Codecs<Out>,
  incoming: Codecs<In>,
): Channel<Out, In> {
  return channel(wireTo(session, peer), out, incoming)
}
