import { type Ring64, referenceRing64, type U64 } from '@secureflow/kernels'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import type { Session } from '../session/session.ts'
import { bitsOf, mpcFixture, signed } from './fixture.ts'
import {
  allOf,
  allOfNeeds,
  belowMasked,
  belowNeeds,
  type Correlation,
  type Factor,
  lessThan,
  lessThanNeeds,
  maskOf,
  msb,
  multiply,
  multiplyBackward,
  multiplyForward,
  multiplyMatrices,
  openBit,
  openMasked,
  openToOwners,
  type Party,
  piecewiseLinear,
  piecewiseNeeds,
  selectRows,
  shareFactor,
  sumTo,
  truncate,
} from './index.ts'

const { compute, dataMesh, shareOf, random } = mpcFixture(nodePlatform)
const wrap = (v: bigint): bigint => BigInt.asUintN(64, v)
const below62 = (v: bigint): bigint => BigInt.asIntN(62, v)

describe.each([2, 3])('%i data parties', (n) => {
  test('elementwise and matrix products equal those of BigInt', async () => {
    const [m, k, l] = [5, 7, 3]
    const [x, y] = [random(m * k, 'x'), random(k * l, 'y')]
    const needs: Correlation[] = [
      { kind: 'matmul', m, k, n: l },
      { kind: 'multiply', count: k * l },
    ]
    const [results] = await compute(n, needs, async (party) => {
      const xs = shareOf(party, x, 'x')
      const ys = shareOf(party, y, 'y')
      const product = party.ring.zeros(m * l)
      await multiplyMatrices(party, product, xs, ys, m, k, l)
      const squares = party.ring.zeros(k * l)
      await multiply(party, squares, ys, ys)
      await party.open(product)
      await party.open(squares)
      return { product: [...product], squares: [...squares] }
    })
    const expected = Array.from({ length: m * l }, (_, at) => {
      let sum = 0n
      for (let i = 0; i < k; i++) sum += x[Math.floor(at / l) * k + i]! * y[i * l + (at % l)]!
      return wrap(sum)
    })
    expect(results!.product).toEqual(expected)
    expect(results!.squares).toEqual(y.map((v) => wrap(v * v)))
  })

  test('the private factor multiplies from both sides, on any rows, in several batches', async () => {
    const columns = [3, 1, 2].slice(0, n)
    const width = columns.reduce((a, b) => a + b, 0)
    const rows = 20
    const factor: Factor = { kind: 'factor', rows, columns }
    const batches = [Uint32Array.of(3, 19, 0, 3), Uint32Array.of(7), Uint32Array.from({ length: rows }, (_, i) => i)]
    const needs: Correlation[] = [
      factor,
      ...batches.flatMap((b): Correlation[] => [
        { kind: 'forward', factor, rows: b },
        { kind: 'backward', factor, rows: b },
      ]),
    ]
    const x = columns.map((c, j) => random(rows * c, `x${j}`))
    const at = (row: number): bigint[] => columns.flatMap((c, j) => x[j]!.slice(row * c, (row + 1) * c))
    const w = random(width, 'w')
    const [results] = await compute(n, needs, async (party) => {
      const { ring } = party
      const own = ring.zeros(x[party.index]!.length)
      own.set(x[party.index]!)
      const f = await shareFactor(party, factor, own)
      const out: { forward: bigint[]; backward: bigint[] }[] = []
      for (const b of batches) {
        const batch = selectRows(party, f, b)
        const z = ring.zeros(b.length)
        const g = ring.zeros(width)
        await multiplyForward(party, z, batch, shareOf(party, w, 'w'))
        await multiplyBackward(party, g, batch, z)
        await party.open(z)
        await party.open(g)
        out.push({ forward: [...z], backward: [...g] })
      }
      return out
    })
    for (const [i, b] of batches.entries()) {
      const z = [...b].map((row) => wrap(at(row).reduce((sum, v, j) => sum + v * w[j]!, 0n)))
      expect(results![i]!.forward).toEqual(z)
      const g = w.map((_, j) => wrap([...b].reduce((sum, row, r) => sum + at(row)[j]! * z[r]!, 0n)))
      expect(results![i]!.backward).toEqual(g)
    }
  })

  test.each([1, 18, 31, 37, 61])(
    'truncation by %i bits errs by 0 or +1, by +1 as often as the fraction says',
    async (bits) => {
      const count = 4000
      const half = 1n << BigInt(bits - 1)
      const edges = [0n, 1n, -1n, (1n << 62n) - 1n, -(1n << 62n) + 1n, half, -half]
      const x = [...edges, ...random(count - edges.length, `t${bits}`).map(below62)]
      const [out] = await compute(n, [maskOf(count, { bits })], async (party) => {
        const y = party.ring.zeros(count)
        await truncate(party, y, shareOf(party, x, 't'), bits)
        await party.open(y)
        return [...y].map(signed)
      })
      let up = 0
      for (const [i, v] of x.entries()) {
        const error = out![i]! - (v >> BigInt(bits))
        expect(error === 0n || error === 1n, `${v} by ${bits}: error ${error}`).toBe(true)
        up += Number(error)
      }
      // unbiased: Σ error is within 6 standard deviations of Σ fraction
      const expected = x.reduce((sum, v) => sum + Number(v & ((1n << BigInt(bits)) - 1n)) / 2 ** bits, 0)
      expect(Math.abs(up - expected)).toBeLessThan(6 * Math.sqrt(count / 4))
    },
  )

  test('comparison is exact around its thresholds, at the ends of the ring, and on random numbers', async () => {
    const t = -(5n << 44n) + 12345n
    const near = Array.from({ length: 129 }, (_, i) => t + BigInt(i - 64))
    const powers = Array.from({ length: 62 }, (_, i) => [t + (1n << BigInt(i)), t - (1n << BigInt(i))]).flat()
    const x = [...near, ...powers, ...random(400, 'c').map(below62)]
    const [out] = await compute(n, [...lessThanNeeds(x.length)], async (party) => {
      const bits = await lessThan(party, shareOf(party, x, 'c'), t)
      await party.open(bits, bits.length)
      return bitsOf(bits, x.length)
    })
    for (const [i, v] of x.entries()) expect(out![i], `${v} < ${t}`).toBe(v < t ? 1 : 0)
  })

  test('comparison on 5 digits is wrong only just below a threshold; six thresholds and a truncation share one opening', async () => {
    const digits = 5
    const ignored = 1n << 34n
    const thresholds = [-5n, -2n, -1n, 1n, 2n, 5n].map((t) => t << 44n)
    const x = thresholds.flatMap((t) => [
      ...[-3n, -2n, -1n].map((d) => t + d * ignored - 1n),
      ...Array.from({ length: 60 }, (_, i) => t + ((BigInt(i) - 40n) * ignored) / 30n),
    ])
    const needs = [maskOf(x.length, { bits: 31, digits }), ...belowNeeds(x.length, digits, thresholds.length)]
    const [out] = await compute(n, needs, async (party) => {
      const masked = await openMasked(party, shareOf(party, x, 's'), { bits: 31, digits })
      const bits = await belowMasked(party, masked, thresholds)
      await party.open(bits, bits.length)
      const words = bits.length / thresholds.length
      return thresholds.map((_, k) => bitsOf(bits.subarray(k * words, (k + 1) * words), x.length))
    })
    let early = 0
    for (const [k, t] of thresholds.entries())
      for (const [i, v] of x.entries()) {
        if (v >= t) expect(out![k]![i], `${v} >= ${t}`).toBe(0)
        else if (v < t - ignored) expect(out![k]![i], `${v} < ${t}`).toBe(1)
        else early += 1 - out![k]![i]!
      }
    expect(early).toBeGreaterThan(0) // the bound is not vacuous
  })

  test('a piecewise linear function agrees with plain arithmetic', async () => {
    const pieces = [
      { at: -(3n << 44n), slope: 2n, intercept: 3n << 18n },
      { at: 1n << 44n, slope: -5n, intercept: -(1n << 20n) },
    ]
    const f = { bits: 31, digits: 11, pieces }
    const x = random(150, 'p').map((v) => BigInt.asIntN(48, v))
    const [out] = await compute(n, [...piecewiseNeeds(x.length, f)], async (party) => {
      const y = party.ring.zeros(x.length)
      await piecewiseLinear(party, y, shareOf(party, x, 'p'), f)
      await party.open(y)
      return [...y].map(signed)
    })
    for (const [i, v] of x.entries()) {
      const on = pieces.filter((p) => v >= p.at)
      const slope = on.reduce((sum, p) => sum + p.slope, 0n)
      const floor = on.reduce((sum, p) => sum + p.slope * (v >> 31n) + p.intercept, 0n)
      expect([floor, floor + slope], `${v}`).toContain(out![i])
    }
  })

  test.each([1, 2, 7, 46, 400])('an AND over %i bits', async (lanes) => {
    for (const zeroAt of [-1, 0, lanes - 1]) {
      const bits = Array.from({ length: lanes }, (_, i) => (i === zeroAt ? 0n : 1n))
      const [out] = await compute(n, [...allOfNeeds(lanes)], async (party) => {
        const plane = new Uint32Array(2 * Math.ceil(lanes / 64))
        const own = xorShares(party, bits, `and${lanes}`)
        for (const [i, b] of own.entries()) plane[i >> 5]! |= Number(b & 1n) << (i & 31)
        return openBit(party, await allOf(party, plane, lanes), 'bit')
      })
      expect(out).toBe(zeroAt === -1)
    }
  })

  test('each owner gets its own block, after the gate', async () => {
    const counts = [3, 2, 4].slice(0, n)
    const x = random(
      counts.reduce((a, b) => a + b, 0),
      'o',
    )
    const mesh = dataMesh(n)
    const outs = await compute(
      n,
      [],
      async (party) => [...(await openToOwners(party, shareOf(party, x, 'o'), counts, 'weights'))],
      { mesh },
    )
    let at = 0
    for (const [i, count] of counts.entries()) {
      expect(outs[i]).toEqual(x.slice(at, at + count))
      at += count
      const others = mesh.sessions.filter((s) => s.part === 'data' && s.self !== `p${i}`)
      expect(mesh.releases(`p${i}`)).toEqual(
        others.map((s) => ({ disclosure: 'weights', to: s.self, count: counts[Number(s.self.slice(1))] })),
      )
    }
  })

  test('sums open to one party only, also without a dealer', async () => {
    const values = Array.from({ length: n }, (_, i) => Float64Array.of(i, -1.5, 2 ** 20, 1 / 3))
    for (const to of ['p0', 'p1']) {
      const mesh = dataMesh(n, { dealer: false })
      const sums = await Promise.all(
        mesh.sessions.map((s: Session, i) => sumTo(s, { values: values[i]!, to, disclosure: 'scores' })),
      )
      for (const [i, s] of mesh.sessions.entries()) {
        if (s.self === to)
          for (const [row, v] of sums[i]!.entries())
            expect(v).toBeCloseTo(
              values.reduce((sum, own) => sum + own[row]!, 0),
              8,
            )
        else {
          expect(sums[i]).toBeUndefined()
          expect(mesh.releases(s.self)).toEqual([{ disclosure: 'scores', to, count: 4 }])
        }
      }
    }
  })
})

