/** Each bound in the tables of parameters, computed again by other means. */
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, it } from 'vitest'
import { loadBlocks } from './load.ts'
import {
  log2Tail,
  okvsBinItems,
  okvsLeastItems,
  okvsShape,
  okvsWideBinItems,
  sparseShape,
  statisticalSecurity,
} from './okvs-parameters.ts'

const sizes = [
  0,
  1,
  256,
  257,
  1000,
  1024,
  4096,
  16_384,
  16_385,
  20_000,
  65_536,
  2 ** 18,
  10 ** 6,
  2 ** 20,
  10 ** 7,
  2 ** 24,
  2 ** 27,
]

describe('OKVS parameters', () => {
  it.each([okvsBinItems, okvsWideBinItems].flatMap((perBin) => sizes.map((n) => [n, perBin])))(
    '%i items, %i a bin',
    (n, perBin) => {
      const shape = okvsShape(n, perBin)
      expect(shape.columns).toBe(shape.bins * (shape.sparse + shape.dense))
      expect(shape.dense).toBe(shape.gap + statisticalSecurity)
      // What the kernels take for granted: columns of a bin in 16 bits, dense columns in the 48 bits they are drawn from.
      expect(shape.binColumns).toBeLessThan(perBin === okvsBinItems ? 2 ** 15 : 2 ** 16)
      expect(shape.dense).toBeLessThanOrEqual(48)
      expect(shape.bins).toBe(Math.ceil(Math.max(n, okvsLeastItems) / perBin))
      expect(shape.binItems * shape.bins).toBeGreaterThanOrEqual(n)
      // [RR22]: λ = e·λ_e + b, with all bins together at 2^-40.
      const slope = 2 ** (0.555 * Math.log2(shape.binItems) + 2.3361)
      const security = (shape.sparse / shape.binItems) * slope - 9.2 - 1.223 * slope
      expect(security - Math.log2(shape.bins)).toBeGreaterThan(statisticalSecurity - 0.02)
      expect((shape.gap + 1) * Math.log2(shape.sparse)).toBeGreaterThanOrEqual(statisticalSecurity)
    },
  )

  it('agrees with the published table of volepsi', () => {
    for (const [items, e, g] of [
      [2 ** 10, 1.431, 3],
      [2 ** 12, 1.319, 3],
      [2 ** 14, 1.268, 2],
      [2 ** 16, 1.2437, 2],
      [2 ** 20, 1.2274, 1],
    ] as const) {
      const { expansion, gap } = sparseShape(items, 40)
      expect(expansion / 1000).toBeGreaterThanOrEqual(e - 0.0005)
      expect(expansion / 1000).toBeLessThanOrEqual(e + 0.0015)
      expect(gap).toBe(g)
    }
  })

  it.each([
    [16_385, okvsBinItems],
    [20_000, okvsBinItems],
    [2 ** 16, okvsBinItems],
    [2 ** 20, okvsBinItems],
    [2 ** 16, okvsWideBinItems],
    [2 ** 20, okvsWideBinItems],
  ])('some bin of %i items, %i a bin, overflows with probability 2^-40, no less room would do', (n, perBin) => {
    const { bins, binItems } = okvsShape(n, perBin)
    expect(exactTail(n, bins, binItems) + Math.log2(bins)).toBeLessThanOrEqual(-40)
    expect(exactTail(n, bins, binItems - 2) + Math.log2(bins)).toBeGreaterThan(-40)
    expect(log2Tail(n, bins, binItems)).toBeGreaterThanOrEqual(exactTail(n, bins, binItems) - 1e-6)
  })

  it('never falls as sets grow within a number of bins', () => {
    for (const [from, to] of [
      [1, 16_384],
      [16_385, 32_768],
    ] as const)
      for (let n = from, last = 0; n <= to; n += 97) {
        const { columns } = okvsShape(n)
        expect(columns).toBeGreaterThanOrEqual(last * 0.999)
        last = columns
      }
  })
})

/** log2 Pr[Binomial(n, 1/bins) > c], term by term from the probability of none, in logarithms. */
function exactTail(n: number, bins: number, c: number): number {
  let term = n * Math.log2(1 - 1 / bins)
  for (let k = 1; k <= c + 1; k++) term += Math.log2((n - k + 1) / k / (bins - 1))
  let sum = 0
  let relative = 1
  for (let k = c + 1; k <= n && relative > 1e-12; k++) {
    sum += relative
    relative *= (n - k) / (k + 1) / (bins - 1)
  }
  return term + Math.log2(sum)
}

describe('OKVS encodings', () => {
  const count = process.env.SECUREFLOW_FULL === '1' ? 10_000 : 500
  it(`${count} at 2^10 keys, none fails`, { timeout: 120_000 }, async () => {
    const kernels = await loadBlocks(nodePlatform, { maxBytes: 2 ** 20 })
    const shape = okvsShape(1024)
    const stream = nodePlatform.aesCtr(new Uint8Array(16).fill(77))
    const cipher = nodePlatform.aesBlocks(new Uint8Array(16))
    const [keys, out, encoding] = [kernels.zeros(1024), kernels.zeros(1024), kernels.zeros(shape.columns)]
    for (let i = 0; i < count; i++) {
      const mark = kernels.mark()
      stream.fill(keys)
      const rows = kernels.placeKeys(keys, shape, cipher)
      expect(await kernels.encode(encoding, rows, keys), `encoding ${i}`).toBe(true)
      await kernels.decode(out, rows, encoding)
      expect(Buffer.compare(out, keys), `encoding ${i}`).toBe(0)
      kernels.release(mark)
    }
  })
})
