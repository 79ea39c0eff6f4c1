/** Which of my rows does the other side have too? The family's entry: checks the own input, then runs the agreed protocol. */
import { baseErrors } from '@secureflow/base'
import type { Progress, Session } from '../session/session.ts'
import { wireTo } from '../session/wires.ts'
import { rr22InBuckets } from './buckets/buckets.ts'
import { mostBuckets } from './buckets/parameters.ts'
import { ecdh } from './ecdh.ts'
import { ecdhColumns } from './ecdh-columns.ts'
import { psiErrors } from './errors.ts'
import type { Learned, Learns, Reveals, Side } from './functionality.ts'
import { type EncodedItems, maxRows } from './items.ts'
import type { PsiProtocol } from './protocols.ts'
import { rr22 } from './rr22/rr22.ts'
import { isStandIn, paddingOf, type Sizes, withStandIns } from './stand-ins.ts'
import { type EcdhSuiteName, ecdhSuites } from './suites/cost.ts'
import { checkValues, type RowValues } from './values.ts'

export interface IntersectOptions {
  /** Own ids, one a row, normalised as agreed; no two alike. */
  ids: readonly string[] | EncodedItems
  /** 1 for a row that has no id: it matches nothing, and nothing shows that it is such a row. */
  absent?: Uint8Array
  as: Side
  learns: Learns
  /** Must be equal at both sides. Default `ecdh`. */
  protocol?: PsiProtocol
  /** The group of `ecdh`; must be equal at both sides. Default `curve25519`. */
  suite?: EcdhSuiteName
  /** Names how both sides normalised their ids; must be equal at both. Default: none. */
  normalisation?: string
  /** Rows a message; must be equal at both. Default for `ecdh` by its suite (4,096: 128 KB), 32,768 for the others: 512 KB. */
  chunkRows?: number
  /** Sizes that hide row counts: the side's rows are filled up with random ones that match nothing. Equal at both. */
  padTo?: Sizes
  /**
   * Into how many parts both sides divide their rows, on the session's scratch, so that one at a time is in memory: a power
   * of two, equal at both; with the rr22 protocols, without columns. Default 1: everything at once.
   */
  buckets?: number
  /** Columns whose values the other side, which must learn, gets of the rows in common. One row for every id. */
  brings?: RowValues
  /** How many columns the other side brings. */
  expects?: number
  progress?: (report: Progress) => void
}

/**
 * Private set intersection with the party of the other part.
 * @returns positions of own rows that match, in a common order at both sides (by masked id); empty at a side that does not learn
 * @throws {InputError} PSI_DUPLICATE_ID, PSI_INVALID_ID, PSI_TOO_MANY_ROWS before anything is sent
 * @throws {PeerError} PSI_*, OT_*, VOLE_* and CHANNEL_* where the partner deviates; PolicyError where the gate refuses. The wire
 * is closed then.
 * Releases through the gate: `rows-left` / `rows-right` (one number) to the partner, before the first message; `matches`
 * before the message that lets the receiver compare, counted as the smaller of both row counts, which is an upper bound of
 * what the receiver learns; where both learn, `matches` with the exact count before they are sent to the other side.
 */
export async function intersect(session: Session, options: IntersectOptions): Promise<Uint32Array> {
  return (await run(session, options, 'rows')).rows
}

/**
 * The rows in common with the columns that the other side brings.
 * @returns what `intersect` returns, and the partner's values of these rows in the same order; absent where it brings none
 * @throws {InputError} PSI_VALUES_SHAPE, PSI_NOBODY_LEARNS, and what `intersect` throws
 * Releases besides: `values` to the partner, (rows in common) x (columns); where the sender of the protocol brings them,
 * who need not learn the matches, the smaller row count stands for the rows in common. The partner also learns the widths.
 */
export async function intersectWithValues(
  session: Session,
  options: IntersectOptions,
): Promise<{ rows: Uint32Array; values?: RowValues }> {
  return await run(session, options, 'rows')
}

