/**
 * Base oblivious transfer that withstands malicious parties: endemic, from key agreement.
 *
 * Source    [MR19] with Diffie–Hellman over edwards25519, shared points by their u-coordinates. Deviations: one y for all
 *           transfers; hashes bind the session, the transfer and the choice.
 * Realises  n endemic transfers: a corrupt party may choose its own keys, never learn the other's. Enough under an extension,
 *           which uses keys as seeds alone; not for a protocol that needs keys chosen by nobody.
 * Security  malicious, static corruption, random oracle + gap DH, about 125 bits.
 * Cost      1 round, both at the same time; receiver → sender 64·n B, sender → receiver 32 B.
 *
 * Whatever the receiver sends, it knows the logarithm of at most one of P_0 = r_0 + H_0(r_1) and P_1 = r_1 + H_1(r_0): the
 * later of its two hash queries fixes a point that it could not choose. The honest r_(1−c) is a random multiple of the base
 * point, not a hash: the image of Elligator can be told from the group, so that a hash there would show c.
 */
import { concat, type Platform, uintLE, utf8 } from '@secureflow/base'
import { channel, itemsCodec } from '@secureflow/channel'
import type { TwoParty } from '../session/two-party.ts'
import { type BaseOt, deriveKeys, selectInto } from './base.ts'
import { expectInSubgroup, expectNoZero, onCurve, randomClamped, randomScalars } from './points.ts'

interface FromReceiver {
  /** r_0 of each transfer, then r_1 of each. */
  'ot-r': Uint8Array
}
interface FromSender {
  /** Y = y·G */
  'ot-y': Uint8Array
}

export const endemic: BaseOt = {
  name: 'mr19',
  security: 'malicious',

  async send(two, n) {
    const { edwards25519, curve25519 } = two.platform
    const ch = channel<FromSender, FromReceiver>(
      two.wire,
      { 'ot-y': itemsCodec(1, 32) },
      { 'ot-r': itemsCodec(2 * n, 32) },
    )
    const y = randomClamped(two.rng)
    const Y = edwards25519.multiplyBase(y)
    await ch.send('ot-y', Y)
    const r = await ch.recv('ot-r')
    const [r0, r1] = [r.subarray(0, 32 * n), r.subarray(32 * n)]
    const shared = (own: Uint8Array, other: Uint8Array, choice: number) => {
      const P = onCurve('ot-r', two.peer, () =>
        edwards25519.add(
          own,
          hashToPoints(two, other, () => choice),
        ),
      )
      return expectNoZero('ot-r', two.peer, curve25519.multiply(y, edwards25519.toMontgomery(P)))
    }
    const [zero, one] = [shared(r0, r1, 0), shared(r1, r0, 1)]
    y.fill(0)
    const exchange = exchangeOf(two, Y, r)
    return [deriveKeys(two.platform, exchange, () => 0, zero), deriveKeys(two.platform, exchange, () => 1, one)]
  },

  async receive(two, choices) {
    const { edwards25519 } = two.platform
    const n = choices.length
    const ch = channel<FromReceiver, FromSender>(
      two.wire,
      { 'ot-r': itemsCodec(2 * n, 32) },
      { 'ot-y': itemsCodec(1, 32) },
    )
    const x = randomScalars(two.platform, two.rng, n)
    const unchosen = edwards25519.multiplyBase(randomScalars(two.platform, two.rng, n))
    const hashes = hashToPoints(two, unchosen, (i) => choices[i]!)
    const chosen = edwards25519.subtract(edwards25519.multiplyBase(x), hashes)
    const r = new Uint8Array(64 * n)
    for (let i = 0; i < n; i++) {
      selectInto(r, 32 * i, choices[i]!, chosen, unchosen, 32 * i)
      selectInto(r, 32 * (n + i), choices[i]!, unchosen, chosen, 32 * i)
    }
    await ch.send('ot-r', r)
    const Y = await ch.recv('ot-y')
    expectInSubgroup(two.platform, 'ot-y', two.peer, Y)
    const shared = edwards25519.multiplyOne(Y, x)
    x.fill(0)
    return deriveKeys(two.platform, exchangeOf(two, Y, r), (i) => choices[i]!, shared)
  },
}

/** H_j(r) for each transfer: the sum of two independent Elligator points, which is uniform in the subgroup. */
function hashToPoints({ platform, sid }: TwoParty, r: Uint8Array, choice: (i: number) => number): Uint8Array {
  const map = (half: number) => platform.edwards25519.fromUniform(hashes(platform, sid, r, choice, half))
  return platform.edwards25519.add(map(0), map(1))
}

function hashes(
  platform: Platform,
  sid: Uint8Array,
  r: Uint8Array,
  choice: (i: number) => number,
  half: number,
): Uint8Array {
  const out = new Uint8Array(r.length)
  const domain = concat(utf8('secureflow ot mr19 point'), uintLE(half, 1), sid)
  for (let i = 0; i < r.length / 32; i++) {
    const place = concat(uintLE(i, 4), uintLE(choice(i), 1))
    out.set(platform.sha256(domain, place, r.subarray(32 * i, 32 * i + 32)), 32 * i)
  }
  return out
}

const exchangeOf = ({ platform, sid }: TwoParty, Y: Uint8Array, r: Uint8Array): Uint8Array =>
  platform.sha256(utf8('secureflow ot mr19'), sid, Y, r)
