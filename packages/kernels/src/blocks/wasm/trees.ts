/** GGM trees over WASM memory, several at a time while they are small. */
import type { Blocks, TreeCiphers } from '../blocks.ts'
import { nodesOnLevel, type Trees, treeDepth } from '../vole-parameters.ts'
import type { Machine } from './module.ts'

/** Leaves that are expanded together: enough for AES to be fast, few enough to stay in the cache. */
const leavesAtOnce = 8192

/** Called for the new nodes of each level; sums of sides lie `stride` bytes apart. */
type AfterLevel = (group: Group, level: number, nodes: number, width: number) => void

interface Group {
  first: number
  trees: number
}

async function expandLevels(
  { kernels, arena, breathe }: Machine,
  leaves: Blocks,
  shape: Trees,
  ciphers: TreeCiphers,
  roots: (group: Group) => Uint8Array,
  sumsOf: (group: Group, level: number) => { at: number; stride: number },
  after?: AfterLevel,
): Promise<void> {
  const depth = treeDepth(shape.leaves)
  const together = Math.max(1, Math.min(shape.trees, Math.floor(leavesAtOnce / shape.leaves)))
  const space = 16 * together * nodesOnLevel(shape.leaves, depth - 1)
  const levels = [arena.view(Uint8Array, space), arena.view(Uint8Array, space)] as const
  const hashed = [arena.view(Uint8Array, space), arena.view(Uint8Array, space)] as const
  for (let first = 0; first < shape.trees; first += together) {
    await breathe()
    const group = { first, trees: Math.min(together, shape.trees - first) }
    let width = 1
    levels[0].set(roots(group))
    for (let level = 0; level < depth; level++) {
      const parents = levels[(level & 1) as 0 | 1].subarray(0, 16 * group.trees * width)
      const [hashed0, hashed1] = [hashed[0].subarray(0, parents.length), hashed[1].subarray(0, parents.length)]
      ciphers[0].encrypt(hashed0, parents)
      ciphers[1].encrypt(hashed1, parents)
      const next = nodesOnLevel(shape.leaves, level + 1)
      const out =
        level === depth - 1
          ? leaves.subarray(16 * shape.leaves * first, 16 * shape.leaves * (first + group.trees))
          : levels[((level + 1) & 1) as 0 | 1]
      const { at, stride } = sumsOf(group, level)
      const nodes = arena.offsetOf(out)
      kernels.children(
        nodes,
        arena.offsetOf(parents),
        arena.offsetOf(hashed0),
        arena.offsetOf(hashed1),
        ...[group.trees, width, next, at, stride],
      )
      after?.(group, level, nodes, next)
      width = next
    }
  }
}

export async function expandTrees(
  machine: Machine,
  leaves: Blocks,
  sums: Blocks,
  seeds: Blocks,
  shape: Trees,
  ciphers: TreeCiphers,
): Promise<void> {
  const depth = treeDepth(shape.leaves)
  const at = machine.arena.offsetOf(sums)
  await expandLevels(
    machine,
    leaves,
    shape,
    ciphers,
    ({ first, trees }) => seeds.subarray(16 * first, 16 * (first + trees)),
    ({ first }, level) => ({ at: at + 32 * (first * depth + level), stride: 32 * depth }),
  )
}

export async function expandPunctured(
  machine: Machine,
  leaves: Blocks,
  points: Uint32Array,
  siblings: Blocks,
  shape: Trees,
  ciphers: TreeCiphers,
): Promise<void> {
  const { arena, kernels } = machine
  const depth = treeDepth(shape.leaves)
  const places = arena.view(Uint32Array, shape.trees)
  places.set(points)
  const sums = arena.view(Uint8Array, 32 * shape.trees)
  const zeros = new Uint8Array(16 * shape.trees) // stands for what is not known
  const [placesAt, sumsAt, siblingsAt] = [arena.offsetOf(places), arena.offsetOf(sums), arena.offsetOf(siblings)]
  await expandLevels(
    machine,
    leaves,
    shape,
    ciphers,
    ({ trees }) => zeros.subarray(0, 16 * trees),
    () => ({ at: sumsAt, stride: 32 }),
    ({ first, trees }, level, nodes, width) =>
      kernels.puncture(
        nodes,
        placesAt + 4 * first,
        depth - 1 - level,
        siblingsAt + 16 * (first * depth + level),
        16 * depth,
        ...[sumsAt, 32, trees, width],
      ),
  )
}
