/**
 * Silent VOLE over GF(2^128) from dual LPN with regular noise, version 1, and the same with u from the first coordinates over
 * GF(2^16) (subfield.ts), version 1 of its own. Public; both parties derive the same.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | code | ExConv, expander 21, accumulator 24, rate 1/2 | relative pseudo-distance δ = 0.25 | [RRT23], libOTe `ExConv21x24` |
 * | noise weight t | 128 | linear tests: (1 − 2δ)^t = 2^-128 | libOTe `ConfigureCode` |
 * | γ in the accumulator | x^37 | the code is over GF(2^128), not binary: no splitting attack | psi-vole.md 2.3 |
 *
 * Over the subfield, where they differ:
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | γ | g^7 in GF(2^16) | the code is over GF(2^16), and over no smaller field | decision 16 |
 * | coordinates of u | 5 or 6 | at most 5 noise values cancel in a combination of coordinates that an attacker chooses | decision 16 |
 * | distance | 0.2 | - | libOTe `ExConvConfigure`, the lower of its two estimates |
 * | noise weight t | 184 | (1 − 2·0.2)^(t − 5) = 2^-131; (1 − δ)^(t − 5) = 2^-148 at the δ of random codes over GF(2^16) | decision 16 |
 *
 * The minimal polynomial of γ is dense and γ generates the whole multiplicative group (`vole-parameters.test.ts`). Never a
 * Silver code: broken ([RRT23]). A weight is never lowered to gain speed: raise the version with a new analysis.
 */
export const voleVersion = 1
export const expanderWeight = 21
/** The first of them hit one equal slice each, the others anywhere. */
export const expanderRegular = 11
export const accumulatorWeight = 24
/** γ = x^37. */
export const accumulatorShift = 37
export const pseudoDistance = 0.25
export const noiseWeight = 128

export const subfieldVoleVersion = 1
/** γ = g^7. */
export const subfieldShift = 7
export const subfieldDistance = 0.2
export const subfieldNoiseWeight = 184
export const mostCoordinates = 6

/** A code of rate 1/2. The seed is a public constant of the version. */
export interface ExConv {
  readonly outputs: number
  readonly seed: Uint8Array
  /** γ is in GF(2^16), and multiplies each coordinate of a block. */
  readonly subfield?: boolean
}

export interface Trees {
  readonly trees: number
  /** Leaves of one tree. */
  readonly leaves: number
}

export interface VoleShape {
  /** Regular noise: one tree for each of its positions; trees · leaves = 2 · code.outputs. */
  readonly trees: Trees
  readonly code: ExConv
}

const seedOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const codeSeed = seedOf('secureflow vole1')
const subfieldCodeSeed = seedOf('secureflow sfv 1')

/** For at least `length` correlations; the code has the next multiple of the noise weight, at least 1024. */
export function voleShape(length: number, subfield = false): VoleShape {
  if (!Number.isInteger(length) || length < 0 || length > 2 ** 27) throw new RangeError(`a VOLE of ${length}`)
  const trees = subfield ? subfieldNoiseWeight : noiseWeight
  const outputs = trees * Math.ceil(Math.max(length, 1024) / trees)
  const code = subfield ? { outputs, seed: subfieldCodeSeed, subfield } : { outputs, seed: codeSeed }
  return { trees: { trees, leaves: (2 * outputs) / trees }, code }
}

/** Levels below the root. */
export const treeDepth = (leaves: number): number => Math.max(1, Math.ceil(Math.log2(leaves)))

/** Nodes of one tree on a level (0: the root): only those with a leaf below them exist. */
export const nodesOnLevel = (leaves: number, level: number): number =>
  Math.ceil(leaves / 2 ** (treeDepth(leaves) - level))
