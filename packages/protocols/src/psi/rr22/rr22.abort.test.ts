/** Each message of rr22 dropped, repeated, reordered, truncated, flipped, too large: both sides end, promptly. */
import { type Fault, faults } from '@secureflow/channel'
import { describe, expect, test } from 'vitest'
import { ids, start } from '../testing.ts'
import type { Rr22Mode } from './parameters.ts'

const timeoutMs = 1500
const full = process.env.SECUREFLOW_FULL === '1'
const peerOf = { 'bank-a': 'bank-b', 'bank-b': 'bank-a' } as const
type Bank = keyof typeof peerOf

const semiHonest = {
  'bank-a': ['hello', 'nonce', 'ot-a', 'ot-u', 'encoded', 'matches', 'done'],
  'bank-b': ['hello', 'nonce', 'ot-b', 'vole-sums', 'vole-points', 'tags', 'done'],
}
const messagesOf: Record<Rr22Mode, Record<Bank, string[]>> = {
  rr22: semiHonest,
  'rr22-low': semiHonest,
  'rr22-malicious': {
    'bank-a': [
      'hello',
      'nonce',
      'ot-y',
      'ot-u',
      'ot-check',
      'vole-challenge',
      'encoded',
      'mask-receiver',
      'matches',
      'done',
    ],
    'bank-b': [
      'hello',
      'nonce',
      'mask-commitment',
      'ot-r',
      'vole-sums',
      'vole-points',
      'vole-proof',
      'mask-sender',
      'tags',
      'done',
    ],
  },
}

describe.each(['rr22', 'rr22-low', 'rr22-malicious'] as const)('%s', (protocol) => {
  const cases = (Object.keys(peerOf) as Bank[]).flatMap((from) =>
    messagesOf[protocol][from].flatMap((tag, at) =>
      // The short run gives every message one fault, and every fault several messages.
      faults.filter((_, k) => full || k === at % faults.length).map((fault) => [from, tag, at, fault] as const),
    ),
  )
  test.each(cases)('%s, %s (message %i): %s', async (from, tag, at, fault: Fault) => {
    const { mesh, outcome } = start(ids(20), ids(20, 5), {
      protocol,
      wire: { timeoutMs },
      tamper: [{ from, to: peerOf[from], rule: { at, fault } }],
    })
    const [left, right] = await outcome
    const [deviator, other] = from === 'bank-a' ? [left, right] : [right, left]
    expect(mesh.tampered()).toBe(true)
    const sent = mesh.transcript(from, peerOf[from]).filter((m) => m.direction === 'sent')
    expect(sent[at]?.tag).toBe(tag)
    const last = at === messagesOf[protocol][from].length - 1
    if (last && fault === 'repeat') return expect(other.status).toBe('fulfilled') // nobody reads after the end
    expect(other.status).toBe('rejected')
    const classes = [other, deviator].map((side) => (side.status === 'rejected' ? side.reason.class : 'none'))
    expect(['peer', 'timeout']).toContain(classes[0] === 'transport' ? classes[1] : classes[0])
  })

  test('cancelling ends both sides promptly', async () => {
    const { mesh, outcome } = start(ids(20_000), ids(20_000), { protocol, record: false })
    setTimeout(() => mesh.abort(), 60)
    for (const side of await outcome) expect(side).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } })
  })

  test('a receiver whose encoding has another length is refused', async () => {
    const fault = ({ tag, body }: { tag: string; body: Uint8Array }) => [{ tag, body: body.subarray(80) }]
    const at = messagesOf[protocol]['bank-a'].indexOf('encoded')
    const { outcome } = start(ids(20), ids(20), {
      protocol,
      wire: { timeoutMs },
      tamper: [{ from: 'bank-a', to: 'bank-b', rule: { at, fault } }],
    })
    expect((await outcome)[1]).toMatchObject({ reason: { code: 'PSI_WRONG_COUNT', fields: { label: 'encoded' } } })
  })
})
