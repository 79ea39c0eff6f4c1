/** ExConv over WASM memory: the streams of the code pass through a stage in pieces. */
import type { Keystream } from '@secureflow/base'
import type { Blocks } from '../blocks.ts'
import { codeStream, sliceStarts } from '../exconv.ts'
import { accumulatorWeight, type ExConv, expanderRegular, expanderWeight } from '../vole-parameters.ts'
import { type Machine, pieces, stageAt, stageBytes, tablesAt } from './module.ts'

export function compress(machine: Machine, vectors: readonly Blocks[], code: ExConv): void {
  const { platform, kernels, arena, stages } = machine
  const m = code.outputs
  const offsets = vectors.map((v) => arena.offsetOf(v))

  /** Draws `each` words a row and lets `work` have them at `stageAt(0)`. */
  function rows(stream: Keystream, count: number, each: number, work: (from: number, count: number) => void): void {
    for (const piece of pieces(count, Math.floor(stageBytes / 4 / each))) {
      stream.fill(stages[0].subarray(0, 4 * each * piece.count))
      work(piece.from, piece.count)
    }
  }

  for (const part of ['accumulate 1', 'accumulate 2'])
    rows(codeStream(platform, code, part), m + accumulatorWeight + 1, 1, (from, count) => {
      for (const e of offsets) kernels.accumulate(e + 16 * m, stageAt(0), from, from + count, m, tablesAt)
    })

  const starts = sliceStarts(m)
  for (let j = 0; j < expanderRegular; j++) {
    const [start, places] = [starts[j]!, BigInt(starts[j + 1]! - starts[j]!)]
    rows(codeStream(platform, code, `expand ${j + 1}`), m, 1, (from, count) => {
      for (const e of offsets) kernels.expandRegular(e + 16 * from, e + 16 * (m + start), stageAt(0), places, count)
    })
  }

  // Two vectors at a time share the misses of the cache, which are what this costs.
  const mark = arena.mark()
  const pairs = offsets.length > 1 ? arena.offsetOf(arena.view(Uint8Array, 32 * m)) : 0
  for (let v = 0; v < offsets.length; v += 2) {
    const [e, e2] = [offsets[v]!, offsets[v + 1]]
    if (e2 !== undefined) kernels.interleave(pairs, e + 16 * m, e2 + 16 * m, m)
    rows(codeStream(platform, code, 'expand'), m, expanderWeight - expanderRegular, (from, count) => {
      const at = 16 * from
      if (e2 === undefined) kernels.expandUniform(e + at, e + 16 * m, stageAt(0), BigInt(m), count)
      else kernels.expandUniformTwo(e + at, e2 + at, pairs, stageAt(0), BigInt(m), count)
    })
  }
  arena.release(mark)
  machine.wipe()
}