/**
 * How many rows both sides have, and not which. With the protocols that can say so: `ecdh`.
 * @returns the count; nothing at a side that does not learn
 * @throws {InputError} PSI_COUNT_NOT_OFFERED, and what `intersect` throws
 * Releases `match-count` (one number) where `intersect` releases `matches`.
 */
export async function intersectionSize(session: Session, options: IntersectOptions): Promise<number | undefined> {
  return (await run(session, options, 'count')).count
}

async function run(session: Session, options: IntersectOptions, reveals: Reveals): Promise<Learned> {
  const { ids, as, learns, protocol = 'ecdh', normalisation = '', progress = session.progress } = options
  const { suite = 'curve25519', buckets = 1 } = options
  if (options.suite !== undefined && protocol !== 'ecdh') throw psiErrors.PSI_SUITE_NOT_OFFERED({ protocol, suite })
  const chunk = options.chunkRows ?? (protocol === 'ecdh' ? ecdhSuites[suite].chunk : 32_768)
  const [left, right] = [session.playing('left'), session.playing('right')]
  if (left.length !== 1 || right.length !== 1)
    throw psiErrors.PSI_WRONG_PARTIES({ left: left.length, right: right.length })
  if (session.part !== as)
    throw baseErrors.INVALID_VALUE({ label: 'side of the intersection', expected: session.part, received: as })
  if (!Number.isInteger(chunk) || chunk < 1 || chunk > 1 << 16)
    throw baseErrors.INVALID_VALUE({ label: 'rows a message', expected: '1 to 65,536', received: chunk })
  if (reveals === 'count' && protocol !== 'ecdh') throw psiErrors.PSI_COUNT_NOT_OFFERED({ protocol })
  const other: Side = as === 'left' ? 'right' : 'left'
  const mostHere = protocol === 'ecdh' || options.brings !== undefined || (options.expects ?? 0) > 0 ? 1 : mostBuckets
  if (!Number.isInteger(Math.log2(buckets)) || buckets < 1 || buckets > mostHere)
    throw psiErrors.PSI_BUCKETS_NOT_OFFERED({ buckets, most: mostHere })
  const peer = as === 'left' ? right[0]! : left[0]!
  const rows = 'offsets' in ids ? ids.offsets.length - 1 : ids.length
  const { absent, brings, expects = 0, padTo = {} } = options
  const most = Math.max(rows, padTo[as] ?? 0)
  if (most > maxRows) throw psiErrors.PSI_TOO_MANY_ROWS({ rows: most, allowed: maxRows })
  if (brings !== undefined) checkValues(brings, rows)
  if (brings !== undefined && learns === as) throw psiErrors.PSI_NOBODY_LEARNS({ side: other })
  if (expects > 0 && learns === other) throw psiErrors.PSI_NOBODY_LEARNS({ side: as })
  if (reveals === 'count' && (brings !== undefined || expects > 0))
    throw psiErrors.PSI_COUNT_NOT_OFFERED({ protocol: `${protocol}, columns` })
  const expectsRows = padTo[other]
  try {
    const items = await withStandIns(session, ids, { as, to: padTo[as] ?? rows, absent })
    const padding = paddingOf(padTo)
    const both = { as, learns, reveals, normalisation, chunk, padding, brings, expects, expectsRows, progress }
    const input = { ids: items, ...both }
    const withColumns = brings !== undefined || expects > 0
    const run = () => {
      if (protocol === 'ecdh') return (withColumns ? ecdhColumns : ecdh)(session, peer, { ...input, suite })
      if (buckets === 1) return rr22(session, peer, { ...input, mode: protocol })
      return rr22InBuckets(session, peer, { ...input, mode: protocol, buckets, given: { ids, absent } })
    }
    const learned = await run()
    if (learned.rows.some((row) => isStandIn(row, rows, absent)))
      throw psiErrors.PSI_STAND_IN_MATCHED({}, { party: peer })
    return learned
  } catch (error) {
    wireTo(session, peer).close(error as Error) // the partner need not wait for its deadline
    throw error
  }
}
