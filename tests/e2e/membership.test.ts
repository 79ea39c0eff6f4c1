/** What the members decide, between real processes: a run ends, a node is cut off, votes outlive a kill. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  begin,
  command,
  creditFlow,
  everywhere,
  freePorts,
  makeHome,
  makeSite,
  outcomes,
  pause,
  type Site,
  TestNode,
  untilStep,
} from './harness.ts'

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

describe('A network whose members vote', () => {
  it.runIf(process.env.SECUREFLOW_FULL === '1')(
    'loses no application and no vote to kill -9, and lets the candidate in by itself',
    async () => {
      const folder = temporary()
      const nodes = ['centre', 'bank-a', 'bank-b'].map((name) => new TestNode(join(folder, name)))
      const [centre, a, b] = nodes as [TestNode, TestNode, TestNode]
      const ports = await freePorts()
      try {
        for (const [i, port] of Object.values(ports).entries())
          await makeHome(nodes[i]!.home, ['centre', 'bank-a', 'bank-b'][i]!, port)
        await Promise.all(nodes.map((n) => n.start()))
        expect((await command(centre.home, 'network', 'create', '--quorum', '2')).exitCode).toBe(0)
        const invite = async () => (await command(centre.home, 'network', 'invite')).stdout.trim()
        await a.client.network.join({ invitation: await invite() })

        const invitation = await invite()
        const joining = command(b.home, 'network', 'join', invitation)
        const proposals = async () => (await a.client.members.proposals().catch(() => [])).map((p) => p.member)
        await expect.poll(proposals, { timeout: 20_000 }).toEqual(['bank-b'])
        // The candidate, then the founder, then the voter in the middle of its vote.
        await b.kill()
        expect((await joining).exitCode).toBe(5)
        await centre.kill()
        const voting = a.client.members.vote({ proposal: 0 }).catch(() => {})
        await pause(20)
        await a.kill()
        await voting
        await Promise.all(nodes.map((n) => n.start()))
        const told = () => command(a.home, 'member', 'vote', '0')
        // What the kill left undone is done again; what it did not, is said to be done.
        await expect
          .poll(async () => /is carried|LEDGER_PROPOSAL_EXECUTED|LEDGER_ALREADY_VOTED/.test(said(await told())), {
            timeout: 60_000,
            interval: 500,
          })
          .toBe(true)
        await expect.poll(async () => (await b.client.members.application()).state, { timeout: 30_000 }).toBe('joined')
        expect(await a.client.members.proposals()).toMatchObject([
          { state: 'carried', votes: 2, voted: ['centre', 'bank-a'] },
        ])
        expect((await command(b.home, 'member', 'list')).stdout).toMatch(/bank-b +active/)
      } finally {
        await Promise.all(nodes.map((n) => n.kill()))
        rmSync(folder, { recursive: true, force: true })
      }
    },
    180_000,
  )
})

const said = ({ stdout, stderr }: { stdout: string; stderr: string }): string => stdout + stderr
const temporary = (): string => mkdtempSync(join(tmpdir(), 'secureflow-e2e-'))
