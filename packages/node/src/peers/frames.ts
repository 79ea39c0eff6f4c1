/**
 * Frames: the one form in which bytes travel between two nodes and between a node and its task. One header for both, so
 * that the node hands a frame on by rewriting 24 bytes in place, without touching the payload.
 *
 *     0  type u8      1  length u24     what follows the header
 *     4  channel u32                    the sender's number for the channel; 0 where none is meant
 *     8  sequence u64                   numbers the frames of one direction of a link; 0 on a pipe and for `ack`
 *    16  ack u64                        the next sequence that the sender of this frame expects; 0 on a pipe
 */
import { takeMemory } from './memory.ts'

export const frameHeaderBytes = 24
/** Payload of one data frame. Larger messages are cut by whoever sends them. */
export const maxDataBytes = 256 << 10
/** Payload of one control message on a pipe. */
export const maxControlBytes = 8 << 20

export const FrameType = {
  /** Link: the sender names a channel: 16-byte id, u32 window that it grants. */
  open: 1,
  data: 2,
  /** u32: so many more bytes may be sent on the channel. */
  credit: 3,
  /** u8: index into `closeCodes`. */
  close: 4,
  /** Link: nothing but the header's acknowledgement. Not sequenced. */
  ack: 5,
  /** Pipe: one CBOR message between node and task. */
  control: 6,
} as const
export type FrameType = (typeof FrameType)[keyof typeof FrameType]

/** Why a channel ended, as the other end may know it. A closed list; positions are part of the protocol. */
export const closeCodes = ['done', 'failed', 'cancelled', 'deviation', 'overrun', 'restarted'] as const
export type CloseCode = (typeof closeCodes)[number]

/** What a data frame costs of a window: its payload and the memory that holds it, so that tiny frames are not free. */
export const costOf = (payloadBytes: number): number => payloadBytes + 64

export interface Frame {
  type: FrameType
  channel: number
  sequence: number
  ack: number
  /** Header and payload. Owned by whoever holds the frame. */
  bytes: Buffer
}

export function newFrame(type: FrameType, channel: number, payloadBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payloadBytes)
  setHead(bytes, type, channel)
  setLinkFields(bytes, 0, 0)
  return bytes
}

/** Type, length and channel. */
export function setHead(bytes: Buffer, type: FrameType, channel: number): void {
  const length = bytes.length - frameHeaderBytes
  bytes[0] = type
  bytes[1] = length & 255
  bytes[2] = (length >> 8) & 255
  bytes[3] = length >> 16
  bytes.writeUInt32LE(channel, 4)
}

export function setLinkFields(bytes: Buffer, sequence: number, ack: number): void {
  writeU64(bytes, 8, sequence)
  writeU64(bytes, 16, ack)
}

export const typeOf = (bytes: Buffer): number => bytes[0]!
export const payloadLengthOf = (bytes: Buffer, at = 0): number =>
  bytes[at + 1]! | (bytes[at + 2]! << 8) | (bytes[at + 3]! << 16)
export const channelOf = (bytes: Buffer): number => bytes.readUInt32LE(4)
export const sequenceOf = (bytes: Buffer): number => readU64(bytes, 8)
export const ackOf = (bytes: Buffer): number => readU64(bytes, 16)
export const payloadOf = (bytes: Buffer): Buffer => bytes.subarray(frameHeaderBytes)

function writeU64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at)
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
}

/** Values from 2^53 on lose digits and then fail the comparison that every reader makes. */
function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
}

/**
 * Cuts a byte stream into frames. Frames that are kept are copied into memory of their own; others are views of the chunk,
 * or are put together in one place that is used again where they straddle chunks.
 */
export class FrameReader {
  readonly #maxPayload: (type: number) => number
  /** Where straddling frames are put together; undefined where frames are kept. */
  readonly #reused: Buffer | undefined
  /** Fewer bytes than a header, from the end of the last chunk. */
  #rest: Buffer | undefined
  /** A frame that is being filled. */
  #partial: Buffer | undefined
  #filled = 0

  /**
   * @param maxPayload  allowed bytes for a type, -1 for a type that must not come
   * @param reuse  chunks are overwritten after `read`, and frames are valid only inside `each`
   */
  constructor(maxPayload: (type: number) => number, reuse = false) {
    this.#maxPayload = maxPayload
    this.#reused = reuse ? Buffer.allocUnsafeSlow(frameHeaderBytes + maxDataBytes) : undefined
  }

  /** @throws RangeError for a type or length that must not come; the stream is unusable afterwards */
  read(chunk: Buffer, each: (frame: Buffer) => void): void {
    let at = 0
    if (this.#partial !== undefined) {
      const n = Math.min(this.#partial.length - this.#filled, chunk.length)
      chunk.copy(this.#partial, this.#filled, 0, n)
      this.#filled += n
      at = n
      if (this.#filled < this.#partial.length) return
      const whole = this.#partial
      this.#partial = undefined
      each(whole)
    }
    if (this.#rest !== undefined) {
      chunk = Buffer.concat([this.#rest, at === 0 ? chunk : chunk.subarray(at)])
      this.#rest = undefined
      at = 0
    }
    while (chunk.length - at >= frameHeaderBytes) {
      const length = payloadLengthOf(chunk, at)
      if (length > this.#maxPayload(chunk[at]!)) throw new RangeError('frame not allowed')
      const size = frameHeaderBytes + length
      if (chunk.length - at < size) {
        const fits = this.#reused !== undefined && size <= this.#reused.length
        this.#partial = fits ? this.#reused.subarray(0, size) : takeMemory(size)
        this.#filled = chunk.copy(this.#partial, 0, at)
        return
      }
      const frame = this.#reused === undefined ? takeMemory(size) : chunk.subarray(at, at + size)
      if (this.#reused === undefined) chunk.copy(frame, 0, at, at + size)
      at += size
      each(frame)
    }
    if (at < chunk.length) this.#rest = Buffer.from(chunk.subarray(at))
  }
}
