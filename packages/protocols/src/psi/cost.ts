/**
 * What each protocol of the family costs, by its Cost line, and which of them to take. Pure: plans are compiled at every member
 * and must come out the same.
 */
import { okvsShape } from '@secureflow/kernels/blocks/okvs-parameters'
import { treeDepth, voleShape } from '@secureflow/kernels/blocks/vole-parameters'
import type { PsiProtocol } from './protocols.ts'
import { type EcdhSuiteName, ecdhSuites } from './suites/cost.ts'

export interface PsiSizes {
  /** Rows of the receiver: the left side, unless the right side alone learns. */
  nx: number
  /** Rows of the sender. */
  ny: number
  /** Rows expected in common, where the sender learns them too; otherwise 0. */
  told: number
  /** Whether the sender learns the matches as well. */
  both: boolean
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
}

/** Seconds of one side, measured on two cores: the block kernels. */
const rr22Start = 0.15
const rr22Row = 1.1e-6
const maliciousFactor = 1.3
/** It holds a set in memory: 2.4 GB at this size. */
const rr22MostRows = 2 ** 23
/** A process, and its first messages. */
const start = 0.4

/** @param suite  of `ecdh` */
export function psiCost(
  protocol: PsiProtocol,
  sizes: PsiSizes,
  line: Line,
  suite: EcdhSuiteName = 'curve25519',
): PsiCost {
  return protocol === 'ecdh' ? ecdhCost(sizes, line, suite) : rr22Cost(protocol === 'rr22-malicious', sizes, line)
}

function ecdhCost({ nx, ny, told }: PsiSizes, line: Line, suite: EcdhSuiteName): PsiCost {
  const { own, theirs } = ecdhSuites[suite]
  const toSender = 32 * nx + 4 * told
  const toReceiver = 32 * ny + tagBytes(Math.max(nx, ny) ** 2) * nx
  const computing = Math.max(own * nx + theirs * ny, own * ny + theirs * nx)
  // Both directions flow while both sides compute.
  const moving = Math.max(toSender, toReceiver) / line.bytesPerSecond
  return sum({ toSender, toReceiver, rounds: 5, memoryBytes: 110e6 + 400 * (nx + ny) }, computing + moving, line)
}

function rr22Cost(malicious: boolean, { nx, ny, both }: PsiSizes, line: Line): PsiCost {
  const columns = columnsFor(nx)
  const depth = treeDepth(voleShape(Math.min(columns, 2 ** 26)).trees.leaves)
  const transfers = 128 * (depth + 128) + (malicious ? 256 : 0)
  const bitmap = both ? Math.ceil(ny / 8) + (malicious ? 32 : 0) : 0
  const toSender = 16 * columns + 16 * transfers + bitmap + (malicious ? 2144 : 32)
  const toReceiver = (malicious ? 16 : tagBytes(nx * ny)) * ny + 128 * (32 * depth + 16) + (malicious ? 8272 : 4096)
  const computing = (rr22Start + rr22Row * (1.5 * nx + ny)) * (malicious ? maliciousFactor : 1)
  // One direction after the other.
  const moving = (toSender + toReceiver) / line.bytesPerSecond
  const rounds = malicious ? 10 : 9
  return sum({ toSender, toReceiver, rounds, memoryBytes: 130e6 + 300 * nx + 150 * ny }, computing + moving, line)
}

const sum = (cost: Omit<PsiCost, 'seconds'>, working: number, line: Line): PsiCost => ({
  ...cost,
  seconds: start + working + (cost.rounds * line.roundTripMs) / 2000,
})

/** Of the store; beyond what one intersection may have (which is refused when it begins) in proportion. */
function columnsFor(rows: number): number {
  const most = 2 ** 24
  return rows <= most ? okvsShape(rows).columns : Math.ceil((okvsShape(most).columns / most) * rows)
}

/** ⌈(40 + log2 pairs)/8⌉, by powers of two that are exact. */
function tagBytes(pairs: number): number {
  let bytes = 5
  while (2 ** (8 * (bytes - 5)) < pairs) bytes++
  return bytes
}

export interface PsiChoice {
  protocol: PsiProtocol
  /** Seconds of every protocol that has the wanted security. */
  considered: { protocol: PsiProtocol; seconds: number }[]
}

/** The fastest protocol of the wanted security by these sizes and this line. */
export function choosePsi(security: 'semi-honest' | 'malicious', sizes: PsiSizes, line: Line): PsiChoice {
  const protocols: PsiProtocol[] = security === 'malicious' ? ['rr22-malicious'] : ['ecdh']
  if (security !== 'malicious' && Math.max(sizes.nx, sizes.ny) <= rr22MostRows) protocols.push('rr22')
  const considered = protocols.map((protocol) => ({ protocol, seconds: psiCost(protocol, sizes, line).seconds }))
  const { protocol } = considered.reduce((best, each) => (each.seconds < best.seconds ? each : best))
  return { protocol, considered }
}
