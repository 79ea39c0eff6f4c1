/**
 * Memory of large frames, used again and again. A frame lives until the partner or the task has it, so a fast link keeps
 * megabytes of them: too old for V8's quick collections, and every slow one marks the whole heap. With this a node that
 * relays at full speed leaves no garbage of the frames' size.
 */

/** Two frames of a large message never share a block; smaller frames are left to the collector. */
export const blockBytes = 64 << 10
const smallestBytes = blockBytes / 2
/** More than the window of a channel. What is given back beyond it goes to the collector. */
const keptBlocks = (24 << 20) / blockBytes

const free: ArrayBuffer[] = []

/** Not set to zero: the caller fills all of it. */
export function takeMemory(bytes: number): Buffer {
  if (bytes < smallestBytes || bytes > blockBytes) return Buffer.allocUnsafe(bytes)
  return Buffer.from(free.pop() ?? new ArrayBuffer(blockBytes), 0, bytes)
}

/**
 * Nobody reads or writes these bytes any more: not the caller, and no socket. Giving back is never a duty; giving back too
 * early would send one member's bytes to another.
 */
export function giveBack(bytes: Buffer): void {
  if (bytes.length < smallestBytes || bytes.buffer.byteLength !== blockBytes) return
  if (free.length < keptBlocks) free.push(bytes.buffer as ArrayBuffer)
}
