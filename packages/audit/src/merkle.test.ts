import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import {
  consistencyProof,
  inclusionPaths,
  inclusionProof,
  MerkleTree,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

const { sha256 } = nodePlatform
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** The inputs of the test vectors of Certificate Transparency (RFC 6962 reference implementation). */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  hex,
)
const leaves = inputs.map((input) => sha256(Uint8Array.of(0), input))
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('the empty tree and the published roots of 1 to 8 leaves', () => {
  expect(merkleRoot([], sha256)).toEqual(hex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'))
  const tree = new MerkleTree(sha256)
  for (const [i, leaf] of leaves.entries()) {
    tree.push(leaf)
    expect(tree.root(), `${i + 1} leaves`).toEqual(hex(roots[i]!))
  }
})

const many = Array.from({ length: 20 }, (_, i) => sha256(Uint8Array.of(0, i)))
const sizes = Array.from({ length: 20 }, (_, i) => i + 1)
const rootOf = (size: number) => merkleRoot(many.slice(0, size), sha256)

describe('inclusion', () => {
  test.each(sizes)('every leaf of %i, and no other claim', (size) => {
    const root = rootOf(size)
    const tree = many.slice(0, size)
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(tree, index, sha256)
      const claim = { leaf: many[index]!, index, size, root }
      expect(verifyInclusion(claim, proof, sha256), `leaf ${index}`).toBe(true)
      for (const wrong of [
        { ...claim, leaf: many[19 - index] ?? root },
        { ...claim, index: index + 1 },
        { ...claim, index: index - 1 },
        { ...claim, root: many[0]! },
      ])
        if (size > 1) expect(verifyInclusion(wrong, proof, sha256)).toBe(false)
      expect(verifyInclusion(claim, [...proof, root], sha256)).toBe(false)
      if (proof.length > 0) expect(verifyInclusion(claim, proof.slice(1), sha256)).toBe(false)
    }
  })
})

describe('consistency', () => {
  test.each(sizes)('every beginning of %i, and no other claim', (size) => {
    const second = { size, root: rootOf(size) }
    for (let m = 1; m <= size; m++) {
      const first = { size: m, root: rootOf(m) }
      const proof = consistencyProof(many.slice(0, size), m, sha256)
      expect(verifyConsistency(first, second, proof, sha256), `${m} of ${size}`).toBe(true)
      const forked = { size: m, root: sha256(first.root) }
      expect(verifyConsistency(forked, second, proof, sha256)).toBe(false)
      expect(verifyConsistency(first, { ...second, root: sha256(second.root) }, proof, sha256)).toBe(false)
      expect(verifyConsistency(first, second, [...proof, second.root], sha256)).toBe(false)
      if (proof.length > 0) expect(verifyConsistency(first, second, proof.slice(1), sha256)).toBe(false)
    }
  })
})

test('paths of several leaves are those of each by itself', () => {
  for (let size = 1; size <= many.length; size++) {
    const some = many.slice(0, size)
    const indexes = some.map((_, i) => i)
    const paths = inclusionPaths(some, indexes, sha256)
    for (const index of indexes)
      expect(paths.get(index), `${index} of ${size}`).toEqual(inclusionProof(some, index, sha256))
  }
})
