/** GGM trees, level by level; the specification says which nodes exist and what is summed. */
import type { Blocks, TreeCiphers } from '../blocks.ts'
import { nodesOnLevel, type Trees, treeDepth } from '../vole-parameters.ts'

/** Children of a level, in order, cut to those that exist. */
function children(parents: Uint8Array, count: number, ciphers: TreeCiphers): Uint8Array {
  const out = new Uint8Array(16 * count)
  for (let side = 0; side < 2; side++) {
    const hashed = new Uint8Array(parents.length)
    ciphers[side]!.encrypt(hashed, parents)
    for (let p = 0; 2 * p + side < count; p++)
      for (let k = 0; k < 16; k++) out[16 * (2 * p + side) + k] = hashed[16 * p + k]! ^ parents[16 * p + k]!
  }
  return out
}

function addInto(out: Uint8Array, at: number, a: Uint8Array, from: number): void {
  for (let k = 0; k < 16; k++) out[at + k]! ^= a[from + k]!
}

export function expandTrees(leaves: Blocks, sums: Blocks, seeds: Blocks, shape: Trees, ciphers: TreeCiphers): void {
  const depth = treeDepth(shape.leaves)
  sums.fill(0)
  for (let tree = 0; tree < shape.trees; tree++) {
    let nodes = seeds.slice(16 * tree, 16 * tree + 16)
    for (let level = 0; level < depth; level++) {
      nodes = children(nodes, nodesOnLevel(shape.leaves, level + 1), ciphers) as Uint8Array<ArrayBuffer>
      for (let at = 0; at < nodes.length; at += 16) addInto(sums, 32 * (tree * depth + level) + (at & 16), nodes, at)
    }
    leaves.set(nodes, 16 * shape.leaves * tree)
  }
}

export function expandPunctured(
  leaves: Blocks,
  points: Uint32Array,
  siblings: Blocks,
  shape: Trees,
  ciphers: TreeCiphers,
): void {
  const depth = treeDepth(shape.leaves)
  for (let tree = 0; tree < shape.trees; tree++) {
    let nodes: Uint8Array = new Uint8Array(16) // a zero stands for what is not known
    for (let level = 0; level < depth; level++) {
      nodes = children(nodes, nodesOnLevel(shape.leaves, level + 1), ciphers)
      const onPath = points[tree]! >>> (depth - 1 - level)
      const sibling = onPath ^ 1
      nodes.fill(0, 16 * onPath, 16 * onPath + 16)
      if (16 * sibling >= nodes.length) continue // it has no leaf below it
      const value = siblings.slice(16 * (tree * depth + level), 16 * (tree * depth + level) + 16)
      nodes.fill(0, 16 * sibling, 16 * sibling + 16)
      for (let at = 16 * (sibling & 1); at < nodes.length; at += 32) addInto(value, 0, nodes, at)
      nodes.set(value, 16 * sibling)
    }
    leaves.set(nodes, 16 * shape.leaves * tree)
  }
}
