/**
 * Base oblivious transfer, semi-honest: the simplest.
 *
 * Source    [CO15] over edwards25519, shared points by their u-coordinates. Deviations: none.
 * Realises  n random transfers: the sender has two keys of 16 bytes each, the receiver the one that it chose.
 * Security  semi-honest, static corruption, random oracle + gap DH, about 125 bits. Never under a malicious protocol: a
 *           lying receiver's choices cannot be extracted in time.
 * Cost      2 messages one after the other; sender → receiver 32 B, receiver → sender 32·n B.
 */
import { utf8 } from '@secureflow/base'
import { channel, itemsCodec } from '@secureflow/channel'
import type { TwoParty } from '../session/two-party.ts'
import { type BaseOt, deriveKeys, selectInto } from './base.ts'
import { expectInSubgroup, expectNoZero, onCurve, randomClamped, randomScalars, repeated } from './points.ts'

interface FromSender {
  /** A = a·G */
  'ot-a': Uint8Array
}
interface FromReceiver {
  /** B_i = b_i·G + c_i·A */
  'ot-b': Uint8Array
}
const codecs = (n: number) => [{ 'ot-a': itemsCodec(1, 32) }, { 'ot-b': itemsCodec(n, 32) }] as const

export const simplest: BaseOt = {
  name: 'co15',
  security: 'semi-honest',

  async send(two, n) {
    const { edwards25519, curve25519 } = two.platform
    const ch = channel<FromSender, FromReceiver>(two.wire, ...codecs(n))
    const a = randomClamped(two.rng)
    const A = edwards25519.multiplyBase(a)
    await ch.send('ot-a', A)
    const B = await ch.recv('ot-b')
    const shared = (points: Uint8Array) =>
      expectNoZero('ot-b', two.peer, curve25519.multiply(a, edwards25519.toMontgomery(points)))
    const zero = shared(B)
    const one = shared(onCurve('ot-b', two.peer, () => edwards25519.subtract(B, repeated(A, n))))
    a.fill(0)
    const exchange = exchangeOf(two, A, B)
    return [deriveKeys(two.platform, exchange, () => 0, zero), deriveKeys(two.platform, exchange, () => 1, one)]
  },

  async receive(two, choices) {
    const { edwards25519 } = two.platform
    const n = choices.length
    const ch = channel<FromReceiver, FromSender>(two.wire, ...flipped(n))
    const A = await ch.recv('ot-a')
    expectInSubgroup(two.platform, 'ot-a', two.peer, A)
    const b = randomScalars(two.platform, two.rng, n)
    const bG = edwards25519.multiplyBase(b)
    const shifted = edwards25519.add(bG, repeated(A, n))
    const B = new Uint8Array(32 * n)
    for (let i = 0; i < n; i++) selectInto(B, 32 * i, choices[i]!, bG, shifted, 32 * i)
    await ch.send('ot-b', B)
    const shared = edwards25519.multiplyOne(A, b)
    b.fill(0)
    return deriveKeys(two.platform, exchangeOf(two, A, B), (i) => choices[i]!, shared)
  },
}

const flipped = (n: number) => {
  const [fromSender, fromReceiver] = codecs(n)
  return [fromReceiver, fromSender] as const
}

const exchangeOf = ({ platform, sid }: TwoParty, A: Uint8Array, B: Uint8Array): Uint8Array =>
  platform.sha256(utf8('secureflow ot co15'), sid, A, B)
