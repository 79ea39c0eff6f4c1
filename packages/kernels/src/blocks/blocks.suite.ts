/** What every implementation of BlockKernels must do. Known answers and laws first, then equality with the reference. */
import { nodePlatform } from '@secureflow/platform'
import { afterAll, describe, expect, it } from 'vitest'
import type { BlockKernels, Blocks, TreeCiphers } from './blocks.ts'
import { okvsShape, okvsVersion, okvsWideBinItems } from './okvs-parameters.ts'
import { referenceBlocks } from './reference/blocks.ts'
import { productMap } from './subfield.ts'
import { subfieldVoleVersion, treeDepth, voleShape, voleVersion } from './vole-parameters.ts'

/** Lengths around the lanes, and around the chunks in which kernels take long vectors. */
const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 257]
const ones = new Uint8Array(16).fill(0xff)
const seedOf = (n: number): Uint8Array => new Uint8Array(16).fill(n)

export function randomInto(into: Uint8Array, seed: number): void {
  nodePlatform.aesCtr(seedOf(seed)).fill(into)
}

export function blocksSuite(name: string, make: () => Promise<BlockKernels>): void {
  describe(`block kernels: ${name}`, async () => {
    const kernels = await make()
    const reference = referenceBlocks(nodePlatform)
    afterAll(() => kernels.close())
    const ciphers: TreeCiphers = [nodePlatform.aesBlocks(seedOf(1)), nodePlatform.aesBlocks(seedOf(2))]

    const random = (on: BlockKernels, count: number, seed: number): Blocks => {
      const v = on.zeros(count)
      randomInto(v, seed)
      if (count > 3) {
        v.set(ones, 16)
        v.fill(0, 32, 48)
      }
      return v
    }
    const put = (...values: readonly Uint8Array[]): Blocks => {
      const v = kernels.zeros(values.length)
      values.forEach((value, i) => {
        v.set(value, 16 * i)
      })
      return v
    }
    /** Runs the same work on both and compares what it gives. */
    const same = async (work: (on: BlockKernels) => Uint8Array | Promise<Uint8Array>, what = ''): Promise<void> => {
      const results: Uint8Array[] = []
      for (const on of [kernels, reference]) {
        const mark = on.mark()
        results.push((await work(on)).slice())
        on.release(mark)
      }
      expect(Buffer.compare(results[0]!, results[1]!), what).toBe(0)
    }
    /** x^power */
    const x = (power: number): Uint8Array => {
      const block = new Uint8Array(16)
      block[power >> 3] = 1 << (power & 7)
      return block
    }

    it('multiplies modulo x^128 + x^7 + x^2 + x + 1', () => {
      const out = kernels.zeros(4)
      kernels.mul(out, put(x(1), x(127), x(127), x(64)), put(x(5), x(1), x(127), x(63)))
      expect(out.subarray(0, 16)).toEqual(x(6))
      expect(out[16]).toBe(0x87)
      // x^254 = x^126 · x^128 = x^133 + x^128 + x^127 + x^126, and so on down
      const expected = new Uint8Array(16)
      for (const power of [126, 127]) expected[power >> 3]! |= 1 << (power & 7)
      for (const power of [0, 1, 2, 7, 5, 6, 7, 12]) expected[power >> 3]! ^= 1 << (power & 7)
      expect(out.subarray(32, 48)).toEqual(expected)
      expect(out.subarray(48)).toEqual(x(127))
      kernels.scale(out, put(x(0), x(1), ones, new Uint8Array(16)), x(1))
      expect(out.subarray(0, 32)).toEqual(Uint8Array.from([...x(1), ...x(2)]))
      expect(out.subarray(32, 48)).toEqual(Uint8Array.from([0xfe ^ 0x87, ...new Array(15).fill(0xff)]))
      expect(out.subarray(48)).toEqual(new Uint8Array(16))
    })

    it('is a field: commutative, associative, distributive, and every element is its own 2^128-th power', () => {
      const n = 20
      const [a, b, c] = [random(kernels, n, 1), random(kernels, n, 2), random(kernels, n, 3)]
      const [p, q, r] = [kernels.zeros(n), kernels.zeros(n), kernels.zeros(n)]
      kernels.mul(p, a, b)
      kernels.mul(q, b, a)
      expect(p).toEqual(q)
      kernels.mul(p, p, c)
      kernels.mul(q, b, c)
      kernels.mul(q, a, q)
      expect(p).toEqual(q)
      kernels.xor(p, b, c)
      kernels.mul(p, a, p)
      kernels.mul(q, a, b)
      kernels.mul(r, a, c)
      kernels.xor(q, q, r)
      expect(p).toEqual(q)
      p.set(a)
      for (let i = 0; i < 128; i++) kernels.mul(p, p, p)
      expect(p).toEqual(a)
    })

    it.each(lengths)('arithmetic on %i blocks', async (n) => {
      for (const op of ['xor', 'mul'] as const)
        await same((on) => {
          const out = random(on, n, 3)
          on[op](out, random(on, n, 1), random(on, n, 2))
          on[op](out, out, random(on, n, 4))
          return out
        }, op)
      for (const s of [seedOf(0x5c), ones, x(0), x(127), new Uint8Array(16)]) {
        for (const op of ['scale', 'addScaled'] as const)
          await same((on) => {
            const out = random(on, n, 3)
            on[op](out, random(on, n, 1), s)
            on[op](out, out, s)
            return out
          }, op)
        await same((on) => on.powerSum(random(on, n, 1), s), 'powerSum')
      }
      await same((on) => on.dot(random(on, n, 1), random(on, n, 2)), 'dot')
      await same((on) => {
        const out = random(on, n, 3)
        on.hash(out, random(on, n, 1), ciphers[0])
        on.hashTweaked(out, out, 2 ** 33 + 7, ciphers[1])
        return out
      }, 'hashes')
      for (const columns of [0, 1, 2, 5, 17])
        await same((on) => {
          const out = random(on, n, 3)
          on.sumRows(out, random(on, n * columns, 1), columns)
          return out
        }, 'sumRows')
    })

    it.each(lengths)('maps of bits, and blocks cut to their first bytes, %i blocks', async (n) => {
      const images = new Uint8Array(2048)
      randomInto(images, 5)
      await same((on) => {
        const out = random(on, n, 3)
        on.map(out, random(on, n, 1), images)
        on.addMapped(out, random(on, n, 2), images)
        on.map(out, out, images)
        return out
      }, 'maps')
      await same((on) => {
        const [out, a] = [random(on, n, 3), random(on, n, 1)]
        const identity = new Uint8Array(2048).map((_, at) => (at % 16 === (at / 128) >> 0 ? 1 << ((at >> 4) & 7) : 0))
        on.map(out, a, identity)
        expect(Buffer.compare(out, a)).toBe(0)
        return out
      }, 'identity')
      for (const size of [1, 8, 10, 12, 15, 16])
        await same((on) => {
          const [a, back] = [random(on, n, 1), random(on, n, 2)]
          const packed = new Uint8Array(size * n)
          on.pack(packed, a, size)
          on.unpack(back, packed, size)
          on.truncate(a, size)
          expect(Buffer.compare(a, back)).toBe(0)
          expect(a.every((byte, at) => byte === 0 || (at & 15) < size)).toBe(true)
          return new Uint8Array([...packed, ...back])
        }, `${size} bytes`)
    })

    it('packs and unpacks more than fits at once', async () => {
      const n = 20_000
      await same((on) => {
        const [a, back] = [random(on, n, 1), on.zeros(n)]
        const packed = new Uint8Array(10 * n)
        on.pack(packed, a, 10)
        on.unpack(back, packed, 10)
        return new Uint8Array([...packed, ...back])
      })
    })

    it('XOR of any number of bytes', async () => {
      for (const n of [1, 15, 17, 31, 33, 100])
        await same((on) => {
          const [out, a, b] = [on.bytes(n), on.bytes(n), on.bytes(n)]
          randomInto(a, 1)
          randomInto(b, 2)
          on.xor(out, a, b)
          return out
        })
    })

    it('gathers from everywhere, also more than it holds', async () => {
      for (const n of [0, 1, 2, 7, 70_001]) {
        const indices = Uint32Array.from({ length: n }, (_, i) => (i * 7919) % 101)
        await same((on) => {
          const out = on.zeros(n)
          on.gather(out, random(on, 101, 1), indices)
          return out
        })
      }
      expect(() => kernels.gather(kernels.zeros(1), kernels.zeros(3), Uint32Array.of(3))).toThrow('block 3 of 3')
    })

    it.each([0, 128, 256, 1152])('transposes 128 rows of %i bits', async (n) => {
      await same((on) => {
        const [out, a] = [on.zeros(n), on.bytes(16 * n)]
        randomInto(a, 4)
        on.transpose(out, a)
        return out
      })
    })

    it.each([5, 7, 8, 10, 11, 16])('finds tags of %i bytes', async (size) => {
      for (const n of [0, 1, 2, 1000, 9001]) {
        const order = Uint32Array.from({ length: n + 5 }, (_, i) => (i * 7919) % Math.max(1, n))
        await same((on) => {
          const tags = on.zeros(n)
          randomInto(tags, 1)
          if (n > 2) tags.copyWithin(16 * (n - 1), 16, 32)
          const theirs = new Uint8Array(size * (n > 0 ? order.length : 0))
          if (n > 0) on.gatherBytes(theirs, tags, order, size)
          const index = on.indexTags(tags, size)
          expect(index.repeated).toBe(n > 2 ? n - 1 : -1)
          for (let at = 0; at < theirs.length; at += 3 * size) theirs[at + size - 1]! ^= 1
          const rows = on.findTags(index, theirs)
          if (n > 2) expect(rows[1]).toBe(order[1])
          return new Uint8Array([...theirs, ...tags, ...new Uint8Array(rows.buffer)])
        }, `${n} tags`)
      }
      expect(() => kernels.findTags(kernels.indexTags(kernels.zeros(1), 8), new Uint8Array(9))).toThrow(RangeError)
      expect(() => kernels.gatherBytes(new Uint8Array(8), kernels.zeros(1), Uint32Array.of(1), 8)).toThrow(RangeError)
    })

    it('finds tags that collide in every slot', async () => {
      const n = 300
      await same((on) => {
        const tags = on.zeros(n)
        for (let row = 0; row < n; row++)
          new DataView(tags.buffer, tags.byteOffset).setUint32(16 * row + 8, row % 200, true)
        const index = on.indexTags(tags, 12)
        expect(index.repeated).toBe(200)
        const theirs = new Uint8Array(12 * n)
        on.gatherBytes(
          theirs,
          tags,
          Uint32Array.from({ length: n }, (_, i) => n - 1 - i),
          12,
        )
        return new Uint8Array(on.findTags(index, theirs).buffer)
      })
    })

    it('hashes items of any length by BLAKE3', async () => {
      const sizes = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 16, 16, 16, 65, 100, 128, 1023, 1024, 1025, 5000, 7, 64, 64]
      const offsets = Uint32Array.from([3, ...sizes.map((_, i) => 3 + sizes.slice(0, i + 1).reduce((a, b) => a + b))])
      const bytes = new Uint8Array(offsets.at(-1)! + 5)
      randomInto(bytes, 9)
      const key = new Uint8Array(32).map((_, i) => i)
      await same(async (on) => {
        const out = on.zeros(sizes.length)
        await on.hashItems(out, bytes, offsets, key)
        return out
      })
    })

    it.each([2, 3, 4, 5, 16, 24, 33, 172])('trees of %i leaves, whole and punctured at every place', async (leaves) => {
      const depth = Math.ceil(Math.log2(leaves))
      for (const trees of leaves > 33 ? [1, 3] : [1, 3, leaves]) {
        const shape = { trees, leaves }
        const points = Uint32Array.from({ length: trees }, (_, tree) => (tree * 7) % leaves)
        await same(async (on) => {
          const [all, sums] = [on.zeros(trees * leaves), random(on, 2 * trees * depth, 8)]
          await on.expandTrees(all, sums, random(on, trees, 5), shape, ciphers)
          const siblings = on.zeros(trees * depth)
          points.forEach((point, tree) => {
            for (let level = 0; level < depth; level++) {
              const at = tree * depth + level
              const side = 1 - ((point >> (depth - 1 - level)) & 1)
              siblings.set(sums.subarray(32 * at + 16 * side, 32 * at + 16 * side + 16), 16 * at)
            }
          })
          const punctured = random(on, trees * leaves, 6)
          await on.expandPunctured(punctured, points, siblings, shape, ciphers)
          const expected = all.slice()
          points.forEach((point, tree) => {
            expected.fill(0, 16 * (tree * leaves + point), 16 * (tree * leaves + point + 1))
          })
          expect(Buffer.compare(punctured, expected)).toBe(0)
          return new Uint8Array([...all, ...sums])
        })
      }
    })

    it.each([false, true])(
      'the code: one vector or several, linear, as the reference; over the subfield: %s',
      async (subfield) => {
        for (const outputs of [64, 101, 1024, 1153]) {
          const code = { outputs, seed: seedOf(7), subfield }
          await same(async (on) => {
            const vectors = [1, 2, 3].map((seed) => random(on, 2 * outputs, seed))
            on.xor(vectors[2]!, vectors[0]!, vectors[1]!)
            await on.compress(vectors.slice(0, 2), code)
            await on.compress(vectors.slice(2), code)
            const [a, b, c] = vectors.map((v) => v.subarray(0, 16 * outputs))
            on.xor(a!, a!, b!)
            expect(Buffer.compare(a!, c!)).toBe(0)
            return c!
          })
        }
      },
    )

    it('the code is not binary: bits do not stay bits', async () => {
      const { code } = voleShape(0)
      const bits = kernels.zeros(2 * code.outputs)
      for (let i = 0; i < bits.length; i += 16 * 97) bits[i] = 1
      await kernels.compress([bits], code)
      const wide = Array.from({ length: code.outputs }, (_, k) =>
        bits.subarray(16 * k + 1, 16 * k + 16).some((b) => b !== 0),
      )
      expect(wide.filter(Boolean).length).toBeGreaterThan(0.9 * code.outputs)
    })

    it('the code over the subfield leaves coordinates alone and mixes the bits of each', async () => {
      const { code } = voleShape(0, true)
      for (const coordinate of [0, 4, 7]) {
        const bits = kernels.zeros(2 * code.outputs)
        for (let i = 2 * coordinate; i < bits.length; i += 16 * 97) bits[i] = 1
        await kernels.compress([bits], code)
        const out = bits.subarray(0, 16 * code.outputs)
        expect(out.every((byte, at) => byte === 0 || (at & 14) === 2 * coordinate)).toBe(true)
        const wide = Array.from({ length: code.outputs }, (_, k) => {
          const at = 16 * k + 2 * coordinate
          return out[at]! > 1 && out[at + 1]! > 0
        })
        expect(wide.filter(Boolean).length).toBeGreaterThan(0.9 * code.outputs)
      }
    })

    it('the code over the subfield commutes with products by coordinates; the other code does not', async () => {
      for (const subfield of [true, false]) {
        const { code } = voleShape(0, subfield)
        const mark = kernels.mark()
        const [a, b] = [random(kernels, 2 * code.outputs, 1), kernels.zeros(2 * code.outputs)]
        const images = productMap(kernels, seedOf(0x5c))
        kernels.map(b, a, images)
        await kernels.compress([a, b], code)
        const half = a.subarray(0, 16 * code.outputs)
        kernels.map(half, half, images)
        expect(Buffer.compare(half, b.subarray(0, 16 * code.outputs)) === 0).toBe(subfield)
        kernels.release(mark)
      }
    })

    it('gives the bytes of version 1: other bytes are another version', async () => {
      const { code, trees } = voleShape(0)
      const depth = treeDepth(trees.leaves)
      const [leaves, sums] = [kernels.zeros(trees.trees * trees.leaves), kernels.zeros(2 * trees.trees * depth)]
      await kernels.expandTrees(leaves, sums, random(kernels, trees.trees, 1), trees, ciphers)
      await kernels.compress([leaves], code)
      const { code: narrow } = voleShape(0, true)
      const noise = random(kernels, 2 * narrow.outputs, 5)
      await kernels.compress([noise], narrow)
      const shape = okvsShape(20_000)
      const rows = kernels.placeKeys(random(kernels, 2000, 2), shape, nodePlatform.aesBlocks(seedOf(3)))
      const decoded = kernels.zeros(2000)
      await kernels.decode(decoded, rows, random(kernels, shape.columns, 4))
      const digest = (bytes: Uint8Array): string =>
        Buffer.from(nodePlatform.sha256(bytes).subarray(0, 8)).toString('hex')
      expect({ vole: voleVersion, code: digest(leaves.subarray(0, 16 * code.outputs)), sums: digest(sums) }).toEqual({
        vole: 1,
        code: '04beee9845f5df97',
        sums: '657befb00691a547',
      })
      expect({ subfieldVole: subfieldVoleVersion, code: digest(noise.subarray(0, 16 * narrow.outputs)) }).toEqual({
        subfieldVole: 1,
        code: 'bc06fe397cbcf4ed',
      })
      expect({ okvs: okvsVersion, shape, decoded: digest(decoded) }).toEqual({
        okvs: 1,
        shape: {
          items: 20_000,
          bins: 2,
          binItems: 10_505,
          sparse: 13_468,
          gap: 2,
          dense: 42,
          binColumns: 13_510,
          columns: 27_020,
        },
        decoded: '8bb3935c20d0f935',
      })
    })

    it('the code commutes with a multiplication', async () => {
      const { code } = voleShape(0)
      const [a, b] = [random(kernels, 2 * code.outputs, 1), kernels.zeros(2 * code.outputs)]
      kernels.scale(b, a, seedOf(0x5c))
      await kernels.compress([a, b], code)
      const half = a.subarray(0, 16 * code.outputs)
      kernels.scale(half, half, seedOf(0x5c))
      expect(Buffer.compare(half, b.subarray(0, 16 * code.outputs))).toBe(0)
    })

    it.each([0, 1, 2, 255, 256, 1024, 5000, 40_000])('a store of %i keys gives back every value', async (n) => {
      const mark = kernels.mark()
      const shape = okvsShape(n)
      const [keys, values] = [kernels.zeros(n), kernels.zeros(n)]
      randomInto(keys, 1)
      randomInto(values, 2)
      const cipher = nodePlatform.aesBlocks(seedOf(3))
      const rows = kernels.placeKeys(keys, shape, cipher)
      const encoding = kernels.zeros(shape.columns)
      randomInto(encoding, 4)
      expect(await kernels.encode(encoding, rows, values)).toBe(true)
      const out = kernels.zeros(n)
      await kernels.decode(out, rows, encoding)
      expect(Buffer.compare(out, values)).toBe(0)
      if (n <= 5000)
        await same(async (on) => {
          const more = random(on, 3000, 9)
          const others = on.placeKeys(more, shape, cipher)
          const copy = on.zeros(shape.columns)
          copy.set(encoding)
          const decoded = on.zeros(3000)
          await on.decode(decoded, others, copy)
          return decoded
        })
      kernels.release(mark)
    })

    it('a store in wide bins, whose columns take all of 16 bits', async () => {
      const n = 49_000
      const mark = kernels.mark()
      const shape = okvsShape(n, okvsWideBinItems)
      expect(shape.sparse).toBeGreaterThan(2 ** 15)
      const [keys, values, out] = [kernels.zeros(n), kernels.zeros(n), kernels.zeros(n)]
      randomInto(keys, 1)
      randomInto(values, 2)
      const rows = kernels.placeKeys(keys, shape, nodePlatform.aesBlocks(seedOf(3)))
      const encoding = kernels.zeros(shape.columns)
      expect(await kernels.encode(encoding, rows, values)).toBe(true)
      await kernels.decode(out, rows, encoding)
      expect(Buffer.compare(out, values)).toBe(0)
      kernels.release(mark)
    })

    it('an encoding of values without upper bytes has none either', async () => {
      const n = 3000
      const shape = okvsShape(n)
      const [keys, values] = [random(kernels, n, 1), random(kernels, n, 2)]
      for (let at = 10; at < values.length; at++) if ((at & 15) >= 10) values[at] = 0
      const encoding = kernels.zeros(shape.columns)
      const rows = kernels.placeKeys(keys, shape, nodePlatform.aesBlocks(seedOf(3)))
      expect(await kernels.encode(encoding, rows, values)).toBe(true)
      expect(encoding.every((byte, at) => byte === 0 || (at & 15) < 10)).toBe(true)
    })

    it('finds no encoding for a key with two values', async () => {
      const shape = okvsShape(300)
      const [keys, values] = [random(kernels, 300, 1), random(kernels, 300, 2)]
      keys.set(keys.subarray(0, 16), 160)
      const rows = kernels.placeKeys(keys, shape, nodePlatform.aesBlocks(seedOf(3)))
      expect(await kernels.encode(kernels.zeros(shape.columns), rows, values)).toBe(false)
      values.set(values.subarray(0, 16), 160)
      expect(await kernels.encode(kernels.zeros(shape.columns), rows, values)).toBe(false)
    })

    it('solves by dense columns what peeling leaves over', async () => {
      // So few sparse columns that almost every bin has a gap, and room for it.
      const shape = { items: 40, bins: 1, binItems: 40, sparse: 40, gap: 30, dense: 48, binColumns: 88, columns: 88 }
      for (let seed = 0; seed < 20; seed++) {
        const mark = kernels.mark()
        const [keys, values, out] = [kernels.zeros(40), random(kernels, 40, 7), kernels.zeros(40)]
        randomInto(keys, 100 + seed)
        const rows = kernels.placeKeys(keys, shape, nodePlatform.aesBlocks(seedOf(3)))
        const encoding = random(kernels, shape.columns, 6)
        expect(await kernels.encode(encoding, rows, values), `seed ${seed}`).toBe(true)
        await kernels.decode(out, rows, encoding)
        expect(out).toEqual(values)
        kernels.release(mark)
      }
    })

    it('refuses lengths that do not fit, and places that are not whole blocks', async () => {
      const v = kernels.zeros(4)
      expect(() => kernels.mul(v, v, v.subarray(16))).toThrow(RangeError)
      expect(() => kernels.scale(v, v, ones.subarray(1))).toThrow(RangeError)
      expect(() => kernels.mul(v.subarray(8, 24), v.subarray(0, 16), v.subarray(0, 16))).toThrow('whole blocks')
      expect(() => kernels.transpose(v, v)).toThrow('multiple of 128')
      await expect(
        kernels.expandPunctured(v, Uint32Array.of(4), kernels.zeros(2), { trees: 1, leaves: 4 }, ciphers),
      ).rejects.toThrow('point 4')
      await expect(kernels.compress([v], { outputs: 64, seed: ones })).rejects.toThrow(RangeError)
      expect(() => okvsShape(-1)).toThrow(RangeError)
    })

    it('refuses calls while asynchronous work is under way, which goes on undisturbed', async () => {
      const { code } = voleShape(0)
      const [alone, disturbed] = [random(kernels, 2 * code.outputs, 1), random(kernels, 2 * code.outputs, 1)]
      await kernels.compress([alone], code)
      const work = kernels.compress([disturbed], code)
      expect(() => kernels.zeros(1)).toThrow('settled')
      expect(() => kernels.scale(alone, alone, seedOf(1))).toThrow('settled')
      await expect(kernels.compress([alone], code)).rejects.toThrow('settled')
      await work
      expect(Buffer.compare(alone, disturbed)).toBe(0)
      expect(kernels.zeros(1).length).toBe(16)
    })

    it('gives zeros, and wipes what it takes back', () => {
      const mark = kernels.mark()
      const v = kernels.bytes(33).fill(1)
      kernels.release(mark)
      expect(v.every((byte) => byte === 0)).toBe(true)
      expect(kernels.zeros(3).every((byte) => byte === 0)).toBe(true)
    })
  })
}
