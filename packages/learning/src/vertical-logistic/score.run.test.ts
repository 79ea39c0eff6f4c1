import { nodePlatform } from '@secureflow/platform'
import { memorySessions, sharedBlocks } from '@secureflow/protocols/testing'
import { expect, test } from 'vitest'
import { joined, linearScores, madeUp } from './fixture.ts'
import { partialScores, scoreJointly } from './score.ts'
import { sigmoid } from './segments.ts'

const table = madeUp(300, [2, 3, 1])
const weights = [[0.5, -1], [2, 0.25, -0.125], [1.5]]
const partials = table.blocks.map((b, i) =>
  partialScores({
    features: b.x,
    rows: table.rows,
    columns: b.columns,
    weights: weights[i]!,
    ...(i === 0 ? { intercept: 0.75 } : {}),
  }),
)

const meshOf = (n: number) =>
  memorySessions(
    Array.from({ length: n }, (_, i) => ({ id: `p${i}`, part: i === 0 ? 'receiver' : 'feature' })),
    { platform: nodePlatform, wire: { timeoutMs: 1000 } },
  )

test.each([1, 2, 3])('%i parties: the receiver gets the exact probabilities, nobody else anything', async (n) => {
  const mesh = meshOf(n)
  const scores = await Promise.all(
    mesh.sessions.map((session, i) => scoreJointly(session, { partial: partials[i]!, to: 'p0' })),
  )
  const blocks = table.blocks.slice(0, n)
  const plain = linearScores(joined({ ...table, blocks }), weights.slice(0, n).flat(), 0.75)
  for (const [row, z] of plain.entries()) expect(scores[0]![row]).toBeCloseTo(sigmoid(z), 8)
  for (let i = 1; i < n; i++) {
    expect(scores[i]).toBeUndefined()
    expect(mesh.releases(`p${i}`)).toEqual([{ disclosure: 'scores', to: 'p0', count: 300 }])
  }
  expect(mesh.releases('p0')).toEqual([])
})

test('of three parties, no summand shows: each is masked afresh in every run', async () => {
  const run = async () => {
    const mesh = meshOf(3)
    await Promise.all(mesh.sessions.map((s, i) => scoreJointly(s, { partial: partials[i]!, to: 'p0' })))
    return mesh
  }
  const [first, second] = [await run(), await run()]
  for (const sender of ['p1', 'p2'])
    expect(sharedBlocks(first.transcript(sender, 'p0'), second.transcript(sender, 'p0'))).toEqual([])
})

test('a party with another number of rows is refused', async () => {
  const mesh = meshOf(2)
  const [receiver] = await Promise.allSettled(
    mesh.sessions.map((s, i) => scoreJointly(s, { partial: partials[i]!.subarray(i), to: 'p0' })),
  )
  expect(receiver).toMatchObject({ status: 'rejected', reason: { code: 'CHANNEL_WRONG_LENGTH', party: 'p1' } })
})
