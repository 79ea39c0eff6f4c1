/** ExConv over WASM memory: the streams of the code pass through a stage in pieces. */
import type { Blocks } from '../blocks.ts'
import { codeStream, sliceStarts } from '../exconv.ts'
import { accumulatorWeight, type ExConv, expanderRegular, expanderWeight } from '../vole-parameters.ts'
import { type Machine, operandsAt, pieces, stageAt, stageBytes, tablesAt } from './module.ts'

export function compress(machine: Machine, vectors: readonly Blocks[], code: ExConv): void {
  const { platform, kernels, arena, stages } = machine
  const [stage] = stages
  const m = code.outputs
  const offsets = vectors.map((v) => arena.offsetOf(v))
  for (const part of ['accumulate 1', 'accumulate 2']) {
    const stream = codeStream(platform, code, part)
    for (const { from, count } of pieces(m + accumulatorWeight + 1, stageBytes / 4)) {
      stream.fill(stage.subarray(0, 4 * count))
      for (const e of offsets) kernels.accumulate(e + 16 * m, stageAt(0), from, from + count, m, tablesAt)
    }
  }
  new Uint32Array(machine.operands.buffer, operandsAt, 2 * expanderWeight).set(slices(m))
  const stream = codeStream(platform, code, 'expand')
  const wordsBytes = 4 * expanderWeight
  for (const { from, count } of pieces(m, Math.floor(stageBytes / wordsBytes))) {
    stream.fill(stage.subarray(0, wordsBytes * count))
    for (let v = 0; v < offsets.length; v += 2) {
      const [e, e2] = [offsets[v]!, offsets[v + 1]]
      const at = e + 16 * from
      if (e2 === undefined) kernels.expand(at, e + 16 * m, stageAt(0), operandsAt, count)
      else kernels.expandTwo(at, e + 16 * m, e2 + 16 * from, e2 + 16 * m, stageAt(0), operandsAt, count)
    }
  }
  machine.wipe()
}

/** For each of the 21 positions where it may begin and how many places there are. */
function slices(m: number): number[] {
  const starts = sliceStarts(m)
  return Array.from({ length: expanderWeight }, (_, j) =>
    j < expanderRegular ? [starts[j]!, starts[j + 1]! - starts[j]!] : [0, m],
  ).flat()
}
