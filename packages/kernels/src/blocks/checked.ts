/** Lengths and ranges, checked once for every implementation: a kernel itself trusts what it is given. */
import type { BlockKernels } from './blocks.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type Trees, treeDepth } from './vole-parameters.ts'

export function checkedBlocks(kernels: BlockKernels): BlockKernels {
  return oneAtATime({
    name: kernels.name,
    zeros(count) {
      within('count', count, 0, 2 ** 28)
      return kernels.zeros(count)
    },
    bytes(length) {
      within('length', length, 0, 2 ** 32)
      return kernels.bytes(length)
    },
    mark: () => kernels.mark(),
    release: (mark) => kernels.release(mark),
    warm: () => kernels.warm(),
    close: () => kernels.close(),
    xor(out, a, b) {
      expectBytes('a', a, out.length)
      expectBytes('b', b, out.length)
      kernels.xor(out, a, b)
    },
    mul(out, a, b) {
      expectBlocks('a', a, blocksIn('out', out))
      expectBlocks('b', b, out.length / 16)
      kernels.mul(out, a, b)
    },
    scale(out, a, s) {
      expectBlocks('a', a, blocksIn('out', out))
      expectBytes('s', s, 16)
      kernels.scale(out, a, s)
    },
    addScaled(out, a, s) {
      expectBlocks('a', a, blocksIn('out', out))
      expectBytes('s', s, 16)
      kernels.addScaled(out, a, s)
    },
    map(out, a, images) {
      expectBlocks('a', a, blocksIn('out', out))
      expectBytes('images', images, 2048)
      kernels.map(out, a, images)
    },
    addMapped(out, a, images) {
      expectBlocks('a', a, blocksIn('out', out))
      expectBytes('images', images, 2048)
      kernels.addMapped(out, a, images)
    },
    dot(a, b) {
      expectBlocks('b', b, blocksIn('a', a))
      return kernels.dot(a, b)
    },
    powerSum(a, x) {
      blocksIn('a', a)
      expectBytes('x', x, 16)
      return kernels.powerSum(a, x)
    },
    sumRows(out, a, columns) {
      within('columns', columns, 0, 2 ** 28)
      expectBlocks('a', a, blocksIn('out', out) * columns)
      kernels.sumRows(out, a, columns)
    },
    gather(out, a, indices) {
      const length = blocksIn('a', a)
      expectBlocks('out', out, indices.length)
      expectIndices(indices, length)
      kernels.gather(out, a, indices)
    },
    indexTags(tags, size) {
      blocksIn('tags', tags)
      within('size', size, 5, 16)
      return kernels.indexTags(tags, size)
    },
    findTags(index, theirs) {
      if (theirs.length % index.size !== 0) throw new RangeError(`${theirs.length} bytes of tags of ${index.size}`)
      return kernels.findTags(index, theirs)
    },
    gatherBytes(out, a, indices, size) {
      within('size', size, 1, 16)
      expectBytes('out', out, size * indices.length)
      expectIndices(indices, blocksIn('a', a))
      kernels.gatherBytes(out, a, indices, size)
    },
    truncate(a, size) {
      blocksIn('a', a)
      within('size', size, 0, 16)
      kernels.truncate(a, size)
    },
    pack(out, a, size) {
      within('size', size, 1, 16)
      expectBytes('out', out, size * blocksIn('a', a))
      kernels.pack(out, a, size)
    },
    unpack(out, bytes, size) {
      within('size', size, 1, 16)
      expectBytes('bytes', bytes, size * blocksIn('out', out))
      kernels.unpack(out, bytes, size)
    },
    transpose(out, a) {
      if (blocksIn('out', out) % 128 !== 0)
        throw new RangeError(`${out.length / 16} columns, expected a multiple of 128`)
      expectBytes('a', a, out.length)
      kernels.transpose(out, a)
    },
    hash(out, a, cipher) {
      expectBlocks('a', a, blocksIn('out', out))
      kernels.hash(out, a, cipher)
    },
    hashTweaked(out, a, first, cipher) {
      expectBlocks('a', a, blocksIn('out', out))
      within('first', first, 0, 2 ** 52)
      kernels.hashTweaked(out, a, first, cipher)
    },
    async hashItems(out, bytes, offsets, key) {
      expectBytes('key', key, 32)
      expectBlocks('out', out, Math.max(0, offsets.length - 1))
      for (let i = 0; i + 1 < offsets.length; i++)
        if (offsets[i]! > offsets[i + 1]! || offsets[i + 1]! > bytes.length) throw new RangeError(`offset ${i + 1}`)
      await kernels.hashItems(out, bytes, offsets, key)
    },
    async expandTrees(leaves, sums, seeds, shape, ciphers) {
      checkTrees(shape)
      expectBlocks('leaves', leaves, shape.trees * shape.leaves)
      expectBlocks('sums', sums, 2 * shape.trees * treeDepth(shape.leaves))
      expectBlocks('seeds', seeds, shape.trees)
      await kernels.expandTrees(leaves, sums, seeds, shape, ciphers)
    },
    async expandPunctured(leaves, points, siblings, shape, ciphers) {
      checkTrees(shape)
      expectBlocks('leaves', leaves, shape.trees * shape.leaves)
      expectBlocks('siblings', siblings, shape.trees * treeDepth(shape.leaves))
      if (points.length !== shape.trees) throw new RangeError(`${points.length} points for ${shape.trees} trees`)
      for (const point of points) within('point', point, 0, shape.leaves - 1)
      await kernels.expandPunctured(leaves, points, siblings, shape, ciphers)
    },
    async compress(vectors, code) {
      within('outputs', code.outputs, 64, 2 ** 27)
      expectBytes('seed', code.seed, 16)
      for (const v of vectors) expectBlocks('vector', v, 2 * code.outputs)
      await kernels.compress(vectors, code)
    },
    placeKeys(keys, shape, cipher) {
      blocksIn('keys', keys)
      return kernels.placeKeys(keys, shape, cipher)
    },
    async encode(out, rows, values) {
      within('keys', rows.count, 0, rows.shape.items)
      expectBlocks('out', out, rows.shape.columns)
      expectBlocks('values', values, rows.count)
      for (let bin = 0; bin < rows.shape.bins; bin++)
        if (rows.starts[bin + 1]! - rows.starts[bin]! > rows.shape.binItems) return false
      return kernels.encode(out, rows, values)
    },
    async decode(out, rows, encoding) {
      expectBlocks('out', out, rows.count)
      expectBlocks('encoding', encoding, rows.shape.columns)
      await kernels.decode(out, rows, encoding)
    },
  })
}

function checkTrees({ trees, leaves }: Trees): void {
  within('trees', trees, 0, 2 ** 20)
  within('leaves', leaves, 2, 2 ** 28)
}

function blocksIn(name: string, v: Uint8Array): number {
  if (v.length % 16 !== 0 || v.byteOffset % 16 !== 0)
    throw new RangeError(`${name}: ${v.length} bytes at ${v.byteOffset}, expected whole blocks at a multiple of 16`)
  return v.length / 16
}

function expectBlocks(name: string, v: Uint8Array, count: number): void {
  if (blocksIn(name, v) !== count) throw new RangeError(`${name}: ${v.length / 16} blocks, expected ${count}`)
}

function expectIndices(indices: Uint32Array, length: number): void {
  for (let i = 0; i < indices.length; i++)
    if (indices[i]! >= length) throw new RangeError(`block ${indices[i]} of ${length}`)
}

function expectBytes(name: string, v: Uint8Array, length: number): void {
  if (v.length !== length) throw new RangeError(`${name}: ${v.length} bytes, expected ${length}`)
}

function within(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name} ${value}, expected ${least} to ${most}`)
}