test('the reference ring gives the same results as the fast one', async () => {
  const x = random(70, 'ring').map(below62)
  const run = async (ring?: () => Ring64) => {
    const [out] = await compute(
      2,
      [maskOf(70, { bits: 20 }), ...lessThanNeeds(70)],
      async (party) => {
        const shares = shareOf(party, x, 'r')
        const y = party.ring.zeros(70)
        await truncate(party, y, shares, 20)
        const bits = await msb(party, shares)
        await party.open(y)
        await party.open(bits, bits.length)
        return [[...y], bitsOf(bits, 70)]
      },
      { mesh: dataMesh(2, { seed: 'same' }), ...(ring === undefined ? {} : { ring }) },
    )
    return out
  }
  expect(await run(referenceRing64)).toEqual(await run())
})

test('a supply that has ended gives nothing more', async () => {
  await compute(2, [maskOf(1, {})], async (party) => {
    await openMasked(party, party.ring.zeros(1), {})
    await party.end()
    await expect(party.take(maskOf(1, {}))).rejects.toThrow(RangeError)
  })
})

function xorShares(party: Party, values: readonly bigint[], seed: string): U64 {
  const out = party.ring.zeros(values.length)
  for (const [i] of party.ids.entries()) {
    if (i === 0) continue
    const mask = random(values.length, `${seed}/${i}`)
    for (const [at, v] of mask.entries()) out[at] = party.leader ? out[at]! ^ v : i === party.index ? v : out[at]!
  }
  if (party.leader) for (const [at, v] of values.entries()) out[at] = out[at]! ^ v
  return out
}
