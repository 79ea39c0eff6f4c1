/** What every implementation of Ring64 must do. Known answers first, then equality with the reference on random and edge inputs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { referenceRing64 } from './reference/ring64.ts'
import type { Ring64, U64 } from './ring64.ts'

const top = 1n << 63n
const all = (1n << 64n) - 1n
const edges = [0n, 1n, all, top, top - 1n, top + 1n, 0xffffffffn, 0x100000000n, all - 0xffffffffn]
const element = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: all }))
const lengths = [0, 1, 2, 3, 63, 64, 65, 127, 128, 129]
const vector = (n: number) => fc.array(element, { minLength: n, maxLength: n })
const vectors = (count: number) =>
  fc.constantFrom(...lengths).chain((n) => fc.tuple(...Array.from({ length: count }, () => vector(n))))
const more = process.env.SECUREFLOW_FULL === '1' ? 20 : 1
const runs = { numRuns: 60 * more }

/** Numbers at which rounding decides: ties, their neighbours, the limits of doubles and of the ring. */
const number = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((i) => (i + 0.5) / 2 ** 18),
  fc.constantFrom(0, -0, 0.5, -0.5, 1.5, -1.5, 2.5, 0.49999999999999994, -0.49999999999999994, 4503599627370495.5),
  fc.constantFrom(2 ** 51, -(2 ** 51), 2 ** 51 - 1, 2 ** 52 + 1, 2 ** 53 - 1, 2 ** 62, -(2 ** 62), 2 ** 63, -(2 ** 63)),
  fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)

