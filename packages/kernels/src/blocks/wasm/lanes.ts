/**
 * Where kernel calls are made: on the calling thread, or each lane on a worker of its own. Calls of one lane are made in
 * order; what lanes write must not overlap.
 */
import type { Team } from '../../team.ts'
import type { Arena } from '../../wasm/arena.ts'
import type { Call } from '../../wasm/worker.ts'
import { type Machine, slack, stageAt, stageBytes, tablesAt } from './module.ts'

export interface Lane {
  /** Scratch of its own, as `tablesAt`. */
  readonly tables: number
  /** How much one piece may take; `slack` bytes after it can be read. */
  readonly pieceBytes: number
  /** Hands a buffer to `fill`, then has the calls made that read it. Resolves when the next piece may come. */
  feed(
    fill: (first: Uint8Array, second: Uint8Array) => void,
    calls: (first: number, second: number) => readonly Call[],
  ): Promise<void>
  /** Resolves when all calls have been made. */
  drain(): Promise<void>
}

export function inlineLane({ kernels, stages, breathe }: Machine): Lane {
  const [first, second] = stages
  const functions = kernels as unknown as Record<string, (...args: readonly (number | bigint)[]) => unknown>
  return {
    tables: tablesAt,
    pieceBytes: stageBytes,
    async feed(fill, calls) {
      await breathe()
      fill(first, second)
      for (const { kernel, args } of calls(stageAt(0), stageAt(1))) functions[kernel]!(...args)
    },
    drain: async () => {},
  }
}

const teamPieceBytes = 512 * 1024
const tableBytes = 8192

/** Lanes on all workers of a team; their buffers lie in the arena until its caller releases them. */
export function teamLanes(team: Team, arena: Arena): Lane[] {
  return Array.from({ length: team.size }, (_, worker): Lane => {
    const tables = arena.offsetOf(arena.view(Uint8Array, tableBytes))
    const buffer = (): Uint8Array => arena.view(Uint8Array, teamPieceBytes + slack).subarray(0, teamPieceBytes)
    const buffers = [0, 1].map(() => ({ first: buffer(), second: buffer(), free: Promise.resolve() }))
    let turn = 0
    return {
      tables,
      pieceBytes: teamPieceBytes,
      async feed(fill, calls) {
        const next = buffers[turn++ & 1]!
        await next.free
        fill(next.first, next.second)
        next.free = team.send(worker, calls(arena.offsetOf(next.first), arena.offsetOf(next.second)))
        next.free.catch(() => {}) // told to whoever waits for the buffer, or drains
      },
      async drain() {
        await Promise.all(buffers.map(({ free }) => free))
      },
    }
  })
}

/** Cuts 0..length−1 into one range a lane, each beginning at a multiple of `step`. */
export function rangesFor(
  lanes: readonly Lane[],
  length: number,
  step: number,
): { lane: Lane; from: number; to: number }[] {
  const each = step * Math.ceil(length / lanes.length / step)
  return lanes
    .map((lane, i) => ({ lane, from: Math.min(length, i * each), to: Math.min(length, (i + 1) * each) }))
    .filter(({ from, to }) => from < to)
}
