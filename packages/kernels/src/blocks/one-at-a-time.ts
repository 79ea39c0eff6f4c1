/** Work that returns a promise holds scratch and the top of the memory until it settles: a call meanwhile is a mistake. */
import type { BlockKernels } from './blocks.ts'

export function oneAtATime(kernels: BlockKernels): BlockKernels {
  let busy = false
  function expectIdle(): void {
    if (busy) throw new Error('the block kernels were called before their asynchronous work had settled')
  }
  const short =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      expectIdle()
      return work(...args)
    }
  const long =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      expectIdle()
      busy = true
      try {
        return await work(...args)
      } finally {
        busy = false
      }
    }
  return {
    name: kernels.name,
    warm: kernels.warm,
    close: kernels.close,
    zeros: short(kernels.zeros),
    bytes: short(kernels.bytes),
    mark: short(kernels.mark),
    release: short(kernels.release),
    xor: short(kernels.xor),
    mul: short(kernels.mul),
    scale: short(kernels.scale),
    addScaled: short(kernels.addScaled),
    map: short(kernels.map),
    addMapped: short(kernels.addMapped),
    dot: short(kernels.dot),
    powerSum: short(kernels.powerSum),
    sumRows: short(kernels.sumRows),
    gather: short(kernels.gather),
    truncate: short(kernels.truncate),
    pack: short(kernels.pack),
    unpack: short(kernels.unpack),
    transpose: short(kernels.transpose),
    hash: short(kernels.hash),
    hashTweaked: short(kernels.hashTweaked),
    indexTags: short(kernels.indexTags),
    findTags: short(kernels.findTags),
    gatherBytes: short(kernels.gatherBytes),
    hashItems: long(kernels.hashItems),
    expandTrees: long(kernels.expandTrees),
    expandPunctured: long(kernels.expandPunctured),
    compress: long(kernels.compress),
    placeKeys: short(kernels.placeKeys),
    encode: long(kernels.encode),
    decode: long(kernels.decode),
  }
}
