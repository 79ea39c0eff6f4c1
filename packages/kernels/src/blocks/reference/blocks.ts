/** The specification of every block kernel, in plain TypeScript. */
import type { Platform } from '@secureflow/base'
import type { BlockKernels, Blocks } from '../blocks.ts'
import { checkedBlocks } from '../checked.ts'
import { keyedBlake3 } from './blake3.ts'
import { compress } from './exconv.ts'
import { addProduct, product, words, wordsOf } from './field128.ts'
import { decode, encode, orderByBin } from './okvs.ts'
import { findTags, indexTags } from './tags.ts'
import { expandPunctured, expandTrees } from './trees.ts'

export function referenceBlocks(platform: Platform): BlockKernels {
  const live: Uint8Array[] = []
  const bytes = (length: number): Uint8Array => {
    const v = new Uint8Array(length)
    live.push(v)
    return v
  }
  const zeros = (count: number): Blocks => bytes(16 * count)

  function xor(out: Uint8Array, a: Uint8Array, b: Uint8Array): void {
    for (let i = 0; i < out.length; i++) out[i] = a[i]! ^ b[i]!
  }
  function multiply(out: Blocks, a: Blocks, b: Blocks, step: number): void {
    const [x, y] = [wordsOf(a), wordsOf(b)]
    const to = words(out)
    const one = new Uint32Array(4)
    for (let i = 0; i < to.length; i += 4) {
      one.fill(0)
      addProduct(one, 0, x, i, y, step * i)
      to.set(one, i)
    }
  }

  function map(out: Blocks, a: Blocks, images: Uint8Array, keep: boolean): void {
    const [from, to, units] = [words(a.slice()), words(out), wordsOf(images)]
    if (!keep) to.fill(0)
    for (let i = 0; i < to.length; i += 4)
      for (let bit = 0; bit < 128; bit++)
        if (((from[i + (bit >> 5)]! >>> (bit & 31)) & 1) === 1)
          for (let k = 0; k < 4; k++) to[i + k]! ^= units[4 * bit + k]!
  }

  return checkedBlocks({
    name: 'reference',
    zeros,
    bytes,
    mark: () => live.length,
    release(mark) {
      if (!(mark >= 0 && mark <= live.length)) throw new RangeError('not a mark of these kernels, or released already')
      for (const v of live.splice(mark)) v.fill(0)
    },
    warm: async () => {},
    close: async () => {},
    xor,
    mul: (out, a, b) => multiply(out, a, b, 1),
    scale: (out, a, s) => multiply(out, a, s, 0),
    addScaled(out, a, s) {
      const scaled = new Uint8Array(a.length)
      multiply(scaled, a, s, 0)
      xor(out, out, scaled)
    },
    map: (out, a, images) => map(out, a, images, false),
    addMapped: (out, a, images) => map(out, a, images, true),
    dot(a, b) {
      const sum = new Uint8Array(16)
      for (let i = 0; i < a.length; i += 4) addProduct(words(sum), 0, words(a), i, words(b), i)
      return sum
    },
    powerSum(a, x) {
      let sum: Uint8Array = new Uint8Array(16)
      for (let at = a.length - 16; at >= 0; at -= 16) {
        xor(sum, sum, a.subarray(at, at + 16))
        sum = product(sum, x)
      }
      return sum
    },
    sumRows(out, a, columns) {
      out.fill(0)
      for (let i = 0; i < a.length; i++) out[16 * Math.floor(i / (16 * columns)) + (i & 15)]! ^= a[i]!
    },
    gather(out, a, indices) {
      for (let i = 0; i < indices.length; i++) out.set(a.subarray(16 * indices[i]!, 16 * indices[i]! + 16), 16 * i)
    },
    indexTags,
    findTags,
    gatherBytes(out, a, indices, size) {
      for (let i = 0; i < indices.length; i++) out.set(a.subarray(16 * indices[i]!, 16 * indices[i]! + size), size * i)
    },
    truncate(a, size) {
      for (let i = 0; i < a.length; i++) if ((i & 15) >= size) a[i] = 0
    },
    pack(out, a, size) {
      for (let i = 0; i < a.length / 16; i++) out.set(a.subarray(16 * i, 16 * i + size), size * i)
    },
    unpack(out, bytes, size) {
      out.fill(0)
      for (let i = 0; i < out.length / 16; i++) out.set(bytes.subarray(size * i, size * (i + 1)), 16 * i)
    },
    transpose(out, a) {
      const n = out.length / 16
      out.fill(0)
      for (let i = 0; i < 128; i++)
        for (let j = 0; j < n; j++) {
          const bit = (a[(i * n + j) >> 3]! >> (j & 7)) & 1
          out[16 * j + (i >> 3)]! |= bit << (i & 7)
        }
    },
    hash(out, a, cipher) {
      const hashed = new Uint8Array(a.length)
      cipher.encrypt(hashed, a)
      xor(out, hashed, a)
    },
    hashTweaked(out, a, first, cipher) {
      const inner = new Uint8Array(a.length)
      cipher.encrypt(inner, a)
      const tweaked = inner.slice()
      const view = new DataView(tweaked.buffer)
      for (let at = 0; at < a.length; at += 16) {
        const tweak = BigInt(first + at / 16)
        view.setBigUint64(at, view.getBigUint64(at, true) ^ tweak, true)
      }
      cipher.encrypt(tweaked, tweaked)
      xor(out, tweaked, inner)
    },
    async hashItems(out, items, offsets, key) {
      for (let i = 0; i + 1 < offsets.length; i++)
        out.set(keyedBlake3(items.subarray(offsets[i]!, offsets[i + 1]!), key), 16 * i)
    },
    expandTrees: async (leaves, sums, seeds, shape, ciphers) => expandTrees(leaves, sums, seeds, shape, ciphers),
    expandPunctured: async (leaves, points, siblings, shape, ciphers) =>
      expandPunctured(leaves, points, siblings, shape, ciphers),
    compress: async (vectors, code) => compress(platform, vectors, code),
    placeKeys(keys, shape, cipher) {
      const hashes = new Uint8Array(keys.length)
      cipher.encrypt(hashes, keys)
      xor(hashes, hashes, keys)
      return orderByBin(shape, hashes, bytes(keys.length))
    },
    encode: async (out, rows, values) => encode(out, rows, values),
    decode: async (out, rows, encoding) => decode(out, rows, encoding),
  })
}
