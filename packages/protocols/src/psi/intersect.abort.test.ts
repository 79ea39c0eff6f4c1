/**
 * A side that deviates in one message. Every change of a message on its way is noticed, because the sides compare digests at
 * the end. What the semi-honest model cannot notice: a side that computes something else from the start, such as a sender
 * that evaluates chosen rows under another scalar (they do not match), or either side with ids that it does not have.
 */
import { decodeCbor, encodeCbor } from '@secureflow/base'
import { faults } from '@secureflow/channel'
import { describe, expect, test } from 'vitest'
import { ids, start } from './testing.ts'

const timeoutMs = 250
const messagesOf = {
  'bank-a': ['hello', 'nonce', 'blinded', 'blinded', 'matches', 'done'],
  'bank-b': ['hello', 'nonce', 'masked', 'masked', 'evaluated', 'evaluated', 'done'],
}
const peerOf = { 'bank-a': 'bank-b', 'bank-b': 'bank-a' } as const
type Bank = keyof typeof peerOf

const cases = (Object.keys(messagesOf) as Bank[]).flatMap((from) =>
  messagesOf[from].flatMap((tag, at) => faults.map((fault) => [from, `${tag} (${at})`, fault, at] as const)),
)

describe.each(cases)('%s, message %s: %s', (from, _, fault, at) => {
  test('ends in a peer or timeout error, promptly', async () => {
    const { mesh, outcome } = start(ids(20), ids(20, 5), {
      record: false,
      chunkRows: 10,
      wire: { timeoutMs },
      tamper: [{ from, to: peerOf[from], rule: { at, fault } }],
    })
    const before = performance.now()
    const [left, right] = await outcome
    const [deviator, other] = from === 'bank-a' ? [left, right] : [right, left]
    expect(mesh.tampered()).toBe(true)
    const last = at === messagesOf[from].length - 1
    if (last && fault === 'repeat') return expect(other.status).toBe('fulfilled') // nobody reads after the end
    expect(other.status).toBe('rejected')
    // Where both wait, the deviator may be the first to give up and to close.
    const classes = [other, deviator].map((side) => (side.status === 'rejected' ? side.reason.class : 'none'))
    expect(['peer', 'timeout']).toContain(classes[0] === 'transport' ? classes[1] : classes[0])
    expect(performance.now() - before).toBeLessThan(20_000)
  })
})

const le = (value: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
const p = 2n ** 255n - 19n
const badPoints: [string, Uint8Array, string][] = [
  ['zero', le(0n), 'PSI_INVALID_POINT'],
  ['one', le(1n), 'PSI_INVALID_POINT'],
  ['minus one', le(p - 1n), 'PSI_INVALID_POINT'],
  [
    'order eight',
    le(325606250916557431795983626356110631294008115727848805560023387167927233504n),
    'PSI_INVALID_POINT',
  ],
  [
    'the other of order eight',
    le(39382357235489614581723060781553021112529911719440698176882885853963445705823n),
    'PSI_INVALID_POINT',
  ],
  ['p, another form of zero', le(p), 'PSI_INVALID_POINT'],
  ['p + 9, another form of the base point', le(p + 9n), 'PSI_INVALID_POINT'],
  ['the base point with the top bit set', le(9n + 2n ** 255n), 'PSI_INVALID_POINT'],
  ['all ones', new Uint8Array(32).fill(255), 'PSI_INVALID_POINT'],
]

describe.each(['bank-a', 'bank-b'] as const)('points that %s should not send', (from) => {
  const sending = async (change: (points: Uint8Array) => void) => {
    const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => {
      change(body)
      return [{ tag, body }]
    }
    const { outcome } = start(ids(20), ids(20), {
      wire: { timeoutMs },
      tamper: [{ from, to: peerOf[from], rule: { at: 2, fault } }],
    })
    return (await outcome)[from === 'bank-a' ? 1 : 0]
  }

  test.each(badPoints)('%s', async (_, point, code) => {
    expect(await sending((points) => points.set(point, 32 * 7))).toMatchObject({
      reason: { code, class: 'peer', fields: { index: 7 } },
    })
  })

  test('the same point twice', async () => {
    expect(await sending((points) => points.copyWithin(32 * 7, 0, 32))).toMatchObject({
      reason: { code: 'PSI_DUPLICATE', class: 'peer', fields: { index: 7 } },
    })
  })
})

test.each([
  ['a row beyond the end', (body: Uint8Array) => body.fill(255, 0, 4), 'PSI_INVALID_INDEX'],
  ['the same row twice', (body: Uint8Array) => body.copyWithin(4, 0, 4), 'PSI_DUPLICATE'],
])('matches that name %s', async (_, change, code) => {
  const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => {
    change(body)
    return [{ tag, body }]
  }
  const tampering = [{ from: 'bank-a', to: 'bank-b', rule: { at: 3, fault } }]
  const { outcome } = start(ids(20), ids(20), { wire: { timeoutMs }, tamper: tampering })
  expect((await outcome)[1]).toMatchObject({ reason: { code, class: 'peer' } })
})

test('a peer that claims more rows than anyone may have is refused before anything is allocated', async () => {
  const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => [
    { tag, body: encodeCbor({ ...(decodeCbor(body, tag) as object), rows: 2 ** 32 }) },
  ]
  const tampering = [{ from: 'bank-a', to: 'bank-b', rule: { at: 0, fault } }]
  const { outcome } = start(ids(20), ids(20), { wire: { timeoutMs }, tamper: tampering })
  expect((await outcome)[1]).toMatchObject({ reason: { code: 'MALFORMED', class: 'peer' } })
})
