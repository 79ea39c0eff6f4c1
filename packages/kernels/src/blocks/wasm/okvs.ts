/** The store over WASM memory, bin by bin. */
import type { BlockCipher } from '@secureflow/base'
import type { Call } from '../../wasm/worker.ts'
import type { Blocks, OkvsRows } from '../blocks.ts'
import { gapChanges } from '../okvs-gap.ts'
import type { OkvsShape } from '../okvs-parameters.ts'
import { words } from '../reference/field128.ts'
import { type Lane, rangesFor } from './lanes.ts'
import { encryptToStage, type Machine, pieces, stageAt, stageBytes, tablesAt } from './module.ts'

export function placeKeys(machine: Machine, keys: Blocks, shape: OkvsShape, cipher: BlockCipher): OkvsRows {
  const { arena, kernels } = machine
  const count = keys.length / 16
  const ordered = arena.view(Uint8Array, 16 * count)
  const numbers = arena.view(Uint32Array, count)
  const mark = arena.mark()
  const hashes = arena.view(Uint8Array, 16 * count)
  const next = arena.view(Uint32Array, shape.bins)
  const [hashesAt, nextAt] = [arena.offsetOf(hashes), arena.offsetOf(next)]
  for (const { from, count: bytes } of pieces(keys.length, stageBytes)) {
    const part = keys.subarray(from, from + bytes)
    encryptToStage(machine, part, cipher)
    kernels.xor(hashesAt + from, stageAt(0), arena.offsetOf(part), bytes)
  }
  kernels.countBins(nextAt, hashesAt, shape.bins, count)
  const starts = new Uint32Array(shape.bins + 1)
  for (let bin = 0; bin < shape.bins; bin++) starts[bin + 1] = starts[bin]! + next[bin]!
  next.set(starts.subarray(0, shape.bins))
  kernels.orderRows(arena.offsetOf(ordered), arena.offsetOf(numbers), nextAt, hashesAt, shape.bins, 0, count)
  arena.release(mark)
  machine.wipe()
  return { shape, count, hashes: ordered, keys: numbers, starts }
}

export async function decode(
  { arena }: Machine,
  lanes: readonly Lane[],
  out: Blocks,
  rows: OkvsRows,
  encoding: Blocks,
): Promise<void> {
  const { shape, starts } = rows
  const [outAt, hashes, keys] = [arena.offsetOf(out), arena.offsetOf(rows.hashes), arena.offsetOf(rows.keys)]
  const encodingAt = arena.offsetOf(encoding)
  for (const { lane, from: firstBin, to } of rangesFor(lanes, shape.bins, 1)) {
    const calls: Call[] = []
    for (let bin = firstBin; bin < to; bin++) {
      const p = encodingAt + 16 * shape.binColumns * bin
      const [from, n] = [starts[bin]!, starts[bin + 1]! - starts[bin]!]
      calls.push(
        { kernel: 'denseTables', args: [lane.tables, p + 16 * shape.sparse, shape.dense] },
        { kernel: 'decodeBin', args: [outAt, hashes + 16 * from, keys + 4 * from, p, lane.tables, shape.sparse, n] },
      )
    }
    await lane.feed(
      () => {},
      () => calls,
    )
  }
  await Promise.all(lanes.map((lane) => lane.drain()))
}

export async function encode(
  { arena, kernels, breathe }: Machine,
  out: Blocks,
  rows: OkvsRows,
  values: Blocks,
): Promise<boolean> {
  const { shape, starts } = rows
  const columns = arena.view(BigUint64Array, shape.binItems)
  const order = arena.view(Uint32Array, shape.binItems)
  const state = arena.view(Uint32Array, shape.sparse)
  const stack = arena.view(Uint16Array, shape.sparse + 1) // one more: a push is written before it is known to count
  const gone = arena.view(Uint8Array, shape.binItems)
  const [columnsAt, orderAt] = [arena.offsetOf(columns), arena.offsetOf(order)]
  const scratch = [columnsAt, orderAt, arena.offsetOf(state), arena.offsetOf(stack), arena.offsetOf(gone)] as const
  const valuesAt = arena.offsetOf(values)

  function encodeBin(bin: number): boolean {
    const [from, to] = [starts[bin]!, starts[bin + 1]!]
    const n = to - from
    const hashes = arena.offsetOf(rows.hashes) + 16 * from
    const keys = arena.offsetOf(rows.keys) + 4 * from
    const p = out.subarray(16 * shape.binColumns * bin, 16 * shape.binColumns * (bin + 1))
    const at = arena.offsetOf(p)
    const peeled = kernels.peel(...scratch, hashes, shape.sparse, shape.gap, n)
    if (peeled < 0) return false
    const substitute = (): void => {
      const any = kernels.denseTables(tablesAt, at + 16 * shape.sparse, shape.dense)
      kernels.substitute(at, columnsAt, orderAt, peeled, hashes, keys, valuesAt, any === 0 ? 0 : tablesAt)
    }
    substitute()
    if (peeled === n) return true
    const changed = gapChanges(
      words(p),
      shape,
      words(rows.hashes).subarray(4 * from, 4 * to),
      (row) => words(values).slice(4 * rows.keys[from + row]!, 4 * rows.keys[from + row]! + 4),
      Array.from(order.subarray(0, peeled), (both) => ({ row: both & 0xffff, column: both >>> 16 })),
      Array.from(order.subarray(peeled, n)),
    )
    if (changed) substitute()
    return changed
  }

  let solved = true
  for (let bin = 0; solved && bin < shape.bins; bin++) {
    await breathe()
    solved = encodeBin(bin)
  }
  return solved
}
