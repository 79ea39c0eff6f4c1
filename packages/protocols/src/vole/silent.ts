/**
 * Vector oblivious linear evaluation over GF(2^128), silent: from a seed's worth of messages.
 *
 * Source    [BCGI18] by dual LPN with regular noise; trees [GGM86]; code ExConv [RRT23]; the malicious check of [WYKW21] as
 *           in psi-vole.md 2.4. Deviations: all correlated transfers, those of the trees and those of the noise, come from
 *           one extension with the same Δ, as in [YWLZW20].
 * Realises  the sender has Δ and v, the receiver uniform u and w = v + Δ·u. Against malicious parties: with the leak that a
 *           sender may guess where noise lies, a receiver bits of Δ, and is found out where it guesses wrong.
 *           With `coordinates` c: u from the first c coordinates of GF(2^128) over GF(2^16), 2·c bytes in place of 16, and
 *           all blocks and products in coordinates (kernels' `subfield.ts`); semi-honest only.
 * Security  dual LPN with the parameters of kernels' `vole-parameters.ts`, correlation robustness of AES; about 125 bits.
 * Cost      correlated transfers: t·(depth + 128) of them (malicious 128 more, coordinates t·(depth + 16·c)), t = 128, with
 *           coordinates 184; then sender → receiver t·(32·depth + 16) B; malicious: receiver → sender 16 B, sender → receiver
 *           32 B.
 *
 * e has one block c_i in each of t equal parts, at α_i. Trees give both sides vectors that agree everywhere but
 * there, where they differ by Δ·c_i: w' = v' + Δ·e. The code takes all three to half their length.
 */
import { concat, equalBytes, randomBelow, randomBytes, utf8 } from '@secureflow/base'
import { channel, itemsCodec } from '@secureflow/channel'
import {
  type BlockKernels,
  type Blocks,
  mostCoordinates,
  type TreeCiphers,
  treeDepth,
  type VoleShape,
  voleShape,
} from '@secureflow/kernels'
import { receiveCorrelated, sendCorrelated } from '../ot/correlated.ts'
import type { Security, TwoParty } from '../session/two-party.ts'
import { voleErrors } from './errors.ts'
import { multiplyUp, multiplyUpCoordinates, powersAt } from './noise.ts'

interface FromSender {
  /** For each tree and level the left sum and the right sum, each under the pad of its choice. */
  'vole-sums': Uint8Array
  /** For each tree the sum of its leaves and of the sender's share of the noise there. */
  'vole-points': Uint8Array
  /** SHA-256 of the sender's side of the check. */
  'vole-proof': Uint8Array
}
interface FromReceiver {
  /** x of the check, drawn before anything was sent. */
  'vole-challenge': Uint8Array
}

/** Against whom, and what u consists of: whole blocks, or the first coordinates over GF(2^16). */
export interface VoleKind {
  readonly security: Security
  /** 1 to `mostCoordinates`; only semi-honest. */
  readonly coordinates?: number
}

export interface VoleSender {
  delta: Uint8Array
  /** `length` blocks in the kernels' memory. */
  v: Blocks
}
export interface VoleReceiver {
  u: Blocks
  w: Blocks
}

const codecs = ({ trees: { trees, leaves } }: VoleShape) => ({
  fromSender: {
    'vole-sums': itemsCodec(2 * trees * treeDepth(leaves), 16),
    'vole-points': itemsCodec(trees, 16),
    'vole-proof': itemsCodec(1, 32),
  },
  fromReceiver: { 'vole-challenge': itemsCodec(1, 16) },
})

/** How many correlated transfers there are: a bit for each tree and level, then the bits of each noise value. */
function transfers({ trees: { trees, leaves } }: VoleShape, { security, coordinates }: VoleKind) {
  const paths = trees * treeDepth(leaves)
  const values = trees + (security === 'malicious' ? 1 : 0)
  const valueBytes = coordinates === undefined ? 16 : 2 * coordinates
  return { paths, values, valueBytes, total: paths + 8 * valueBytes * values }
}

function shapeOf(length: number, { security, coordinates }: VoleKind): VoleShape {
  // The check is over GF(2^128), and its analysis with it.
  if (coordinates !== undefined && (security === 'malicious' || coordinates < 1 || coordinates > mostCoordinates))
    throw new RangeError(`a ${security} VOLE of ${coordinates} coordinates`)
  return voleShape(length, coordinates !== undefined)
}

