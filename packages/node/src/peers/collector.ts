/**
 * The bytes that sockets hand out lie outside the heap. V8 weighs them only when it looks for a reason to mark the whole
 * heap: by default after every 64 MB of them, however large the heap is. Measured, a node with 130 MB of objects then
 * carries 25 MB/s instead of 190. Two measures: they count into the heap's own limit, and before that is reached the young
 * generation alone is collected, which takes half a millisecond, as nearly all of it is dead.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--external-memory-accounted-in-global-limit')
// On a busy machine the thread that frees them comes late, and with it the count of what is free.
setFlagsFromString('--no-concurrent-array-buffer-sweeping')

/** Half of the growth after which V8 marks at the earliest: then 100 MB of objects cost a link nothing. */
const youngBytes = 4 << 20
let came = 0
let collect: ((how: { type: 'minor' }) => void) | undefined

/** A socket handed out so many bytes, in a buffer that is left to the collector. */
export function bytesCame(bytes: number): void {
  came += bytes
  if (came < youngBytes) return
  came = 0
  collect ??= collector()
  collect({ type: 'minor' })
}

function collector(): (how: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc') // contexts made later need it not
  return gc
}
