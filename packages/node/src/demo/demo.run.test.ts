/** The simulation: three real processes behind one node, apart from it, gone with it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InputOf, type OutputOf, type Route, routes } from '@secureflow/api'
import { expect, test } from 'vitest'
import { ask, type Listening } from '../testing/ask.ts'
import { inMemory, makeHome } from '../testing/nodes.ts'

/** Three nodes and three runs take a minute; in one process, with the same data, sample.test.ts runs each flow. */
const full = process.env.SECUREFLOW_FULL === '1'
const slow = { timeout: 90_000, interval: 200 }

/** A route of the simulated node, through the real one. */
const simulated = <R extends Route>(route: R): R => ({ ...route, path: `/demo${route.path}` })
const inside = <R extends Route>(node: Listening, route: R, input: InputOf<R>): Promise<OutputOf<R>> =>
  ask(node, simulated(route), input)

// The browser's test (tests/e2e/console-spaces.test.ts) goes the same way as people do; here is what it cannot see.
test.runIf(full)(
  'one request makes a network of three with data and spaces; its run succeeds, and nothing of it touches the node',
  async () => {
    const node = await inMemory()(await makeHome('bank-a'))
    expect((await ask(node, routes.simulation.show, {})).state).toBe('none')
    await expect(inside(node, routes.spaces.list, {})).rejects.toMatchObject({ code: 'SIMULATION_NONE' })
    expect((await ask(node, routes.simulation.start, {})).state).toBe('starting')
    await expect.poll(async () => (await ask(node, routes.simulation.show, {})).state, slow).toBe('running')
    const view = await ask(node, routes.simulation.show, {})
    expect(view).toMatchObject({ startedAt: expect.any(Number), tookMs: expect.any(Number) })
    const spaces = await inside(node, routes.spaces.list, {})
    expect(spaces.map((s) => [s.goal, s.status])).toEqual(expect.arrayContaining([['credit-risk', 'active']]))
    for (const { id } of spaces) {
      const { charters } = await inside(node, routes.spaces.show, { id })
      const started = await inside(node, routes.runs.start, {
        flow: `space: ${id}\n${charters[0]!.charter.flows[0]!.text}`,
      })
      expect(started.started ? [] : started.report.problems).toEqual([])
      const status = async () => (await inside(node, routes.runs.list, {})).find((r) => r.space === id)?.status
      await expect.poll(status, slow).toBe('succeeded')
    }
    // The real node has heard of nothing.
    expect((await ask(node, routes.node.status, {})).network).toBeUndefined()
    expect(await ask(node, routes.runs.list, {})).toEqual([])
    await expect(inside(node, routes.data.add, { path: '/etc/passwd', name: 'x', id: 'x' })).rejects.toMatchObject({
      code: 'API_NOT_FOUND',
    })
    const pids = ['you', 'sim-bank', 'sim-centre'].map(
      (name) => (JSON.parse(readFileSync(join(node.home, 'demo', name, 'node.json'), 'utf8')) as { pid: number }).pid,
    )
    expect((await ask(node, routes.simulation.remove, {})).state).toBe('none')
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow()
    expect(existsSync(join(node.home, 'demo'))).toBe(false)
  },
  240_000,
)