const noiseShares = (kernels: BlockKernels, bits: Blocks, values: number, { coordinates }: VoleKind): Blocks =>
  coordinates === undefined ? multiplyUp(kernels, bits, values) : multiplyUpCoordinates(kernels, bits, values)

export async function sendVole(
  two: TwoParty,
  kernels: BlockKernels,
  length: number,
  kind: VoleKind,
): Promise<VoleSender> {
  const { security } = kind
  const shape = shapeOf(length, kind)
  const { trees, leaves } = shape.trees
  const { paths, values, total } = transfers(shape, kind)
  const { fromSender, fromReceiver } = codecs(shape)
  const ch = channel<FromSender, FromReceiver>(two.wire, fromSender, fromReceiver)

  const v = kernels.zeros(trees * leaves)
  const scratch = kernels.mark()
  const { delta, q } = await sendCorrelated(two, kernels, total, security)
  const b = noiseShares(kernels, q.subarray(16 * paths), values, kind)

  const seeds = kernels.zeros(trees)
  two.rng.fill(seeds)
  const sums = kernels.zeros(2 * paths)
  await kernels.expandTrees(v, sums, seeds, shape.trees, treeCiphers(two))
  const points = kernels.zeros(trees)
  const depth = treeDepth(leaves)
  for (let i = 0; i < trees; i++) {
    const last = 32 * (i * depth + depth - 1)
    const into = points.subarray(16 * i, 16 * i + 16)
    kernels.xor(into, sums.subarray(last, last + 16), sums.subarray(last + 16, last + 32))
    kernels.xor(into, into, b.subarray(16 * i, 16 * i + 16))
  }
  maskSums(two, kernels, sums, q.subarray(0, 16 * paths), delta)
  await ch.send('vole-sums', sums)
  await ch.send('vole-points', points)

  if (security === 'malicious') {
    const x = await ch.recv('vole-challenge')
    const own = sumOf(kernels.powerSum(v, x), b.subarray(16 * trees))
    await ch.send('vole-proof', proofOf(two, own))
  }
  await two.pause()
  await kernels.compress([v], shape.code)
  kernels.release(scratch)
  return { delta, v: v.subarray(0, 16 * length) }
}

/** @param meanwhile  work of the caller's own, done while the sender grows its trees; what it allocates is freed with it */
export async function receiveVole(
  two: TwoParty,
  kernels: BlockKernels,
  length: number,
  kind: VoleKind,
  meanwhile: () => Promise<void> = async () => {},
): Promise<VoleReceiver> {
  const { security } = kind
  const shape = shapeOf(length, kind)
  const { trees, leaves } = shape.trees
  const depth = treeDepth(leaves)
  const { paths, values, valueBytes, total } = transfers(shape, kind)
  const { fromSender, fromReceiver } = codecs(shape)
  const ch = channel<FromReceiver, FromSender>(two.wire, fromReceiver, fromSender)

  const w = kernels.zeros(trees * leaves)
  const u = kernels.zeros(trees * leaves)
  const scratch = kernels.mark()
  const alpha = Uint32Array.from({ length: trees }, () => randomBelow(two.rng, leaves))
  const c = randomBytes(two.rng, valueBytes * values)
  const x = randomBytes(two.rng, 16)
  if (security === 'malicious') c.set(noiseSum(kernels, x, c, alpha, leaves), 16 * trees)
  const t = await receiveCorrelated(two, kernels, choicesOf(alpha, depth, c), total, security)
  const a = noiseShares(kernels, t.subarray(16 * paths), values, kind)

  await meanwhile()
  const masked = await ch.recv('vole-sums')
  const siblings = chosenSums(two, kernels, masked, t.subarray(0, 16 * paths), alpha, depth)
  const points = await ch.recv('vole-points')
  await kernels.expandPunctured(w, alpha, siblings, shape.trees, treeCiphers(two))
  const others = kernels.zeros(trees)
  kernels.sumRows(others, w, leaves)
  for (let i = 0; i < trees; i++) {
    const at = 16 * (i * leaves + alpha[i]!)
    const own = a.subarray(16 * i, 16 * i + 16)
    for (let k = 0; k < 16; k++) w[at + k] = points[16 * i + k]! ^ others[16 * i + k]! ^ own[k]!
    u.set(c.subarray(valueBytes * i, valueBytes * (i + 1)), at)
  }

  if (security === 'malicious') {
    await ch.send('vole-challenge', x)
    const own = sumOf(kernels.powerSum(w, x), a.subarray(16 * trees))
    if (!equalBytes(await ch.recv('vole-proof'), proofOf(two, own)))
      throw voleErrors.VOLE_CHECK_FAILED({}, { party: two.peer })
  }
  await two.pause()
  await kernels.compress([u, w], shape.code)
  kernels.release(scratch)
  return { u: u.subarray(0, 16 * length), w: w.subarray(0, 16 * length) }
}

