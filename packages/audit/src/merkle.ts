/**
 * Merkle trees and their proofs (RFC 6962 section 2.1, verification as in RFC 9162 section 2.1): 0x01 before a node; the 0x00
 * before a leaf is in `entryHash`. A leaf here is a hash already.
 */
import { equalBytes } from '@secureflow/base'

export type Sha256 = (...parts: Uint8Array[]) => Uint8Array

const join = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array => sha256(Uint8Array.of(1), left, right)

/** A growing tree: one node kept for each complete subtree on the right edge. */
export class MerkleTree {
  readonly #sha256: Sha256
  readonly #edge: { height: number; hash: Uint8Array }[] = []
  #size = 0

  constructor(sha256: Sha256) {
    this.#sha256 = sha256
  }

  get size(): number {
    return this.#size
  }

  push(leaf: Uint8Array): void {
    let node = { height: 0, hash: leaf }
    while (this.#edge.at(-1)?.height === node.height) {
      const left = this.#edge.pop()!
      node = { height: node.height + 1, hash: join(this.#sha256, left.hash, node.hash) }
    }
    this.#edge.push(node)
    this.#size++
  }

  /** SHA-256 of nothing for an empty tree. */
  root(): Uint8Array {
    if (this.#edge.length === 0) return this.#sha256()
    return this.#edge.map(({ hash }) => hash).reduceRight((right, left) => join(this.#sha256, left, right))
  }
}

export function merkleRoot(leaves: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  const tree = new MerkleTree(sha256)
  for (const leaf of leaves) tree.push(leaf)
  return tree.root()
}

/** The hashes beside the way from leaf `index` to the root, lowest first. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number, sha256: Sha256): Uint8Array[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return index < k
    ? [...inclusionProof(left, index, sha256), merkleRoot(right, sha256)]
    : [...inclusionProof(right, index - k, sha256), merkleRoot(left, sha256)]
}

/** The proofs of several leaves at once: the tree is hashed once. By index. */
export function inclusionPaths(
  leaves: readonly Uint8Array[],
  indexes: readonly number[],
  sha256: Sha256,
): Map<number, Uint8Array[]> {
  const paths = new Map(indexes.map((i): [number, Uint8Array[]] => [i, []]))
  // A node without one beside it goes up as it is: the same tree as halving at the largest power of two.
  for (let [level, depth] = [leaves, 0]; level.length > 1; depth++) {
    for (const [index, path] of paths) {
      const beside = level[Math.floor(index / 2 ** depth) ^ 1]
      if (beside !== undefined) path.push(beside)
    }
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2)
      above.push(level[i + 1] === undefined ? level[i]! : join(sha256, level[i]!, level[i + 1]!))
    level = above
  }
  return paths
}

/** Whether `leaf` is number `index` of the `size` leaves under `root`. */
export function verifyInclusion(
  claim: { leaf: Uint8Array; index: number; size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
  sha256: Sha256,
): boolean {
  const { leaf, index, size, root } = claim
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false
  let [node, at, last] = [leaf, index, size - 1]
  for (const beside of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      node = join(sha256, beside, node)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else node = join(sha256, node, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && equalBytes(node, root)
}

/** Shows that the tree of the first `size` leaves is a beginning of the whole; 0 < size ≤ leaves. */
export function consistencyProof(leaves: readonly Uint8Array[], size: number, sha256: Sha256): Uint8Array[] {
  return subproof(leaves, size, true, sha256)
}

function subproof(leaves: readonly Uint8Array[], size: number, whole: boolean, sha256: Sha256): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [merkleRoot(leaves, sha256)]
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return size <= k
    ? [...subproof(left, size, whole, sha256), merkleRoot(right, sha256)]
    : [...subproof(right, size - k, false, sha256), merkleRoot(left, sha256)]
}

/** Whether the first tree is a beginning of the second. */
export function verifyConsistency(
  first: { size: number; root: Uint8Array },
  second: { size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
  sha256: Sha256,
): boolean {
  if (!Number.isSafeInteger(first.size) || first.size < 1 || first.size > second.size) return false
  if (first.size === second.size) return proof.length === 0 && equalBytes(first.root, second.root)
  // A complete first tree is its own first node.
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof]
  if (path.length === 0) return false
  let [at, last] = [first.size - 1, second.size - 1]
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)]
  let [a, b] = [path[0]!, path[0]!]
  for (const beside of path.slice(1)) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      a = join(sha256, beside, a)
      b = join(sha256, beside, b)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else b = join(sha256, b, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && equalBytes(a, first.root) && equalBytes(b, second.root)
}

/** The largest power of two below n. */
function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))
