/** BlockKernels over WASM memory. */
import type { Platform } from '@secureflow/base'
import { type TeamOptions, workerTeam } from '../../team.ts'
import { type Arena, arena as arenaOf } from '../../wasm/arena.ts'
import { instantiate, kernelModule, maxThreads } from '../../wasm/module.ts'
import type { BlockKernels, Blocks } from '../blocks.ts'
import { checkedBlocks } from '../checked.ts'
import { compress } from './exconv.ts'
import { hashItems } from './items.ts'
import { inlineLane, type Lane, teamLanes } from './lanes.ts'
import {
  encryptToStage,
  type Kernels,
  machineOn,
  oneTurn,
  operandsAt,
  pieces,
  stageAt,
  stageBytes,
  tablesAt,
  vectorsAt,
} from './module.ts'
import { decode, encode, placeKeys } from './okvs.ts'
import { findTags, gatherBytes, indexTags } from './tags.ts'
import { expandPunctured, expandTrees } from './trees.ts'

export interface WasmBlockOptions extends TeamOptions {
  /** The most that all vectors together may take, default 1 GB. */
  maxBytes?: number
  /** Shared memory, which worker threads can reach; default where the engine has it. */
  shared?: boolean
  /** Called every 20 ms of long work on the calling thread, default one turn of the event loop. What it throws ends that work. */
  pause?: () => Promise<void>
  /** Blocks from which work goes to the workers. */
  threshold?: number
}

const blocksAStage = stageBytes / 16

