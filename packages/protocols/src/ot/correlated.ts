/**
 * Correlated oblivious transfer, extended from 128 base transfers.
 *
 * Source    [IKNP03]; against malicious receivers the subspace check of [Roy22], section 5, for the repetition code (k = 1):
 *           a universal hash of every column, not the row check of [KOS15], whose proof has a gap. Deviations: the challenge
 *           comes from a hash of the message (Fiat–Shamir) instead of the sender.
 * Realises  n transfers over F_2: the sender has Δ and q_j, the receiver x_j and t_j = q_j ⊕ x_j·Δ. A corrupt receiver may guess
 *           bits of Δ, and is found out where it guesses wrong.
 * Security  that of the base below; about 125 bits. Statistical error of the check below 2^-120.
 * Cost      base + 1 message; receiver → sender 16·⌈n/128⌉·128 B, malicious 16·128 + 16·129 B more.
 *
 * Bit i of a block belongs to base transfer i. Choices are bits, eight a byte, lowest first.
 */
import { equalBytes, randomBytes, utf8 } from '@secureflow/base'
import { channel, itemsCodec } from '@secureflow/channel'
import type { BlockKernels, Blocks } from '@secureflow/kernels'
import type { Security, TwoParty } from '../session/two-party.ts'
import { type BaseOt, baseOt, type KeyPairs } from './base.ts'
import { otErrors } from './errors.ts'

const columns = 128

interface FromReceiver {
  /** U_i = PRG(k_i0) ⊕ PRG(k_i1) ⊕ x for each base transfer i. */
  'ot-u': Uint8Array
  /** Malicious only: the hash of x, then that of each column of T. */
  'ot-check': Uint8Array
}

export interface CorrelatedSender {
  /** One block. */
  delta: Uint8Array
  /** n blocks, in the kernels' memory. */
  q: Blocks
}

/** Bits a column has: whole blocks, and in malicious mode one block more whose choices mask what the check opens. */
const columnBits = (n: number, security: Security): number =>
  columns * (Math.ceil(n / columns) + (security === 'malicious' ? 1 : 0))

const codecs = (bits: number) => ({
  'ot-u': itemsCodec(columns, bits / 8),
  'ot-check': itemsCodec(columns + 1, 16),
})

export async function sendCorrelated(
  two: TwoParty,
  kernels: BlockKernels,
  n: number,
  security: Security,
): Promise<CorrelatedSender> {
  const bits = columnBits(n, security)
  const delta = randomBytes(two.rng, 16)
  const keys = await base(security).receive(two, bitsOf(delta))
  const ch = channel<Record<never, never>, FromReceiver>(two.wire, {}, codecs(bits))
  const U = await ch.recv('ot-u')
  const q = kernels.zeros(bits)
  const scratch = kernels.mark()
  const Q = kernels.bytes(columns * (bits / 8))
  for (let i = 0; i < columns; i++) {
    const column = columnOf(Q, i)
    two.platform.aesCtr(keys.subarray(16 * i, 16 * i + 16)).fill(column)
    xorWhere(column, columnOf(U, i), (delta[i >> 3]! >> (i & 7)) & 1)
  }
  keys.fill(0)
  if (security === 'malicious') {
    const chi = challenge(two, kernels, U, bits)
    const [x, ...t] = split(await ch.recv('ot-check'))
    let wrong = 0
    for (let i = 0; i < columns; i++) {
      const expected = t[i]!
      xorWhere(expected, x!, (delta[i >> 3]! >> (i & 7)) & 1)
      wrong |= equalBytes(kernels.dot(chi, columnOf(Q, i)), expected) ? 0 : 1
    }
    if (wrong !== 0) throw otErrors.OT_CHECK_FAILED({}, { party: two.peer })
  }
  kernels.transpose(q, Q)
  kernels.release(scratch)
  return { delta, q: q.subarray(0, 16 * n) }
}

/** @param choices  at least n bits; those after them in the last byte do not count */
export async function receiveCorrelated(
  two: TwoParty,
  kernels: BlockKernels,
  choices: Uint8Array,
  n: number,
  security: Security,
): Promise<Blocks> {
  const bits = columnBits(n, security)
  const pairs = await base(security).send(two, columns)
  const ch = channel<FromReceiver, Record<never, never>>(two.wire, codecs(bits), {})
  const t = kernels.zeros(bits)
  const scratch = kernels.mark()
  const x = kernels.bytes(bits / 8)
  two.rng.fill(x)
  x.set(choices.subarray(0, Math.ceil(n / 8)))
  const T = kernels.bytes(columns * x.length)
  const U = kernels.bytes(columns * x.length)
  expand(two, pairs, T, U)
  kernels.xor(U, U, T)
  for (let i = 0; i < columns; i++) kernels.xor(columnOf(U, i), columnOf(U, i), x)
  await ch.send('ot-u', U)
  if (security === 'malicious') {
    const chi = challenge(two, kernels, U, bits)
    const check = new Uint8Array(16 * (columns + 1))
    check.set(kernels.dot(chi, x))
    for (let i = 0; i < columns; i++) check.set(kernels.dot(chi, columnOf(T, i)), 16 * (i + 1))
    await ch.send('ot-check', check)
  }
  kernels.transpose(t, T)
  kernels.release(scratch)
  return t.subarray(0, 16 * n)
}

const base = (security: Security): BaseOt => baseOt(security)

function expand(two: TwoParty, [zero, one]: KeyPairs, into0: Uint8Array, into1: Uint8Array): void {
  for (let i = 0; i < columns; i++) {
    two.platform.aesCtr(zero.subarray(16 * i, 16 * i + 16)).fill(columnOf(into0, i))
    two.platform.aesCtr(one.subarray(16 * i, 16 * i + 16)).fill(columnOf(into1, i))
  }
  zero.fill(0)
  one.fill(0)
}

/** A weight for each block of a column, the last of them 1: that block's random choices hide the hash of the others. */
function challenge({ platform, sid }: TwoParty, kernels: BlockKernels, U: Uint8Array, bits: number): Blocks {
  const chi = kernels.zeros(bits / 128)
  const seed = platform.sha256(utf8('secureflow ot check'), sid, U)
  platform.aesCtr(seed.subarray(0, 16)).fill(chi)
  chi.fill(0, chi.length - 16)
  chi[chi.length - 16] = 1
  return chi
}

const columnOf = (matrix: Uint8Array, i: number): Uint8Array => {
  const bytes = matrix.length / columns
  return matrix.subarray(i * bytes, (i + 1) * bytes)
}

const split = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / 16 }, (_, i) => bytes.slice(16 * i, 16 * i + 16))

const bitsOf = (block: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, i) => (block[i >> 3]! >> (i & 7)) & 1)

/** a ⊕= b where `bit` is 1, without a branch on it. */
function xorWhere(a: Uint8Array, b: Uint8Array, bit: number): void {
  const mask = -bit & 255
  for (let k = 0; k < a.length; k++) a[k]! ^= b[k]! & mask
}
