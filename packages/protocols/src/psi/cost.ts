/**
 * What each protocol of the family costs, by its Cost line, and which of them to take. Pure: plans are compiled at every member
 * and must come out the same.
 */
import { treeDepth, voleShape } from '@secureflow/kernels/blocks/vole-parameters'
import { bucketCapacity, memoryOf, scratchOf } from './buckets/parameters.ts'
import type { PsiProtocol } from './protocols.ts'
import { type Rr22Mode, sizesOf, tagBytes } from './rr22/parameters.ts'
import { type EcdhSuiteName, ecdhSuites } from './suites/cost.ts'

export { bucketsFor, defaultMemoryBytes, mostBuckets } from './buckets/parameters.ts'
export type { PsiProtocol }

export interface PsiSizes {
  /** Rows of the receiver: the left side, unless the right side alone learns. */
  nx: number
  /** Rows of the sender. */
  ny: number
  /** Rows expected in common, where the sender learns them too; otherwise 0. */
  told: number
  /** Whether the sender learns the matches as well. */
  both: boolean
  /** Of rr22, on disk. Default 1: everything at once. */
  buckets?: number
}

interface Line {
  roundTripMs: number
  bytesPerSecond: number
}

export interface PsiCost {
  seconds: number
  toSender: number
  toReceiver: number
  rounds: number
  memoryBytes: number
  /** On disk while it runs; absent where nothing is written. */
  scratchBytes?: number
}

/** Seconds of one side, measured on two cores: the block kernels. */
const rr22Start = 0.15
const rr22Row = 1.1e-6
const rr22Factor = { rr22: 1, 'rr22-low': 1.05, 'rr22-malicious': 1.3 }
/** Dividing a row into buckets, and reading it again. */
const bucketRow = 0.6e-6
/** A process, and its first messages. */
const start = 0.4

/** @param suite  of `ecdh` */
export function psiCost(
  protocol: PsiProtocol,
  sizes: PsiSizes,
  line: Line,
  suite: EcdhSuiteName = 'curve25519',
): PsiCost {
  return protocol === 'ecdh' ? ecdhCost(sizes, line, suite) : rr22Cost(protocol, sizes, line)
}

function ecdhCost({ nx, ny, told }: PsiSizes, line: Line, suite: EcdhSuiteName): PsiCost {
  const { own, theirs } = ecdhSuites[suite]
  const toSender = 32 * nx + 4 * told
  const toReceiver = 32 * ny + tagBytes(Math.max(nx, ny), Math.max(nx, ny)) * nx
  const computing = Math.max(own * nx + theirs * ny, own * ny + theirs * nx)
  // Both directions flow while both sides compute.
  const moving = Math.max(toSender, toReceiver) / line.bytesPerSecond
  const threads = computing < 2 ? 0 : 80e6
  const memoryBytes = 110e6 + threads + 400 * (nx + ny)
  return sum({ toSender, toReceiver, rounds: 5, memoryBytes }, computing + moving, line)
}

function rr22Cost(mode: Rr22Mode, whole: PsiSizes, line: Line): PsiCost {
  const { nx, ny, both, buckets = 1 } = whole
  const part = { nx: bucketCapacity(nx, buckets), ny: bucketCapacity(ny, buckets) }
  const { columns, columnBytes, tagBytes: tag, coordinates } = rr22Sizes(mode, part, buckets)
  const malicious = mode === 'rr22-malicious'
  const { trees, leaves } = voleShape(Math.min(columns, 2 ** 26), coordinates !== undefined).trees
  const depth = treeDepth(leaves)
  const transfers = trees * (depth + 16 * (coordinates ?? 8)) + (malicious ? 256 : 0)
  const bitmap = both ? Math.ceil(part.ny / 8) + (malicious ? 32 : 0) : 0
  const checkpoints = buckets === 1 ? 0 : 64 + 16 * buckets
  const toSender = columnBytes * columns + 2048 * Math.ceil(transfers / 128) + bitmap + (malicious ? 2144 : 32)
  const toReceiver = tag * part.ny + trees * (32 * depth + 16) + (malicious ? 8272 : 4096)
  const each = (rr22Start + rr22Row * (1.5 * part.nx + part.ny)) * rr22Factor[mode]
  const computing = buckets * each + (buckets === 1 ? 0 : bucketRow * Math.max(nx, ny))
  // One direction after the other.
  const moving = (buckets * (toSender + toReceiver) + 2 * checkpoints) / line.bytesPerSecond
  const cost = {
    toSender: buckets * toSender + checkpoints,
    toReceiver: buckets * toReceiver + checkpoints,
    rounds: buckets === 1 ? (malicious ? 10 : 9) : 5 + buckets * (malicious ? 8 : 7),
    memoryBytes: memoryOf(buckets, nx, ny),
    ...(buckets === 1 ? {} : { scratchBytes: Math.max(scratchOf(buckets, nx, ny), scratchOf(buckets, ny, nx)) }),
  }
  return sum(cost, computing + moving, line)
}

const sum = (cost: Omit<PsiCost, 'seconds'>, working: number, line: Line): PsiCost => ({
  ...cost,
  seconds: start + working + (cost.rounds * line.roundTripMs) / 2000,
})

/** Columns of the store beyond what one intersection may have (which is refused when it begins) in proportion. */
function rr22Sizes(mode: Rr22Mode, { nx, ny }: Pick<PsiSizes, 'nx' | 'ny'>, parts: number) {
  const most = 2 ** 24
  const { store, columnBytes, tagBytes, vole } = sizesOf(mode, Math.min(nx, most), ny, parts)
  const columns = nx <= most ? store.columns : Math.ceil((store.columns / most) * nx)
  return { columns, columnBytes, tagBytes, coordinates: vole.coordinates }
}

export interface PsiChoice {
  protocol: PsiProtocol
  /** Seconds of every protocol that has the wanted security. */
  considered: { protocol: PsiProtocol; seconds: number }[]
}

/** The fastest protocol of the wanted security by these sizes and this line; of those that know buckets where there are any. */
export function choosePsi(security: 'semi-honest' | 'malicious', sizes: PsiSizes, line: Line): PsiChoice {
  const fast: PsiProtocol[] = security === 'malicious' ? ['rr22-malicious'] : ['rr22', 'rr22-low']
  const divided = (sizes.buckets ?? 1) > 1
  const protocols: PsiProtocol[] = security === 'malicious' || divided ? fast : ['ecdh', ...fast]
  const considered = protocols.map((protocol) => ({ protocol, seconds: psiCost(protocol, sizes, line).seconds }))
  const { protocol } = considered.reduce((best, each) => (each.seconds < best.seconds ? each : best))
  return { protocol, considered }
}
