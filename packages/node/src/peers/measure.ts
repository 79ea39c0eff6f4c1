/** How long and how wide a link is, for the planner: a few empty round trips, then bodies that grow until they take a while. */
import type { Plain } from '@secureflow/base'
import type { LinkMeasure } from './interface.ts'

export const probeKind = 'link.probe'
const roundTrips = 5
const sizes = [64 << 10, 512 << 10, 2 << 20]
/** A body that took so long says enough. */
const enoughMs = 150

export async function probe(ask: (body: Plain, timeoutMs: number) => Promise<Plain>): Promise<LinkMeasure> {
  const timed = async (body: Plain): Promise<number> => {
    const start = performance.now()
    await ask(body, 20_000)
    return performance.now() - start
  }
  await timed(null) // the connection may have to be made first
  let roundTripMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < roundTrips; i++) roundTripMs = Math.min(roundTripMs, await timed(null))
  let bytesPerSecond = 0
  for (const size of sizes) {
    let taken = await timed(new Uint8Array(size))
    // Once more: what held it up may have been the machine and not the line.
    if (taken > enoughMs) taken = Math.min(taken, await timed(new Uint8Array(size)))
    bytesPerSecond = size / (Math.max(taken - roundTripMs, 0.05) / 1000)
    if (taken > enoughMs) break
  }
  return { roundTripMs, bytesPerSecond }
}
