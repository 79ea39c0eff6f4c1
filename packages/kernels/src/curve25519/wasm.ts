/** Curve25519 in WASM, four points at a time: for platforms without a native library. */
import type { Curve25519 } from '@secureflow/base'
import { hasSimd, instantiate, kernelModule } from '../wasm/module.ts'
import { referenceCurve25519 } from './reference.ts'

/** What the module exports; offsets and counts are i32, a group is four points of 32 bytes. */
interface Kernels {
  multiply(out: number, points: number, scalar: number, groups: number, scratch: number, work: number): void
  fromUniform(out: number, uniform: number, groups: number, scratch: number, work: number): void
}

/** Memory: nothing | scalar | scratch of the kernels | points in, results over them | workspace of every group. */
const scalarAt = 1024
const scratchAt = scalarAt + 64
const scratchBytes = 2560
const pointsAt = scratchAt + scratchBytes
const most = 1024
const workAt = pointsAt + 32 * most
const pages = Math.ceil((workAt + 480 * (most / 4)) / 65_536)
/** A point of large order, whose group needs no inversion of its own. */
const filler = 9

/** The same as the Platform of Node.js: hashing to the curve takes a quarter of its time, multiplying nearly twice. */
export async function loadCurve25519(): Promise<Curve25519> {
  return hasSimd() ? wasmCurve25519() : referenceCurve25519
}

export async function wasmCurve25519(): Promise<Curve25519> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const kernels = instantiate<Kernels>(await kernelModule('curve25519', false), memory)
  const used = new Uint8Array(memory.buffer, scalarAt)
  const points = new Uint8Array(memory.buffer, pointsAt, 32 * most)

  /** Passes points through the memory, whole groups of four at a time; the last one is filled up. */
  function staged(input: Uint8Array, work: (groups: number) => void): Uint8Array {
    if (input.length % 32 !== 0) throw new RangeError(`${input.length} bytes, expected 32 a point`)
    const out = new Uint8Array(input.length)
    for (let from = 0; from < input.length; from += points.length) {
      const part = input.subarray(from, from + points.length)
      points.fill(filler, part.length)
      points.set(part)
      work(Math.ceil(part.length / 128))
      out.set(points.subarray(0, part.length), from)
    }
    used.fill(0)
    return out
  }

  return {
    fromUniform: (uniform) =>
      staged(uniform, (groups) => kernels.fromUniform(pointsAt, pointsAt, groups, scratchAt, workAt)),
    multiply(scalar, input) {
      if (scalar.length !== 32) throw new RangeError(`a scalar of ${scalar.length} bytes, expected 32`)
      const clamped = scalar.slice()
      clamped[0]! &= 248
      clamped[31] = (clamped[31]! & 127) | 64
      used.set(clamped)
      clamped.fill(0)
      return staged(input, (groups) => kernels.multiply(pointsAt, pointsAt, scalarAt, groups, scratchAt, workAt))
    },
  }
}