export async function wasmBlocks(platform: Platform, options: WasmBlockOptions = {}): Promise<BlockKernels> {
  const { maxBytes = 2 ** 30, shared, threshold = 2 ** 15, pause = oneTurn } = options
  const arena: Arena = arenaOf(vectorsAt, { maxBytes, shared })
  const { memory } = arena
  const module = await kernelModule('blocks', arena.shared)
  const kernels = instantiate<Kernels>(module, memory)
  const team = workerTeam(arena.shared ? { module, memory } : undefined, maxThreads, options)
  const machine = machineOn(platform, kernels, arena, pause)
  const inline = [inlineLane(machine)]
  const { stages, operands, wipe } = machine
  const at = arena.offsetOf
  const bytes = (length: number): Uint8Array => arena.view(Uint8Array, length)

  /** Whatever way the work ends, its scratch is wiped. */
  async function scratched<T>(work: () => Promise<T>): Promise<T> {
    team.expectLive()
    const mark = arena.mark()
    try {
      return await work()
    } finally {
      arena.release(mark)
      wipe()
    }
  }
  /** Work on n blocks that may be split: on the workers when they are up and it is worth it, else here. */
  const onLanes = (n: number, work: (lanes: readonly Lane[]) => Promise<void>): Promise<void> =>
    scratched(() => work(n >= threshold && team.ready() ? teamLanes(team, arena) : inline))
  /** Builds the tables of s, works with them, and wipes them. */
  function withMultiplier(s: Uint8Array, work: () => void): void {
    operands.set(s)
    kernels.multiplierTable(tablesAt, operandsAt)
    work()
    wipe()
  }
  /** Builds the tables of a linear map, works with them, and wipes them. */
  function withMap(images: Uint8Array, work: () => void): void {
    stages[0].set(images)
    kernels.mapTable(tablesAt, stageAt(0))
    work()
    wipe()
  }
  /** One block that the kernel leaves at `operandsAt`. */
  function oneBlock(): Uint8Array {
    const block = operands.slice(0, 16)
    wipe()
    return block
  }
  /** In pieces that fit a stage: bytes `from` to `from + count` of both. */
  function staged(
    out: Blocks,
    a: Blocks,
    work: (outAt: number, aAt: number, part: Blocks, from: number) => void,
  ): void {
    const [outAt, aAt] = [at(out), at(a)]
    for (const { from, count } of pieces(a.length, stageBytes))
      work(outAt + from, aAt + from, a.subarray(from, from + count), from)
    wipe()
  }

  return checkedBlocks({
    name: 'wasm',
    warm: team.warm,
    close: team.close,
    zeros: (count) => bytes(16 * count),
    bytes,
    mark: arena.mark,
    release: arena.release,
    xor: (out, a, b) => kernels.xor(at(out), at(a), at(b), out.length),
    mul: (out, a, b) => kernels.mul(at(out), at(a), at(b), out.length / 16),
    scale: (out, a, s) => withMultiplier(s, () => kernels.scale(at(out), at(a), tablesAt, 0n, a.length / 16)),
    addScaled: (out, a, s) => withMultiplier(s, () => kernels.scale(at(out), at(a), tablesAt, -1n, a.length / 16)),
    map: (out, a, images) => withMap(images, () => kernels.scale(at(out), at(a), tablesAt, 0n, a.length / 16)),
    addMapped: (out, a, images) => withMap(images, () => kernels.scale(at(out), at(a), tablesAt, -1n, a.length / 16)),
    dot(a, b) {
      kernels.dot(operandsAt, at(a), at(b), a.length / 16)
      return oneBlock()
    },
    powerSum(a, x) {
      operands.set(x)
      kernels.multiplierTable(tablesAt, operandsAt)
      kernels.powerSum(operandsAt, at(a), tablesAt, a.length / 16)
      return oneBlock()
    },
    sumRows: (out, a, columns) => kernels.sumRows(at(out), at(a), columns, out.length / 16),
    gather(out, a, indices) {
      const stage = new Uint32Array(arena.memory.buffer, stageAt(0), stageBytes / 4)
      for (const { from, count } of pieces(indices.length, stage.length)) {
        stage.set(indices.subarray(from, from + count))
        kernels.gather(at(out) + 16 * from, at(a), stageAt(0), count)
      }
      wipe()
    },
    truncate: (a, size) => kernels.truncate(at(a), size, a.length / 16),
    pack(out, a, size) {
      for (const { from, count } of pieces(a.length / 16, blocksAStage)) {
        kernels.pack(stageAt(0), at(a) + 16 * from, size, count)
        out.set(stages[0].subarray(0, size * count), size * from)
      }
      wipe()
    },
    unpack(out, bytes, size) {
      for (const { from, count } of pieces(out.length / 16, blocksAStage)) {
        stages[0].set(bytes.subarray(size * from, size * (from + count)))
        kernels.unpack(at(out) + 16 * from, stageAt(0), size, count)
      }
      wipe()
    },
    transpose(out, a) {
      kernels.transpose(at(out), at(a), out.length / 16, tablesAt)
      wipe()
    },
    hash: (out, a, cipher) =>
      staged(out, a, (outAt, aAt, part) => {
        encryptToStage(machine, part, cipher)
        kernels.xor(outAt, stageAt(0), aAt, part.length)
      }),
    hashTweaked: (out, a, first, cipher) =>
      staged(out, a, (outAt, _aAt, part, from) => {
        encryptToStage(machine, part, cipher)
        kernels.tweak(stageAt(1), stageAt(0), BigInt(first + from / 16), part.length / 16)
        const tweaked = stages[1].subarray(0, part.length)
        cipher.encrypt(tweaked, tweaked)
        kernels.xor(outAt, stageAt(1), stageAt(0), part.length)
      }),
    hashItems: (out, items, offsets, key) =>
      onLanes(offsets.length, (lanes) => hashItems(machine, lanes, out, items, offsets, key)),
    expandTrees: (leaves, sums, seeds, shape, ciphers) =>
      scratched(() => expandTrees(machine, leaves, sums, seeds, shape, ciphers)),
    expandPunctured: (leaves, points, siblings, shape, ciphers) =>
      scratched(() => expandPunctured(machine, leaves, points, siblings, shape, ciphers)),
    compress: (vectors, code) => onLanes(code.outputs, (lanes) => compress(machine, lanes, vectors, code)),
    indexTags: (tags, size) => indexTags(machine, tags, size),
    findTags: (index, theirs) => findTags(machine, index, theirs),
    gatherBytes: (out, a, indices, size) => gatherBytes(machine, out, a, indices, size),
    placeKeys: (keys, shape, cipher) => placeKeys(machine, keys, shape, cipher),
    encode: (out, rows, values) => scratched(() => encode(machine, out, rows, values)),
    decode: (out, rows, encoding) => onLanes(rows.count, (lanes) => decode(machine, lanes, out, rows, encoding)),
  })
}