/** c of the check: Σ x^(k+1)·e_k over the places of the noise. */
function noiseSum(kernels: BlockKernels, x: Uint8Array, c: Uint8Array, alpha: Uint32Array, leaves: number): Uint8Array {
  const mark = kernels.mark()
  const exponents = alpha.map((point, i) => i * leaves + point + 1)
  const powers = powersAt(kernels, x, exponents)
  const noise = kernels.zeros(alpha.length)
  noise.set(c.subarray(0, noise.length))
  const sum = kernels.dot(powers, noise).slice()
  kernels.release(mark)
  return sum
}

/**
 * The receiver's choices: for each tree and level the side where its path does not go (0 left, 1 right), whose sum it
 * needs, then the bits of the noise.
 */
function choicesOf(alpha: Uint32Array, depth: number, c: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil((alpha.length * depth) / 8))
  alpha.forEach((point, i) => {
    for (let level = 0; level < depth; level++) {
      const at = i * depth + level
      bits[at >> 3]! |= sideOff(point, depth, level) << (at & 7)
    }
  })
  const paths = alpha.length * depth
  if (paths % 8 !== 0) throw new RangeError(`${paths} transfers of the trees are no whole bytes`)
  return concat(bits, c)
}

/** 1 where the path to this leaf goes left below `level`. */
const sideOff = (point: number, depth: number, level: number): number => 1 ^ ((point >> (depth - 1 - level)) & 1)

/** sums ⊕= pads: H(j, q_j) on the left one, H(j, q_j ⊕ Δ) on the right one. */
function maskSums(two: TwoParty, kernels: BlockKernels, sums: Blocks, q: Blocks, delta: Uint8Array): void {
  const paths = q.length / 16
  const cipher = padCipher(two)
  const zero = kernels.zeros(paths)
  const one = kernels.zeros(paths)
  for (let j = 0; j < paths; j++) one.set(delta, 16 * j)
  kernels.xor(one, one, q)
  kernels.hashTweaked(zero, q, 0, cipher)
  kernels.hashTweaked(one, one, 0, cipher)
  for (let j = 0; j < paths; j++)
    for (let k = 0; k < 16; k++) {
      sums[32 * j + k]! ^= zero[16 * j + k]!
      sums[32 * j + 16 + k]! ^= one[16 * j + k]!
    }
}

/** The sums that the receiver chose, without a branch on its choices. */
function chosenSums(
  two: TwoParty,
  kernels: BlockKernels,
  masked: Uint8Array,
  t: Blocks,
  alpha: Uint32Array,
  depth: number,
): Blocks {
  const out = kernels.zeros(alpha.length * depth)
  kernels.hashTweaked(out, t, 0, padCipher(two))
  alpha.forEach((point, i) => {
    for (let level = 0; level < depth; level++) {
      const j = i * depth + level
      const mask = -sideOff(point, depth, level) & 255
      for (let k = 0; k < 16; k++) {
        const [left, right] = [masked[32 * j + k]!, masked[32 * j + 16 + k]!]
        out[16 * j + k]! ^= left ^ (mask & (left ^ right))
      }
    }
  })
  return out
}

const sumOf = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, k) => byte ^ b[k]!)
const keyOf = ({ platform, sid }: TwoParty, what: string): Uint8Array =>
  platform.sha256(utf8(`secureflow vole ${what}`), sid).subarray(0, 16)
const padCipher = (two: TwoParty) => two.platform.aesBlocks(keyOf(two, 'pads'))
const treeCiphers = (two: TwoParty): TreeCiphers => [
  two.platform.aesBlocks(keyOf(two, 'left')),
  two.platform.aesBlocks(keyOf(two, 'right')),
]
const proofOf = ({ platform, sid }: TwoParty, sum: Uint8Array): Uint8Array =>
  platform.sha256(utf8('secureflow vole proof'), sid, sum)
