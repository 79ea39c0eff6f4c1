/** Which of my rows does the other side have too? The family's entry: checks the own input, then runs the protocol. */
import { baseErrors } from '@secureflow/base'
import type { Progress, Session } from '../session/session.ts'
import { wireTo } from '../session/wires.ts'
import { ecdh } from './ecdh.ts'
import { psiErrors } from './errors.ts'
import type { Learns, Side } from './functionality.ts'
import { type EncodedItems, itemsOf, maxRows, refuseDuplicates } from './items.ts'
import { pause } from './pause.ts'

export interface IntersectOptions {
  /** Own ids, one a row, normalised as agreed; no two alike. */
  ids: readonly string[] | EncodedItems
  as: Side
  learns: Learns
  /** Names how both sides normalised their ids; must be equal at both. Default: none. */
  normalisation?: string
  /** Rows a message; must be equal at both. Default 4,096: 128 KB. */
  chunkRows?: number
  progress?: (report: Progress) => void
}

/**
 * Private set intersection with the party of the other part.
 * @returns positions of own rows that match, in a common order at both sides (by masked id); empty at a side that does not learn
 * @throws {InputError} PSI_DUPLICATE_ID, PSI_INVALID_ID, PSI_TOO_MANY_ROWS before anything is sent
 * @throws {PeerError} PSI_* and CHANNEL_* where the partner deviates; PolicyError where the gate refuses. The wire is closed then.
 * Releases through the gate: `rows-left` / `rows-right` (one number) to the partner, before the first message; `matches`
 * before the evaluation that lets the receiver compare, counted as the smaller of both row counts, which is an upper bound of
 * what the receiver learns; where both learn, `matches` with the exact count before they are sent to the other side.
 */
export async function intersect(session: Session, options: IntersectOptions): Promise<Uint32Array> {
  const { as, learns, normalisation = '', chunkRows: chunk = 4096, progress = session.progress } = options
  const [left, right] = [session.playing('left'), session.playing('right')]
  if (left.length !== 1 || right.length !== 1)
    throw psiErrors.PSI_WRONG_PARTIES({ left: left.length, right: right.length })
  if (session.part !== as)
    throw baseErrors.INVALID_VALUE({ label: 'side of the intersection', expected: session.part, received: as })
  if (!Number.isInteger(chunk) || chunk < 1 || chunk > 1 << 16)
    throw baseErrors.INVALID_VALUE({ label: 'rows a message', expected: '1 to 65,536', received: chunk })
  const peer = as === 'left' ? right[0]! : left[0]!
  const items = itemsOf(options.ids)
  if (items.length > maxRows) throw psiErrors.PSI_TOO_MANY_ROWS({ rows: items.length, allowed: maxRows })
  await refuseDuplicates(session.platform, items, () => pause(session.signal))
  try {
    return await ecdh(session, peer, { items, as, learns, normalisation, chunk, progress })
  } catch (error) {
    wireTo(session, peer).close(error as Error) // the partner need not wait for its deadline
    throw error
  }
}
