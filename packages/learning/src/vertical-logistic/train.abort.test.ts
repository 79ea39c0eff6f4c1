import { SecureflowError } from '@secureflow/base'
import { type Fault, faults } from '@secureflow/channel'
import { loadRing64 } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { beforeAll, expect, test } from 'vitest'
import { madeUp, settleTraining, trainingMesh } from './fixture.ts'
import { logisticDefaults } from './params.ts'

// So that no deadline runs while the kernels are compiled.
beforeAll(async () => {
  await loadRing64()
})

const params = { ...logisticDefaults, epochs: 1, batch: 8 }
const table = madeUp(16, [1, 2])

const positions: [from: string, to: string, at: number[]][] = [
  ['p0', 'p1', [0, 1, 4, 9]], // announce, masked features, a comparison, the second iteration
  ['p1', 'p0', [0, 2, 5, 7]],
  ['p0', 'dealer', [0]],
  ['p1', 'dealer', [0]],
  ['dealer', 'p0', [0]],
]

test.each(faults.filter((f) => f !== 'flip'))('a message to %s ends training promptly', async (fault: Fault) => {
  await Promise.all(
    positions.flatMap(([from, to, at]) =>
      at.map(async (position) => {
        const where = `${fault} of message ${position} ${from}>${to}`
        const rule = { at: position, fault }
        const mesh = trainingMesh(nodePlatform, 2, { tamper: [{ from, to, rule }], wire: { timeoutMs: 300 } })
        const settled = await settleTraining(mesh, table, params)
        expect(mesh.tampered(), where).toBe(true)
        const errors = settled.flatMap((s) => (s.status === 'rejected' ? [s.reason as SecureflowError] : []))
        // Nobody reads a second enrolment of p1, nor corrections beyond the need; nothing else passes.
        const unread = fault === 'repeat' && (from === 'dealer' || (from === 'p1' && to === 'dealer'))
        if (!unread) expect(errors.length, where).toBeGreaterThan(0)
        for (const e of errors) {
          expect(e, where).toBeInstanceOf(SecureflowError)
          expect(['peer', 'timeout', 'transport'], `${where}: ${e.message}`).toContain(e.class)
        }
      }),
    ),
  )
})

test.each([
  ['columns', 9, 1],
  ['a range that is no power of two', 16, 0],
])('an announcement with bad %s is refused', async (_, at, bit) => {
  const rule = {
    at: 0,
    fault: ({ tag, body }: { tag: string; body: Uint8Array }) => {
      body[at]! ^= bit === 1 ? 0xff : 3
      return [{ tag, body }]
    },
  }
  const mesh = trainingMesh(nodePlatform, 2, { tamper: [{ from: 'p1', to: 'p0', rule }], wire: { timeoutMs: 300 } })
  const [label] = await settleTraining(mesh, table, params)
  expect(label).toMatchObject({ status: 'rejected', reason: { code: 'MPC_BAD_ANNOUNCEMENT', party: 'p1' } })
})

test('cancelling ends all parties', async () => {
  const mesh = trainingMesh(nodePlatform, 2, {
    progress: (party, { done }) => {
      if (party === 'p0' && done === 5) mesh.abort()
    },
  })
  const settled = await settleTraining(mesh, madeUp(400, [1, 1]), params)
  for (const s of settled) expect(s).toMatchObject({ status: 'rejected' })
})
