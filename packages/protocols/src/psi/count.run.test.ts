/** The count alone: what each side gets, and that the receiver's view has no order that tells it more. */
import { describe, expect, test } from 'vitest'
import { idealIntersection } from './functionality.ts'
import { ids, runCount, start } from './testing.ts'

describe('the count alone, by ecdh', () => {
  test.each([
    [ids(40), ids(50, 20)],
    [ids(5), []],
    [[], ids(5)],
    [ids(20), ids(20)],
    [ids(20), ids(20, 20)],
    [ids(1), ids(300)],
  ])('equals the ideal functionality, whoever learns (%#)', async (left, right) => {
    for (const learns of ['left', 'right', 'both'] as const) {
      const ideal = idealIntersection(left, right, learns, 'count')
      expect(await runCount(left, right, { learns })).toEqual([ideal.leftCount, ideal.rightCount])
    }
  })

  test('the sender evaluates in an order of its own: equal sets, known masks, no correlation of places', async () => {
    // With rows learned, the k-th evaluation belongs to the k-th blinded point. Here it must not: of 600 places, about one
    // stays by chance (Poisson), and ten or more once in 10,000,000.
    const evaluations: Uint8Array[] = []
    const blinded: Uint8Array[] = []
    const watch = (tag: string, body: Uint8Array) => {
      if (tag === 'evaluated') evaluations.push(body.slice())
      if (tag === 'blinded') blinded.push(body.slice())
    }
    const scalars: Uint8Array[] = []
    await runCount(ids(600), ids(600), { learns: 'left', watch, scalars })
    const { curve25519 } = (await import('@secureflow/platform')).nodePlatform
    const tags = evaluations.flatMap((body) => split(body, evaluations.reduce((n, b) => n + b.length, 0) / 600))
    // The sender's scalar is one of those seen: the one under which the blinded points give the tags.
    const places = scalars.map((scalar) => {
      const points = blinded.flatMap((body) => split(curve25519.multiply(scalar, body), 32))
      return points.map((point, i) => [tags.includes(point.slice(0, tags[0]!.length)), point.startsWith(tags[i]!)])
    })
    const sender = places.find((each) => each.every(([present]) => present))
    expect(sender, 'every blinded point is evaluated').toBeDefined()
    expect(sender!.filter(([, stayed]) => stayed).length).toBeLessThan(10)
  })

  test('a side that expects rows does not meet one that expects the count', async () => {
    const { outcome } = start(ids(3), ids(3), { revealsRight: 'count' })
    for (const side of await outcome)
      expect(side).toMatchObject({ reason: { code: 'PSI_PARAMETERS_DIFFER', fields: { parameter: 'reveals' } } })
  })

  test.each(['rr22', 'rr22-low', 'rr22-malicious'] as const)('%s cannot do it and says so', async (protocol) => {
    await expect(runCount(ids(3), ids(3), { learns: 'left', protocol })).rejects.toMatchObject({
      code: 'PSI_COUNT_NOT_OFFERED',
      class: 'input',
    })
  })

  test('passes the gate as one number', async () => {
    const { mesh, outcome } = start(ids(9), ids(9, 4), { reveals: 'count' })
    await outcome
    for (const [party, peer] of [
      ['bank-a', 'bank-b'],
      ['bank-b', 'bank-a'],
    ])
      expect(mesh.releases(party!).at(-1)).toEqual({ disclosure: 'match-count', to: peer, count: 1 })
  })
})

const split = (bytes: Uint8Array, size: number): string[] =>
  Array.from({ length: bytes.length / size }, (_, i) =>
    Buffer.from(bytes.subarray(size * i, size * (i + 1))).toString('latin1'),
  )
