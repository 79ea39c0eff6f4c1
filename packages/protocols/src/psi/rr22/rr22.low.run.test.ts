/** Low communication: beside another mode, and above 2^40 pairs, where columns of the store take 12 bytes. */
import { utf8 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { memorySessions } from '../../testing/index.ts'
import { intersect } from '../intersect.ts'
import type { PsiProtocol } from '../protocols.ts'
import { ids, run } from '../testing.ts'
import { sizesOf } from './parameters.ts'

test.each(['rr22', 'rr22-malicious', 'ecdh'] as const)('does not meet %s', async (protocol) => {
  const parties = [
    { id: 'bank-a', part: 'left' },
    { id: 'bank-b', part: 'right' },
  ]
  const { sessions } = memorySessions(parties, { platform: nodePlatform })
  const side = (k: 0 | 1, own: PsiProtocol) =>
    intersect(sessions[k]!, {
      ids: ids(3),
      as: k === 0 ? 'left' : 'right',
      learns: 'both',
      protocol: own,
      chunkRows: 100,
    })
  for (const outcome of await Promise.allSettled([side(0, 'rr22-low'), side(1, protocol)]))
    expect(outcome).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'suite' } } })
})

const rows = 2 ** 20 + 1

function numbered(from: number) {
  const bytes = utf8(Array.from({ length: rows }, (_, i) => `client-${1_000_000 + from + i}`).join(''))
  return { bytes, offsets: Uint32Array.from({ length: rows + 1 }, (_, i) => i * (bytes.length / rows)) }
}

test.runIf(process.env.SECUREFLOW_FULL === '1')(`rr22-low: ${rows} rows a side`, { timeout: 300_000 }, async () => {
  expect(sizesOf('rr22-low', rows, rows).columnBytes).toBe(12)
  const found = await run(numbered(0), numbered(rows - 1000), { protocol: 'rr22-low', learns: 'both', record: false })
  expect([...found.left].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => rows - 1000 + i))
  expect([...found.right].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
})
