/** Columns brought along in rr22: how they are sealed for the receiver, and told to the sender. See `../values.ts`. */
import type { BlockKernels, Blocks } from '@secureflow/kernels'
import type { TwoParty } from '../../session/two-party.ts'
import { gatherRows, type RowValues, rowBytes, rowsAMessage, xorInto } from '../values.ts'
import type { Matches } from './tags.ts'

interface Run {
  readonly kernels: BlockKernels
  readonly two: TwoParty
  /** Rows of the sender. */
  readonly ny: number
  /** Keyed BLAKE3 of (F_i ‖ key_i) under the domain `what`, 16 bytes each. */
  bound(F: Blocks, keys: Blocks, what: string): Promise<Blocks>
  expectCount(label: string, body: Uint8Array, expected: number, size: number): void
}

/** Of each own row: the PRF's value before it is a tag, and its item key. */
export interface Secrets {
  F: Blocks
  keys: Blocks
}

export class Brought {
  readonly own: RowValues | undefined
  /** Bytes of a row of the partner's columns; 0 for none. */
  readonly theirSize: number
  readonly #theirWidths: readonly number[]
  readonly #run: Run
  readonly #ownSize: number

  constructor(run: Run, own: RowValues | undefined, theirWidths: readonly number[]) {
    this.#run = run
    this.own = own
    this.#ownSize = rowBytes(own?.widths ?? [])
    this.#theirWidths = theirWidths
    this.theirSize = rowBytes(theirWidths)
  }

  /** Own rows by messages. */
  parts(rows: Uint32Array): Uint32Array[] {
    const most = rowsAMessage(this.#ownSize)
    const count = Math.ceil(rows.length / most)
    return Array.from({ length: count }, (_, i) => rows.subarray(i * most, (i + 1) * most))
  }

  /** Own values of these rows, in clear. */
  rows(rows: Uint32Array): Uint8Array {
    return gatherRows(this.own!.bytes, this.#ownSize, rows)
  }

  async seal(rows: Uint32Array, secrets: Secrets): Promise<Uint8Array> {
    const sealed = this.rows(rows)
    xorInto(sealed, await this.#pads(rows, secrets, this.#ownSize))
    await this.#run.two.pause()
    return sealed
  }

  /** @returns the sender's values of matched rows, in the order of `found`; undefined where it brings none */
  async unseal(
    recv: () => Promise<Uint8Array>,
    { positions, rows }: Matches,
    secrets: Secrets,
  ): Promise<RowValues | undefined> {
    const size = this.theirSize
    if (size === 0) return undefined
    const { ny, two } = this.#run
    const values = new Uint8Array(size * rows.length)
    const most = rowsAMessage(size)
    let next = 0
    for (let from = 0; from < ny; from += most) {
      const to = Math.min(ny, from + most)
      const sealed = await recv()
      this.#run.expectCount('sealed', sealed, to - from, size)
      const first = next
      while (next < positions.length && positions[next]! < to) next++
      const opened = gatherRows(
        sealed,
        size,
        positions.subarray(first, next).map((position) => position - from),
      )
      xorInto(opened, await this.#pads(rows.subarray(first, next), secrets, size))
      values.set(opened, size * first)
      await two.pause()
    }
    return { widths: this.#theirWidths, bytes: values }
  }

  /** @returns the receiver's values of `count` rows in the common order; undefined where it brings none */
  async receive(count: number, recv: () => Promise<Uint8Array>): Promise<RowValues | undefined> {
    const size = this.theirSize
    if (size === 0) return undefined
    const values = new Uint8Array(size * count)
    const most = rowsAMessage(size)
    for (let from = 0; from < count; from += most) {
      const body = await recv()
      this.#run.expectCount('values', body, Math.min(most, count - from), size)
      values.set(body, size * from)
    }
    return { widths: this.#theirWidths, bytes: values }
  }

  /** The partner's values in another order: that of these positions. */
  inOrder({ widths, bytes }: RowValues, positions: Uint32Array): RowValues {
    return { widths, bytes: gatherRows(bytes, this.theirSize, positions) }
  }

  /** A one-time pad for each of these rows, 16 bytes at a time. */
  async #pads(rows: Uint32Array, secrets: Secrets, size: number): Promise<Uint8Array> {
    const { kernels } = this.#run
    const pads = new Uint8Array(size * rows.length)
    const mark = kernels.mark()
    const [F, keys] = [kernels.zeros(rows.length), kernels.zeros(rows.length)]
    kernels.gather(F, secrets.F, rows)
    kernels.gather(keys, secrets.keys, rows)
    for (let at = 0; at < size; at += 16) {
      const inner = kernels.mark()
      const blocks = await this.#run.bound(F, keys, `pads ${at / 16}`)
      const taken = Math.min(16, size - at)
      for (let i = 0; i < rows.length; i++) pads.set(blocks.subarray(16 * i, 16 * i + taken), size * i + at)
      kernels.release(inner)
    }
    kernels.release(mark)
    return pads
  }
}
