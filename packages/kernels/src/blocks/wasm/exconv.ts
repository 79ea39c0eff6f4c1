/** ExConv over WASM memory: the streams of the code pass through the buffers of the lanes in pieces. */

import type { Call } from '../../wasm/worker.ts'
import type { Blocks } from '../blocks.ts'
import { codeStream, sliceStarts } from '../exconv.ts'
import { accumulatorWeight, type ExConv, expanderRegular, expanderWeight } from '../vole-parameters.ts'
import { type Lane, rangesFor } from './lanes.ts'
import type { Machine } from './module.ts'

/** So many words are whole blocks of AES in every stream. */
const step = 8
const uniformWeight = expanderWeight - expanderRegular

export async function compress(
  { platform, arena }: Machine,
  lanes: readonly Lane[],
  vectors: readonly Blocks[],
  code: ExConv,
): Promise<void> {
  const m = code.outputs
  const accumulate = code.subfield ? 'accumulateSubfield' : 'accumulate'
  const offsets = vectors.map((v) => arena.offsetOf(v))

  /** Draws `each` words a row for rows from..to−1 of a stream, and has the calls made that read them. */
  async function rows(
    lane: Lane,
    part: string,
    each: number,
    [from, to]: readonly [number, number],
    calls: (words: number, first: number, count: number) => readonly Call[],
  ): Promise<void> {
    const stream = codeStream(platform, code, part, from * each)
    const most = step * Math.floor(lane.pieceBytes / 4 / each / step)
    for (let first = from; first < to; first += most) {
      const count = Math.min(most, to - first)
      await lane.feed(
        (buffer) => stream.fill(buffer.subarray(0, 4 * each * count)),
        (words) => calls(words, first, count),
      )
    }
  }
  const drain = (): Promise<unknown> => Promise.all(lanes.map((lane) => lane.drain()))

  // A row stands on the rows before it: one lane a vector.
  const passes = async (lane: Lane, mine: readonly number[]): Promise<void> => {
    for (const part of ['accumulate 1', 'accumulate 2'])
      await rows(lane, part, 1, [0, m + accumulatorWeight + 1], (words, from, count) =>
        mine.map((e) => ({ kernel: accumulate, args: [e + 16 * m, words, from, from + count, m, lane.tables] })),
      )
  }
  await Promise.all(
    lanes.map((lane, i) =>
      passes(
        lane,
        offsets.filter((_, v) => v % lanes.length === i),
      ),
    ),
  )
  await drain()

  const ranges = rangesFor(lanes, m, step)
  const starts = sliceStarts(m)
  const regular = async (lane: Lane, from: number, to: number): Promise<void> => {
    for (let j = 0; j < expanderRegular; j++) {
      const [start, places] = [starts[j]!, BigInt(starts[j + 1]! - starts[j]!)]
      await rows(lane, `expand ${j + 1}`, 1, [from, to], (words, first, count) =>
        offsets.map((e) => ({
          kernel: 'expandRegular',
          args: [e + 16 * first, e + 16 * (m + start), words, places, count],
        })),
      )
    }
  }
  await Promise.all(ranges.map(({ lane, from, to }) => regular(lane, from, to)))

  // Two vectors at a time share the misses of the cache, which are what this costs.
  const pairs = offsets.length > 1 ? arena.offsetOf(arena.view(Uint8Array, 32 * m)) : 0
  for (let v = 0; v < offsets.length; v += 2) {
    const [e, e2] = [offsets[v]!, offsets[v + 1]]
    if (e2 !== undefined) {
      for (const { lane, from, to } of ranges) {
        const [a, b] = [e + 16 * (m + from), e2 + 16 * (m + from)]
        await lane.feed(
          () => {},
          () => [{ kernel: 'interleave', args: [pairs + 32 * from, a, b, to - from] }],
        )
      }
      await drain()
    }
    await Promise.all(
      ranges.map(({ lane, from, to }) =>
        rows(lane, 'expand', uniformWeight, [from, to], (words, first, count) => {
          const [at, at2] = [e + 16 * first, (e2 ?? 0) + 16 * first]
          return e2 === undefined
            ? [{ kernel: 'expandUniform', args: [at, e + 16 * m, words, BigInt(m), count] }]
            : [{ kernel: 'expandUniformTwo', args: [at, at2, pairs, words, BigInt(m), count] }]
        }),
      ),
    )
    await drain()
  }
  await drain()
}
