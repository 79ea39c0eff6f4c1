/** What the members decide, between real processes: a run ends, a node is cut off, votes outlive a kill. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { begin, command, creditFlow, everywhere, makeSite, outcomes, pause, type Site, untilStep } from './harness.ts'

let site: Site
beforeAll(async () => {
  site = await makeSite()
}, 120_000)
afterAll(() => site?.remove())

describe('A member that is suspended', () => {
  it('ends the run under way with one code at every party, and takes part in nothing until it is readmitted', async () => {
    const { centre, 'bank-a': a, 'bank-b': b } = site.nodes
    const flow = creditFlow({ training: 'epochs: 200, batch: 16' })
    const run = await begin(site.client, flow)
    await untilStep(site.client, run, 'model', 'progress', 'bank-a')
    const told = await command(centre.home, 'member', 'propose', 'suspend', 'bank-b')
    expect(told).toMatchObject({ exitCode: 0, stdout: 'Proposal 0 is carried.\n' })
    expect(await outcomes(site, run, 30_000)).toEqual(everywhere('RUN_MEMBER_INACTIVE'))

    await expect(a.client.runs.start({ flow })).rejects.toMatchObject({ code: 'RUN_MEMBER_INACTIVE', party: 'bank-b' })
    await expect(b.client.runs.start({ flow })).rejects.toMatchObject({ code: 'RUN_MEMBER_INACTIVE' })
    expect((await command(b.home, 'node', 'status')).stdout).toMatch(/This member is suspended, as .+ says/)
    expect((await command(a.home, 'member', 'list')).stdout).toMatch(/bank-b +suspended +member +down/)

    expect((await centre.client.members.propose({ action: 'readmit', member: 'bank-b' })).state).toBe('carried')
    await site.linked()
    while ((await b.client.node.status()).standing?.state !== 'active') await pause(50)
    expect((await b.client.flows.check({ flow })).problems).toEqual([])
  }, 120_000)
})