export function ring64Suite(name: string, make: () => Promise<Ring64>): void {
  describe(`Ring64: ${name}`, async () => {
    const ring = await make()
    const reference = referenceRing64()

    const put = (on: Ring64, values: readonly bigint[]): U64 => {
      const v = on.zeros(values.length)
      v.set(values)
      return v
    }
    /** Runs the same work on both and compares every output element. */
    const same = (outLength: number, inputs: readonly (readonly bigint[])[], work: Work): void => {
      const results = [ring, reference].map((on) => {
        const mark = on.mark()
        const out = on.zeros(outLength)
        out.fill(0x0123456789abcdefn) // an output need not be zero before
        work(on, out, ...inputs.map((values) => put(on, values)))
        const result = [...out]
        on.release(mark)
        return result
      })
      expect(results[0]).toEqual(results[1])
    }
    type Work = (on: Ring64, out: U64, ...inputs: U64[]) => void

    it('computes modulo 2^64', () => {
      const a = put(ring, [all, top, 5n])
      const b = put(ring, [2n, top, 7n])
      const out = ring.zeros(3)
      ring.add(out, a, b)
      expect([...out]).toEqual([1n, 0n, 12n])
      ring.sub(out, a, b)
      expect([...out]).toEqual([all - 2n, 0n, all - 1n])
      ring.mul(out, a, b)
      expect([...out]).toEqual([all - 1n, 0n, 35n])
    })

    it('multiplies matrices, and a transpose with a matrix', () => {
      const a = put(ring, [1n, 2n, 3n, 4n, 5n, all])
      const b = put(ring, [1n, 0n, 0n, 1n, 2n, 2n])
      const out = ring.zeros(4)
      ring.matmul(out, a, b, 2, 3, 2)
      expect([...out]).toEqual([7n, 8n, 2n, 3n])
      const t = ring.zeros(6)
      ring.matmulTransposed(t, a, put(ring, [1n, 10n, 2n, 20n]), 2, 3, 2)
      expect([...t]).toEqual([9n, 90n, 12n, 120n, 1n, 10n])
    })

    it.each(['add', 'sub', 'mul', 'xor', 'and'] as const)('%s', (op) => {
      fc.assert(
        fc.property(vectors(2), ([a, b]) => same(a!.length, [a!, b!], (on, out, x, y) => on[op](out, x!, y!))),
        runs,
      )
    })

    it('lets an element-wise output be an input', () => {
      for (const op of ['add', 'sub', 'mul', 'xor', 'and'] as const) {
        const a = put(ring, [...edges])
        const expected = ring.zeros(edges.length)
        ring[op](expected, a, a)
        ring[op](a, a, a)
        expect([...a], op).toEqual([...expected])
      }
    })

    it('addScalar, scale, shiftRight', () => {
      fc.assert(
        fc.property(vectors(1), element, fc.integer({ min: 0, max: 63 }), ([a], s, bits) => {
          same(a!.length, [a!], (on, out, x) => on.addScalar(out, x!, s))
          same(a!.length, [a!], (on, out, x) => on.scale(out, x!, s))
          same(a!.length, [a!], (on, out, x) => on.shiftRight(out, x!, bits))
        }),
        runs,
      )
    })

    const side = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(23, 64, 65))
    const shape = fc.tuple(side, fc.oneof(side, fc.constantFrom(255, 256, 257, 300)), fc.integer({ min: 0, max: 9 }))
    it('matmul and matmulTransposed, all shapes around the tiles', () => {
      fc.assert(
        fc.property(
          shape.chain(([m, k, n]) => fc.tuple(fc.constant({ m, k, n }), fc.array(element, { minLength: 1 }))),
          ([{ m, k, n }, some]) => {
            const cycle = (length: number, step: number): bigint[] =>
              Array.from({ length }, (_, i) => (some[(i * step) % some.length]! * BigInt(2 * i + 1)) & all)
            same(m * n, [cycle(m * k, 1), cycle(k * n, 3)], (on, out, a, b) => on.matmul(out, a!, b!, m, k, n))
            // The tall side of the left factor is the sum here.
            same(m * n, [cycle(k * m, 1), cycle(k * n, 3)], (on, out, a, b) =>
              on.matmulTransposed(out, a!, b!, k, m, n),
            )
          },
        ),
        { numRuns: 80 * more },
      )
    })

    it('leaves what lies after an output alone', () => {
      const a = put(
        ring,
        Array.from({ length: 15 }, (_, i) => BigInt(i)),
      )
      for (const n of [1, 2, 3, 4, 5]) {
        const out = ring.zeros(5 * n + 8).fill(7n)
        ring.matmul(out, a, ring.zeros(3 * n), 5, 3, n)
        expect([...out.subarray(5 * n)], `matmul ${n}`).toEqual(Array(8).fill(7n))
        out.fill(7n)
        ring.matmulTransposed(out, a, ring.zeros(3 * n), 3, 5, n)
        expect([...out.subarray(5 * n)], `matmulTransposed ${n}`).toEqual(Array(8).fill(7n))
      }
      for (const n of [1, 63, 64, 65]) {
        const out = ring.zeros(n + 8).fill(7n)
        ring.unslice(out, ring.zeros(2), n)
        expect([...out.subarray(n)], `unslice ${n}`).toEqual(Array(8).fill(7n))
        ring.add(out.subarray(0, n), ring.zeros(n), ring.zeros(n))
        expect([...out.subarray(n)], `add ${n}`).toEqual(Array(8).fill(7n))
      }
    })

    it('gatherRows, also more rows than one piece holds', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 9 }).chain((columns) => fc.tuple(fc.constant(columns), vector(columns * 7))),
          fc.array(fc.integer({ min: 0, max: 6 })),
          ([columns, a], rows) =>
            same(rows.length * columns, [a], (on, out, x) => on.gatherRows(out, x!, Uint32Array.from(rows), columns)),
        ),
        runs,
      )
      const rows = Uint32Array.from({ length: 40_000 }, (_, i) => (i * 7) % 3)
      same(40_000, [[5n, 6n, 7n]], (on, out, x) => on.gatherRows(out, x!, rows, 1))
      expect(() => ring.gatherRows(ring.zeros(2), ring.zeros(4), Uint32Array.of(2), 2)).toThrow(RangeError)
    })

    it('encodeFixed: same values, same refusals', () => {
      fc.assert(
        fc.property(
          fc.array(number, { maxLength: 70 }),
          fc.constantFrom(0, 1, 18, 28, 40, 62),
          fc.constantFrom(1, 1000, 2 ** 40, Number.MAX_VALUE, Number.POSITIVE_INFINITY),
          (values, fracBits, limit) => {
            const counts: number[] = []
            same(values.length, [], (on, out) => {
              counts.push(on.encodeFixed(out, Float64Array.from(values), fracBits, limit))
            })
            expect(counts[0]).toBe(counts[1])
          },
        ),
        { numRuns: 200 * more },
      )
    })

    it('encodes ties upwards and refuses what does not fit', () => {
      const values = [0.5, -0.5, 1.5, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8, 8.5, -9]
      const out = ring.zeros(values.length)
      expect(ring.encodeFixed(out, Float64Array.from(values), 0, 8)).toBe(5)
      expect([...out].map((v) => BigInt.asIntN(64, v))).toEqual([1n, 0n, 2n, -1n, 0n, 0n, 0n, 8n, 0n, 0n])
      const far = ring.zeros(3)
      expect(ring.encodeFixed(far, Float64Array.of(2 ** 63, -(2 ** 63), 2 ** 62), 0, Number.POSITIVE_INFINITY)).toBe(2)
      expect([...far]).toEqual([0n, 0n, 1n << 62n])
    })

    it('decodeFixed', () => {
      fc.assert(
        fc.property(vectors(1), fc.constantFrom(0, 18, 28, 62), ([a], fracBits) => {
          const got = [ring, reference].map((on) => {
            const mark = on.mark()
            const out = new Float64Array(a!.length)
            on.decodeFixed(out, put(on, a!), fracBits)
            on.release(mark)
            return out
          })
          expect(got[0]).toEqual(got[1])
        }),
        runs,
      )
    })

    it('encodes and decodes more than one piece', () => {
      const values = Float64Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 4)
      const mark = ring.mark()
      const encoded = ring.zeros(values.length)
      expect(ring.encodeFixed(encoded, values, 18, 2500)).toBe(0)
      const back = new Float64Array(values.length)
      ring.decodeFixed(back, encoded, 18)
      expect(back).toEqual(values)
      ring.release(mark)
    })

    it('truncateOpened', () => {
      fc.assert(
        fc.property(vectors(3), fc.integer({ min: 0, max: 62 }), fc.boolean(), ([c, rc, rb], bits, leader) =>
          same(c!.length, [c!, rc!, rb!], (on, out, x, y, z) => on.truncateOpened(out, x!, y!, z!, bits, leader)),
        ),
        runs,
      )
    })

    it('truncateOpened: two shares add up to x >> bits, or one more', () => {
      const bound = (1n << 62n) - 1n
      fc.assert(
        fc.property(
          fc.bigInt({ min: -bound, max: bound }),
          fc.tuple(element, element, element),
          fc.integer({ min: 1, max: 62 }),
          (x, [r, maskC, maskB], bits) => {
            const word = (v: bigint): U64 => put(ring, [v & all])
            const c = word(x + (1n << 62n) + r)
            const rc = ((r << 1n) & all) >> BigInt(bits + 1)
            const out = [ring.zeros(1), ring.zeros(1)] as const
            ring.truncateOpened(out[0], c, word(rc - maskC), word((r >> 63n) - maskB), bits, true)
            ring.truncateOpened(out[1], c, word(maskC), word(maskB), bits, false)
            const error = BigInt.asIntN(64, out[0][0]! + out[1][0]!) - (x >> BigInt(bits))
            expect(error === 0n || error === 1n, `error ${error}`).toBe(true)
          },
        ),
        { numRuns: 300 * more },
      )
    })

    it('andOpened', () => {
      fc.assert(
        fc.property(vectors(5), fc.boolean(), (inputs, leader) =>
          same(inputs[0]!.length, inputs, (on, out, e, f, a, b, c) => on.andOpened(out, e!, f!, a!, b!, c!, leader)),
        ),
        runs,
      )
    })

    it('bitSlice, few planes and many, and unslice', () => {
      const planes = fc.integer({ min: 0, max: 63 }).chain((low) => fc.tuple(fc.constant(low), fc.nat(64 - low)))
      fc.assert(
        fc.property(vectors(1), planes, ([a], [lowBit, count]) => {
          const n = a!.length
          const words = Math.ceil(n / 64)
          same(count * words, [a!], (on, out, x) => on.bitSlice(out, x!, n, lowBit, count))
          if (count > 0) same(n, [a!.slice(0, words)], (on, out, plane) => on.unslice(out, plane!, n))
        }),
        { numRuns: 120 * more },
      )
    })

    it('unslices every plane back to the bits', () => {
      const n = 129
      const a = put(
        ring,
        Array.from({ length: n }, (_, i) => (0x9e3779b97f4a7c15n * BigInt(i + 1)) & all),
      )
      const planes = ring.zeros(64 * 3)
      ring.bitSlice(planes, a, n, 0, 64)
      const bits = ring.zeros(n)
      for (let j = 0; j < 64; j++) {
        ring.unslice(bits, planes.subarray(3 * j, 3 * j + 3), n)
        expect([...bits], `bit ${j}`).toEqual([...a].map((v) => (v >> BigInt(j)) & 1n))
        expect(planes[3 * j + 2]! >> 1n, 'lanes beyond n').toBe(0n)
      }
    })

    it('refuses lengths that do not fit', () => {
      const [two, three] = [ring.zeros(2), ring.zeros(3)]
      expect(() => ring.add(two, two, three)).toThrow(RangeError)
      expect(() => ring.encodeFixed(two, new Float64Array(3), 18, 1)).toThrow(RangeError)
      expect(() => ring.matmul(two, two, two, 2, 2, 1)).toThrow(RangeError)
      expect(() => ring.matmul(two, two, two, -1, 2, 1)).toThrow(RangeError)
      expect(() => ring.truncateOpened(two, two, two, two, 63, true)).toThrow(RangeError)
      expect(() => ring.bitSlice(three, two, 2, 62, 3)).toThrow(RangeError)
      expect(() => ring.unslice(two, two, 3)).toThrow(RangeError)
      expect(() => ring.zeros(-1)).toThrow(RangeError)
    })

    it('wipes what it releases and keeps what is older', () => {
      const kept = put(ring, [1n, 2n, 3n])
      const mark = ring.mark()
      const secret = put(
        ring,
        Array.from({ length: 1000 }, () => all),
      )
      ring.release(mark)
      expect(secret.every((v) => v === 0n)).toBe(true)
      expect([...kept]).toEqual([1n, 2n, 3n])
      expect(ring.zeros(1000).every((v) => v === 0n)).toBe(true)
      ring.release(mark)
      expect(() => ring.release(mark + 1)).toThrow(RangeError)
    })
  })
}
