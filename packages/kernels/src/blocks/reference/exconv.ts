/**
 * Dual ExConv ([RRT23], with the field multiply in the accumulator of libOTe `mulConst`): d = e[m..2m) is accumulated twice,
 * then every e[k], k < m, takes in 21 of the d.
 *
 * Accumulating, with w_i the i-th word of the pass and all sums over places 0 ≤ i−24+t < i:
 *     d_i ← γ·(d_i + d_{i−25}) + Σ_{t<24} bit_t(w_i) · d_{i−24+t}     for i = 0..m−1, without γ and d_{i−25} for i < 25
 * and around the end, for i = m..m+24 with d_{i−m} in the place of d_i and only places below m in the sum.
 *
 * γ is an element of GF(2^128), or of its subfield GF(2^16), which multiplies each coordinate of a block (subfield.ts).
 */
import type { Keystream, Platform } from '@secureflow/base'
import type { Blocks } from '../blocks.ts'
import { below, codeStream, sliceStarts } from '../exconv.ts'
import {
  accumulatorShift,
  accumulatorWeight,
  type ExConv,
  expanderRegular,
  expanderWeight,
  subfieldShift,
} from '../vole-parameters.ts'
import { timesX, words } from './field128.ts'
import { timesSubfieldX } from './subfield.ts'

export function compress(platform: Platform, vectors: readonly Blocks[], code: ExConv): void {
  const m = code.outputs
  const halves = vectors.map((v) => ({ e: words(v.subarray(0, 16 * m)), d: words(v.subarray(16 * m, 32 * m)) }))
  for (const part of ['accumulate 1', 'accumulate 2']) {
    const stream = codeStream(platform, code, part)
    const w = drawWords(stream, m + accumulatorWeight + 1)
    for (const { d } of halves) accumulate(d, w, m, code.subfield ? timesSubfieldGamma : timesGamma)
  }
  const starts = sliceStarts(m)
  const regular = Array.from({ length: expanderRegular }, (_, j) => codeStream(platform, code, `expand ${j + 1}`))
  const places = regular.map((stream, j) => {
    const from = starts[j]!
    return drawWords(stream, m).map((word) => from + below(word, starts[j + 1]! - from))
  })
  const uniform = codeStream(platform, code, 'expand')
  for (let k = 0; k < m; k++) {
    const others = drawWords(uniform, expanderWeight - expanderRegular).map((word) => below(word, m))
    for (const at of [...places.map((slice) => slice[k]!), ...others])
      for (const { e, d } of halves) for (let l = 0; l < 4; l++) e[4 * k + l]! ^= d[4 * at + l]!
  }
}

/** Of the block at a word. */
type Multiply = (v: Uint32Array, at: number) => void

const timesGamma: Multiply = (v, at) => {
  for (let s = 0; s < accumulatorShift; s++) timesX(v, at)
}
const timesSubfieldGamma: Multiply = (v, at) => {
  for (let s = 0; s < subfieldShift; s++) timesSubfieldX(v, at)
}

function accumulate(d: Uint32Array, w: Uint32Array, m: number, multiply: Multiply): void {
  for (let i = 0; i < m + accumulatorWeight + 1; i++) {
    const at = 4 * (i < m ? i : i - m)
    const back = i - accumulatorWeight - 1
    if (back >= 0) {
      for (let l = 0; l < 4; l++) d[at + l]! ^= d[4 * back + l]!
      multiply(d, at)
    }
    for (let t = 0; t < accumulatorWeight; t++) {
      const from = i - accumulatorWeight + t
      if (from < 0 || from >= m || ((w[i]! >>> t) & 1) === 0) continue
      for (let l = 0; l < 4; l++) d[at + l]! ^= d[4 * from + l]!
    }
  }
}

function drawWords(stream: Keystream, count: number): Uint32Array {
  const out = new Uint32Array(count)
  stream.fill(new Uint8Array(out.buffer))
  return out
}
