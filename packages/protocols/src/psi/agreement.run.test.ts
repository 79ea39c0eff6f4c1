/** All protocols on the same sets: what one finds, every other finds. */
import { randomBelow } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { expect, test } from 'vitest'
import { seededRng } from '../testing/index.ts'
import { ids, run } from './testing.ts'

const full = process.env.SECUREFLOW_FULL === '1'
const protocols = [
  { protocol: 'ecdh' },
  { protocol: 'rr22' },
  { protocol: 'rr22-low' },
  { protocol: 'rr22-malicious' },
] as const
/** They take milliseconds a row. */
const suites = (['ristretto255', 'p256', 'sm2'] as const).map((suite) => ({ protocol: 'ecdh', suite }) as const)

test.each(full ? [1, 10, 100, 1000, 3000] : [300])(
  'sets of about %i rows',
  async (most) => {
    const rng = seededRng(nodePlatform, `agreement ${most}`)
    for (let round = 0; round < (full ? 5 : 1); round++) {
      const draw = () => {
        const all = ids(2 * most).filter(() => randomBelow(rng, 2) === 0)
        return all
          .map((id) => ({ id, at: randomBelow(rng, 1 << 30) }))
          .sort((a, b) => a.at - b.at)
          .map(({ id }) => id)
      }
      const [left, right] = [draw(), draw()]
      const found = []
      for (const by of full && most <= 100 ? [...protocols, ...suites] : protocols) {
        const { left: l, right: r } = await run(left, right, { ...by, record: false, wire: { timeoutMs: 600_000 } })
        expect(Array.from(l, (row) => left[row])).toEqual(Array.from(r, (row) => right[row]))
        found.push([...l].sort((a, b) => a - b))
      }
      for (const each of found) expect(each).toEqual(found[0])
    }
  },
  3_600_000,
)
