/**
 * Silent VOLE over GF(2^128) from dual LPN with regular noise, version 1. Public; both parties derive the same.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | code | ExConv, expander 21, accumulator 24, rate 1/2 | relative pseudo-distance δ = 0.25 | [RRT23], libOTe `ExConv21x24` |
 * | noise weight t | 128 | linear tests: (1 − 2δ)^t = 2^-128 | libOTe `ConfigureCode` |
 * | γ in the accumulator | x^37 | the code is over GF(2^128), not binary: no splitting attack | psi-vole.md 2.3 |
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

/** A code of rate 1/2. The seed is a public constant of the version. */
export interface ExConv {
  readonly outputs: number
  readonly seed: Uint8Array
}

export interface Trees {
  readonly trees: number
  /** Leaves of one tree. */
  readonly leaves: number
}

export interface VoleShape {
  /** Regular noise: one tree for each of the `noiseWeight` positions; trees · leaves = 2 · code.outputs. */
  readonly trees: Trees
  readonly code: ExConv
}

/** 'secureflow vole1' */
const codeSeed = Uint8Array.from('secureflow vole1', (c) => c.charCodeAt(0))

/** For at least `length` correlations; the code has the next multiple of 128, at least 1024. */
export function voleShape(length: number): VoleShape {
  if (!Number.isInteger(length) || length < 0 || length > 2 ** 27) throw new RangeError(`a VOLE of ${length}`)
  const outputs = noiseWeight * Math.ceil(Math.max(length, 1024) / noiseWeight)
  return { trees: { trees: noiseWeight, leaves: (2 * outputs) / noiseWeight }, code: { outputs, seed: codeSeed } }
}

/** Levels below the root. */
export const treeDepth = (leaves: number): number => Math.max(1, Math.ceil(Math.log2(leaves)))

/** Nodes of one tree on a level (0: the root): only those with a leaf below them exist. */
export const nodesOnLevel = (leaves: number, level: number): number =>
  Math.ceil(leaves / 2 ** (treeDepth(leaves) - level))
