/**
 * Curves y² = x³ − 3x + b of prime order in WASM, four points at a time, by x-coordinates: P-256 and SM2. Their specification
 * is @noble/curves, in the tests.
 */
import { instantiate, kernelModule } from '../wasm/module.ts'

export interface CurveParameters {
  /** p ≡ −1 modulo 2^52. */
  readonly p: bigint
  /** Order, prime. */
  readonly n: bigint
  readonly b: bigint
  /** x of the base point. */
  readonly Gx: bigint
  /** Of the simplified SWU map ([RFC9380] section 6.6.2). */
  readonly z: bigint
}

/** Coordinates are 32 bytes big-endian, laid end to end. */
export interface WeierstrassX {
  /**
   * One scalar times the points with these x-coordinates.
   * @param scalar  32 bytes big-endian, 1 to n − 1
   * @returns x-coordinates; 32 bytes of zero in place of what is not below p, of no point, or zero
   */
  multiply(scalar: Uint8Array, points: Uint8Array): Uint8Array
  /** hash_to_curve after hash_to_field. @param elements  two of the field for each point @returns x-coordinates */
  mapPairs(elements: readonly bigint[]): Uint8Array
}

/** What the module exports; offsets and counts are i32, a group is four points. */
interface Kernels {
  multiply(
    out: number,
    points: number,
    scalar: number,
    groups: number,
    curve: number,
    scratch: number,
    work: number,
  ): void
  mapPairs(out: number, pairs: number, groups: number, curve: number, scratch: number, work: number): void
}

/** Memory: nothing | curve | scalar | scratch of the kernels | points or pairs in, results over them | workspace of every group. */
const curveAt = 1024
const elementBytes = 160
const curveBytes = 11 * elementBytes + 3 * 32
const scalarAt = curveAt + curveBytes
const scratchAt = scalarAt + 32
const scratchBytes = 320 + 37 * elementBytes
const pointsAt = scratchAt + scratchBytes
const most = 512
const workAt = pointsAt + 64 * most
const workBytes = 3 * elementBytes + 16
const pages = Math.ceil((workAt + workBytes * (most / 4)) / 65_536)

export async function wasmWeierstrass(curve: CurveParameters): Promise<WeierstrassX> {
  const { p, n, Gx } = curve
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const kernels = instantiate<Kernels>(await kernelModule('weierstrass', false), memory)
  writeCurve(new DataView(memory.buffer, curveAt, curveBytes), curve)
  const secrets = new Uint8Array(memory.buffer, scalarAt)
  const scalarBytes = secrets.subarray(0, 32)
  const staged = new Uint8Array(memory.buffer, pointsAt, 64 * most)

  return {
    multiply(scalar, points) {
      if (points.length % 32 !== 0) throw new RangeError(`${points.length} bytes, expected 32 a point`)
      const k = scalar.length === 32 ? read(scalar) : 0n
      if (k === 0n || k >= n) throw new RangeError('a scalar from 1 to the order less 1 was expected')
      scalarBytes.set(scalar.toReversed())
      const out = new Uint8Array(points.length)
      const count = points.length / 32
      for (let from = 0; from < count; from += most) {
        const to = Math.min(count, from + most)
        const bad: number[] = []
        for (let i = from; i < to; i++) {
          const x = read(points.subarray(32 * i, 32 * i + 32))
          if (x === 0n || x >= p) bad.push(i)
          writeLE(staged, 32 * (i - from), x === 0n || x >= p ? Gx : x)
        }
        const groups = Math.ceil((to - from) / 4)
        for (let i = to - from; i < 4 * groups; i++) writeLE(staged, 32 * i, Gx)
        kernels.multiply(pointsAt, pointsAt, scalarAt, groups, curveAt, scratchAt, workAt)
        for (let i = from; i < to; i++) copyReversed(out, 32 * i, staged, 32 * (i - from))
        for (const i of bad) out.fill(0, 32 * i, 32 * i + 32)
      }
      secrets.fill(0)
      return out
    },
    mapPairs(elements) {
      const count = elements.length / 2
      const out = new Uint8Array(32 * count)
      for (let from = 0; from < count; from += most) {
        const to = Math.min(count, from + most)
        const groups = Math.ceil((to - from) / 4)
        for (let i = 0; i < 4 * groups; i++) {
          // The last group is filled up by its first pair.
          const pair = from + i < to ? from + i : to - 1
          const at = 256 * (i >> 2) + 32 * (i & 3)
          writeLE(staged, at, elements[2 * pair]!)
          writeLE(staged, at + 128, elements[2 * pair + 1]!)
        }
        kernels.mapPairs(pointsAt, pointsAt, groups, curveAt, scratchAt, workAt)
        for (let i = from; i < to; i++) copyReversed(out, 32 * i, staged, 32 * (i - from))
      }
      secrets.fill(0)
      return out
    },
  }
}

/** As assembly/weierstrass/index.ts lays it out. */
function writeCurve(view: DataView, { p, b, Gx, z }: CurveParameters): void {
  const mod = (value: bigint): bigint => ((value % p) + p) % p
  const R = 1n << 260n
  let at = 0
  const limbs = (value: bigint): void => {
    for (let i = 0; i < 10; i++)
      for (let lane = 0; lane < 4; lane++, at += 4)
        view.setUint32(at, Number((value >> BigInt(26 * i)) & 0x3ffffffn), true)
  }
  for (const constant of [p + 1n, 2n * p, (1n << 256n) - p]) limbs(constant)
  for (const element of [R, R * R, 1n]) limbs(mod(element))
  for (const element of [b, 4n * b, Gx, z, power(-z, (p + 1n) / 4n, p)]) limbs(mod(element * R))
  for (const exponent of [(p - 1n) / 2n, p - 2n, (p - 3n) / 4n])
    for (let i = 0; i < 32; i++, at++) view.setUint8(at, Number((exponent >> BigInt(8 * i)) & 0xffn))
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n
  for (let e = exponent, s = ((base % p) + p) % p; e > 0n; e >>= 1n, s = (s * s) % p)
    if (e & 1n) result = (result * s) % p
  return result
}

function read(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 32)
  return (
    (view.getBigUint64(0) << 192n) |
    (view.getBigUint64(8) << 128n) |
    (view.getBigUint64(16) << 64n) |
    view.getBigUint64(24)
  )
}

function writeLE(into: Uint8Array, at: number, value: bigint): void {
  const view = new DataView(into.buffer, into.byteOffset + at, 32)
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, (value >> BigInt(64 * i)) & 0xffffffffffffffffn, true)
}

function copyReversed(into: Uint8Array, at: number, from: Uint8Array, start: number): void {
  for (let i = 0; i < 32; i++) into[at + i] = from[start + 31 - i]!
}
