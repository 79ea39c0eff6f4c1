/** What a partner may send that is no element, in every suite but the default one (../intersect.abort.test.ts). */
import { type Fault, faults } from '@secureflow/channel'
import { describe, expect, test } from 'vitest'
import { ids, start } from '../testing.ts'
import type { EcdhSuiteName } from './cost.ts'

const timeoutMs = 20_000
const peerOf = { 'bank-a': 'bank-b', 'bank-b': 'bank-a' } as const
type Bank = keyof typeof peerOf

const ones = 'ff'.repeat(32)
const bad: Record<Exclude<EcdhSuiteName, 'curve25519'>, [string, string][]> = {
  ristretto255: [
    ['the identity', '00'.repeat(32)],
    ['all ones', ones],
    ['p, another form of the identity', `ed${'ff'.repeat(30)}7f`],
    ['a negative number', `01${'00'.repeat(31)}`],
    ['a number that is not below p', `f3${'ff'.repeat(30)}7f`],
    // RFC 9496 Appendix A.3
    ['no square', '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371'],
    ['a negative product', '3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e'],
  ],
  p256: [
    ['zero', '00'.repeat(32)],
    ['all ones', ones],
    ['p', 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff'],
    ['an x of no point', `${'00'.repeat(31)}07`],
  ],
  sm2: [
    ['zero', '00'.repeat(32)],
    ['all ones', ones],
    ['p', 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff'],
    ['an x of no point', `${'00'.repeat(31)}03`],
  ],
}
const suites = Object.keys(bad) as (keyof typeof bad)[]

describe.each(suites)('%s', (suite) => {
  const sending = async (from: Bank, change: (points: Uint8Array) => void) => {
    const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => {
      change(body)
      return [{ tag, body }]
    }
    const tamper = [{ from, to: peerOf[from], rule: { at: 2, fault } }]
    const { outcome } = start(ids(10), ids(10), { suite, wire: { timeoutMs }, tamper })
    return (await outcome)[from === 'bank-a' ? 1 : 0]
  }

  test.each(bad[suite].flatMap(([name, hex]) => (['bank-a', 'bank-b'] as const).map((from) => [name, from, hex])))(
    '%s, from %s',
    async (_, from, hex) => {
      const received = await sending(from as Bank, (points) => points.set(Buffer.from(hex!, 'hex'), 32 * 7))
      expect(received).toMatchObject({
        reason: { code: 'PSI_INVALID_POINT', class: 'peer', fields: { index: 7 } },
      })
    },
  )

  test.each(['bank-a', 'bank-b'] as const)('the same element twice, from %s', async (from) => {
    expect(await sending(from, (points) => points.copyWithin(32 * 7, 0, 32))).toMatchObject({
      reason: { code: 'PSI_DUPLICATE', class: 'peer', fields: { index: 7 } },
    })
  })

  const messages = { 'bank-a': 6, 'bank-b': 7 }
  const some: readonly Fault[] = process.env.SECUREFLOW_FULL === '1' ? faults : ['flip']
  const cases = (['bank-a', 'bank-b'] as const).flatMap((from) =>
    Array.from({ length: messages[from] - 1 }, (_, at) => some.map((fault) => [from, at, fault] as const)).flat(),
  )
  test.each(cases)('%s, message %i: %s', async (from, at, fault) => {
    const { mesh, outcome } = start(ids(10), ids(10, 2), {
      suite,
      record: false,
      chunkRows: 5,
      wire: { timeoutMs: 500 },
      tamper: [{ from, to: peerOf[from], rule: { at, fault } }],
    })
    const [left, right] = await outcome
    const [deviator, other] = from === 'bank-a' ? [left, right] : [right, left]
    expect(mesh.tampered()).toBe(true)
    expect(other.status).toBe('rejected')
    // Where both wait, the deviator may be the first to give up and to close.
    const classes = [other, deviator].map((side) => (side.status === 'rejected' ? side.reason.class : 'none'))
    expect(['peer', 'timeout']).toContain(classes[0] === 'transport' ? classes[1] : classes[0])
  })

  test('two sides in different suites notice in the first exchange', async () => {
    const { mesh, outcome } = start(ids(3), ids(3), { suite, suiteRight: 'curve25519', chunkRows: 4 })
    for (const side of await outcome)
      expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'suite' } } })
    expect(mesh.transcript('bank-a', 'bank-b').map((m) => m.tag)).toEqual(['hello', 'hello'])
  })

  test.each(['rr22', 'rr22-low', 'rr22-malicious'] as const)('%s has no use for it and says so', async (protocol) => {
    const { mesh, outcome } = start(ids(3), ids(3), { protocol, suite })
    for (const side of await outcome)
      expect(side).toMatchObject({ reason: { code: 'PSI_SUITE_NOT_OFFERED', class: 'input' } })
    expect(mesh.transcript('bank-a', 'bank-b')).toEqual([])
  })
})
