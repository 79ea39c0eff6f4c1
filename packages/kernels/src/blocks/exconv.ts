/** The public random streams of an ExConv code, from its seed through AES-128-CTR. */
import { concat, type Keystream, type Platform, utf8 } from '@secureflow/base'
import { type ExConv, expanderRegular } from './vole-parameters.ts'

/**
 * Little-endian u32: `accumulate 1`, `accumulate 2` one a row; `expand 1` .. `expand 11` one an output, for its position in
 * that slice; `expand` ten an output, for its other positions.
 * @param fromWord  where to begin, a multiple of 4
 */
export function codeStream(platform: Platform, code: ExConv, part: string, fromWord = 0): Keystream {
  const key = platform.sha256(concat(utf8(`secureflow exconv 1 ${part}:`), code.seed)).subarray(0, 16)
  return platform.aesCtr(key, BigInt(fromWord / 4))
}

/** Where the equal slices of the regular positions begin, and the end. */
export const sliceStarts = (outputs: number): number[] =>
  Array.from({ length: expanderRegular + 1 }, (_, s) => Math.floor((s * outputs) / expanderRegular))

/** ⌊word · bound / 2^32⌋, exact for bounds below 2^32: a place from a uniform word. */
export const below = (word: number, bound: number): number =>
  Math.floor(((word >>> 16) * bound + Math.floor(((word & 0xffff) * bound) / 65536)) / 65536)
