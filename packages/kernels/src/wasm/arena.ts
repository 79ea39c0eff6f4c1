/**
 * A bump allocator over WASM memory. Everything above the top is zero, always: memory begins so, and `release` wipes what
 * it frees.
 */
import { kernelErrors } from '../errors.ts'
import { hasSharedMemory } from './module.ts'

export interface Arena {
  readonly memory: WebAssembly.Memory
  readonly shared: boolean
  /** A zeroed view. @throws KERNEL_MEMORY */
  view<T>(type: ViewOf<T>, length: number): T
  mark(): number
  release(mark: number): void
  /** Where a view lies. @throws RangeError for one of another memory */
  offsetOf(view: ArrayBufferView): number
}

export interface ArenaOptions {
  /** The most that all vectors together may take. */
  maxBytes: number
  /** Shared memory, which worker threads can reach; default where the engine has it. */
  shared?: boolean | undefined
}

interface ViewOf<T> {
  new (buffer: ArrayBufferLike, offset: number, length: number): T
  readonly BYTES_PER_ELEMENT: number
}

const pageBytes = 65536
const growthPages = 256
const alignment = 64 // a cache line: two threads never write to the same one, except at a seam between rows

/** @param first bytes below it belong to the kernels */
export function arena(first: number, options: ArenaOptions): Arena {
  const { maxBytes, shared = hasSharedMemory() } = options
  const maximum = Math.ceil((first + maxBytes) / pageBytes)
  if (!(maximum <= 65536)) throw new RangeError(`maxBytes ${maxBytes}: WASM memory ends at 4 GB`)

  // Growing detaches views on plain memory but not on shared memory. So plain memory has its full size from the start;
  // the operating system gives pages only when they are touched.
  const initial = shared ? Math.ceil(first / pageBytes) : maximum
  const memory = new WebAssembly.Memory({ initial, maximum, shared })
  const buffers = new Set<ArrayBufferLike>([memory.buffer])
  let top = first

  const tooMuch = (cause?: unknown) =>
    kernelErrors.KERNEL_MEMORY({ allowedMb: Math.floor(maxBytes / 2 ** 20) }, cause === undefined ? {} : { cause })

  function reserve(end: number): void {
    const present = memory.buffer.byteLength / pageBytes
    const needed = Math.ceil(end / pageBytes)
    if (needed > maximum || end - first > maxBytes) throw tooMuch()
    if (needed <= present) return
    try {
      memory.grow(Math.min(maximum, Math.max(needed, present + Math.max(growthPages, present >> 2))) - present)
    } catch (cause) {
      throw tooMuch(cause)
    }
    buffers.add(memory.buffer)
  }

  return {
    memory,
    shared,
    view(type, length) {
      const offset = Math.ceil(top / alignment) * alignment
      reserve(offset + type.BYTES_PER_ELEMENT * length)
      top = offset + type.BYTES_PER_ELEMENT * length
      const { buffer } = memory
      buffers.add(buffer) // after a growth the engine may renew the object once more, at a time of its own
      return new type(buffer, offset, length)
    },
    mark: () => top,
    release(mark) {
      if (!(mark >= first && mark <= top)) throw new RangeError('not a mark of this memory, or released already')
      // By words, as an array on shared memory is filled element by element; what lies above the top is zero already.
      const words = Math.ceil(mark / 8)
      new Uint8Array(memory.buffer, mark, 8 * words - mark).fill(0)
      new Float64Array(memory.buffer, 8 * words, Math.max(0, Math.ceil(top / 8) - words)).fill(0)
      top = mark
    },
    offsetOf(view) {
      if (!buffers.has(view.buffer)) throw new RangeError('a vector of another memory')
      return view.byteOffset
    },
  }
}
