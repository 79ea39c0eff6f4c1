/**
 * The line between the banks breaks for five seconds in the middle of training. The run succeeds in the same attempt and
 * with the same weights as without: nothing was lost, and nothing was repeated.
 */
import { ShapedLink } from '@secureflow/node/peers/shaped'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  begin,
  creditFlow,
  everywhere,
  findings,
  freePorts,
  makeSite,
  outcomes,
  pause,
  type Site,
  taskOf,
  untilStep,
  weightsOf,
} from './harness.ts'

// The same batches in every run: rows in order of their id, none shuffled.
const flow = creditFlow({
  split: 'method: every, every: 5, by: customer_id',
  training: 'epochs: 20, batch: 64, shuffle: false',
})
/** What the truncation of fixed-point numbers may change: it rounds at random, by the last bit of 18. */
const rounding = 2 ** -10

let line: ShapedLink
let site: Site
let uncut: number[][]
beforeAll(async () => {
  const ports = await freePorts()
  line = await ShapedLink.start({ host: '127.0.0.1', port: ports['bank-b'] }, { delayMs: 2 })
  const advertise = { 'bank-b': `${line.address.host}:${line.address.port}` }
  site = await makeSite({ ports, advertise, dialsOnly: 'bank-a' })
  const run = await begin(site.client, flow)
  expect(await outcomes(site, run)).toEqual(everywhere('succeeded'))
  uncut = await weights(run)
}, 120_000)
afterAll(async () => {
  await site?.remove()
  await line?.close()
})

const weights = (run: string): Promise<number[][]> =>
  Promise.all([site.nodes['bank-a'], site.nodes['bank-b']].map((node) => weightsOf(node, run)))

/** How much of the training bank-a has done. */
async function trained(run: string): Promise<number> {
  const { events } = await site.client.runs.events({ run })
  const last = events.findLast((e) => e.kind === 'task-progress' && e.step === 'model' && e.party === 'bank-a')
  return last?.kind === 'task-progress' ? last.fraction : 0
}

describe('A run whose line is cut', () => {
  it.each(['silent', 'reset'] as const)(
    'goes on where it was (%s)',
    async (how) => {
      const run = await begin(site.client, flow)
      await untilStep(site.client, run, 'model', 'progress', 'bank-a')
      line.cut(how)
      await pause(1000)
      const stopped = await trained(run)
      await pause(4000)
      expect(await trained(run)).toBe(stopped)
      expect(stopped).toBeLessThan(1)
      line.restore()
      expect(await outcomes(site, run)).toEqual(everywhere('succeeded'))
      for (const { client } of site.all) expect(taskOf(await client.runs.show({ run }), 'model').attempt).toBe(1)
      expect(await findings(site)).toEqual([])
      for (const [party, found] of (await weights(run)).entries())
        for (const [i, weight] of found.entries())
          expect(Math.abs(weight - uncut[party]![i]!), `weight ${i} of party ${party}`).toBeLessThan(rounding)
      expect(uncut.flat().some((w) => Math.abs(w) > 0.1)).toBe(true)
    },
    120_000,
  )
})
