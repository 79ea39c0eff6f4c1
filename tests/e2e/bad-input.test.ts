/**
 * Whatever is wrong with what a person brings ends in one sentence with its code, whom it concerns and what to do, in an
 * exit code by class, and leaves everything as it was: the node goes on, and nothing was added but a failed run.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ErrorBody, release } from '@secureflow/api'
import { platformRng, silentLogger } from '@secureflow/base'
import { loadIdentity, renewCertificate } from '@secureflow/node/identity/index'
import { Peers } from '@secureflow/node/peers/index'
import { nodePlatform } from '@secureflow/platform'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  begin,
  command,
  creditFlow,
  everywhere,
  type FlowOptions,
  findings,
  makeSite,
  outcomes,
  pause,
  type Site,
  type Told,
  untilStep,
} from './harness.ts'

const exitCodes = { input: 2, policy: 3, peer: 4, transport: 5, timeout: 6, aborted: 7, internal: 70 }

let site: Awaited<ReturnType<typeof makeSite>>
let bankA: string
let bankB: string
beforeAll(async () => {
  site = await makeSite()
  bankA = site.nodes['bank-a'].home
  bankB = site.nodes['bank-b'].home
}, 120_000)
afterAll(() => site?.remove())

/** What a person could see change. */
async function facts({ all }: Site): Promise<unknown> {
  return await Promise.all(
    all.map(async ({ client }) => ({
      health: await client.node.health(),
      datasets: (await client.data.list()).map((d) => [d.name, d.id]),
      runs: (await client.runs.list()).length,
    })),
  )
}

let before: unknown
beforeEach(async () => {
  before = await facts(site)
})
const isAsBefore = async () => expect(await facts(site)).toEqual(before)

/** A table of the site, with every line below the header changed. */
function table(of: 'loans' | 'payments', change: (cells: string[], row: number) => string[]): string {
  const [header, ...lines] = readFileSync(site.tables[of].path, 'utf8').trim().split('\n')
  const changed = lines.map((line, i) => change(line.split(','), i).join(','))
  return written(`${header}\n${changed.join('\n')}\n`)
}

let files = 0
function written(text: string): string {
  const file = join(site.folder, `made-${files++}.csv`)
  writeFileSync(file, text)
  return file
}

const withColumn = (name: string, of: 'loans' | 'payments', value: (row: number) => string): string => {
  const at = readFileSync(site.tables[of].path, 'utf8').split('\n')[0]!.split(',').indexOf(name)
  expect(at, `${name} in ${of}`).toBeGreaterThanOrEqual(0)
  return table(of, (cells, row) => cells.with(at, value(row)))
}

/** One error, in words for a person: the code and one sentence, then lines with the party, if any, and the remedy. */
function expectSentence({ exitCode, stdout, stderr }: Told, kind: keyof typeof exitCodes, code: string): void {
  const lines = stderr.trim().split('\n')
  expect(stderr).toMatch(new RegExp(`^${code}  [^\\n]+\\.\\n`))
  expect(lines.at(-1)).toMatch(/^ {2}\S.*\S/)
  expect(lines.length).toBeLessThanOrEqual(3)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|undefined|\{\w+\}/)
  expect(stdout).toBe('')
  expect(exitCode).toBe(exitCodes[kind])
}

describe('Adding data', () => {
  const add = (file: string, id = 'customer_id', ...more: string[]) =>
    command(bankA, 'data', 'add', file, '--name', 'bad', '--id', id, ...more)

  afterEach(isAsBefore)

  it('names a file that is not there', async () =>
    expectSentence(await add(join(site.folder, 'nowhere.csv')), 'input', 'DATA_FILE_MISSING'))

  it.each([
    // Commas, semicolons, tabs and bars are found by themselves.
    ['in all lines', (text: string) => text.replaceAll(',', '^'), 'DATA_NO_COLUMN'],
    [
      'below the header',
      (text: string) => text.replace(/^.*/, (header) => header.replaceAll(',', ';')),
      'DATA_BAD_CSV',
    ],
  ])('notices a wrong delimiter %s', async (_, change, code) =>
    expectSentence(await add(written(change(readFileSync(site.tables.loans.path, 'utf8')))), 'input', code),
  )

  it('wants a label of 0 and 1', async () => {
    const file = withColumn('default', 'loans', (row) => String(row % 3))
    const told = await add(file, 'customer_id', '--label', 'default')
    expectSentence(told, 'input', 'DATA_LABEL_NOT_BINARY')
    expect(told.stderr).toContain('default')
  })

  it('lists the columns where the id is none of them', async () => {
    const told = await add(site.tables.loans.path, 'client_number')
    expectSentence(told, 'input', 'DATA_NO_COLUMN')
    expect(told.stderr).toContain('customer_id')
  })

  it('refuses a table without rows', async () => {
    const [header] = readFileSync(site.tables.loans.path, 'utf8').split('\n')
    expectSentence(await add(written(`${header}\n`)), 'input', 'DATA_EMPTY')
  })
})

describe('Running a flow', () => {
  const everybody = ['bank-a', 'bank-b', 'centre']

  /** Runs it from the command line. @returns the error that the last event tells */
  async function run(options: FlowOptions): Promise<{ exitCode: number; error: ErrorBody; run: string }> {
    const file = join(site.folder, 'flow.yaml')
    writeFileSync(file, creditFlow(options))
    const { exitCode, stdout } = await command(bankA, 'flow', 'run', file, '--json')
    const last = JSON.parse(stdout.trim().split('\n').at(-1)!)
    expect(last.kind, stdout).toBe('run-failed')
    return { exitCode, error: last.error, run: last.run }
  }

  /** @param parties  whose fault it may be called: where two notice the same, the first to say so names itself */
  async function failsAlike(options: FlowOptions, code: string, ...parties: string[]): Promise<ErrorBody> {
    const failed = await run(options)
    expect(await outcomes(site, failed.run)).toEqual(everywhere(code))
    for (const { client } of site.all) {
      const { error } = await client.runs.show({ run: failed.run })
      expect(parties).toContain(error!.party)
      expect(error!.say.en.what).toContain('.')
      expect(error!.say.zh.fix).not.toBe('')
    }
    expect(failed.exitCode).toBe(exitCodes[failed.error.class])
    return failed.error
  }

  const addTo = (member: 'bank-a' | 'bank-b', name: string, path: string) =>
    site.nodes[member].client.data.add({
      path,
      name,
      id: 'customer_id',
      ...(member === 'bank-a' ? { label: 'default' } : {}),
      allow: everybody.filter((m) => m !== member),
    })

  it('says that no id is in common', async () => {
    await addTo(
      'bank-b',
      'strangers',
      table('payments', (cells, row) => cells.with(0, `XX${row}`)),
    )
    const error = await failsAlike({ payments: 'strangers' }, 'RUN_NOTHING_IN_COMMON', 'bank-a', 'bank-b')
    expect(error.class).toBe('input')
  }, 120_000)

  it('wants a label of 0 and 1', async () => {
    const file = withColumn('age', 'loans', (row) => String(30 + (row % 3)))
    await addTo('bank-a', 'grades', file)
    const error = await failsAlike({ loans: 'grades', label: 'age' }, 'DATA_LABEL_NOT_BINARY', 'bank-a')
    expect(error.say.en.what).toContain('age')
  }, 120_000)

  it('names a column that never changes', async () => {
    await addTo(
      'bank-b',
      'flat',
      withColumn('merchants_per_month', 'payments', () => '7'),
    )
    const error = await failsAlike({ payments: 'flat' }, 'DATA_CONSTANT_COLUMN', 'bank-b')
    expect(error.say.en.what).not.toContain('merchants_per_month') // it is bank-b's to know
    const { runs } = site.nodes['bank-b'].client
    const own = await runs.show({ run: (await runs.list())[0]!.run })
    expect(own.error!.say.en.what).toContain('merchants_per_month')
  }, 120_000)

  it('names the rows that hold no number', async () => {
    await addTo(
      'bank-a',
      'gaps',
      withColumn('age', 'loans', (row) => (row === 3 ? 'NaN' : '40.5')),
    )
    const error = await failsAlike({ loans: 'gaps' }, 'DATA_NOT_FINITE', 'bank-a')
    expect(error.say.en.what).toContain('5')
  }, 120_000)

  it('is refused by terms before anything is sent', async () => {
    const terms = join(site.folder, 'terms.yaml')
    const { terms: open } = await site.client.data.show({ name: 'loans' })
    writeFileSync(terms, JSON.stringify({ ...open, minimumRows: 50_000 }))
    const { loans } = site.tables
    const added = await command(
      bankA,
      ...['data', 'add', loans.path, '--name', 'strict', '--id', loans.id, '--label', loans.label, '--terms', terms],
    )
    expect(added.stderr).toBe('')
    before = await facts(site)
    const file = join(site.folder, 'flow.yaml')
    writeFileSync(file, creditFlow({ loans: 'strict' }))
    const { exitCode, stderr, stdout } = await command(bankA, 'flow', 'run', file)
    expect(exitCode).toBe(exitCodes.policy)
    expect(stderr).toMatch(/^TERMS_ROWS {2}bank-a/m)
    expect(stderr).toContain('50000')
    expect(stdout).toBe('')
    await isAsBefore()
  }, 120_000)
})

describe('A node', () => {
  it('does not start with an expired certificate, and does with a new one', async () => {
    const node = site.nodes['bank-b']
    await node.stop()
    await renewCertificate(bankB, { now: Date.now() - 10 * 86_400_000, days: 3 })
    expectSentence(await command(bankB, 'node', 'start'), 'input', 'IDENTITY_EXPIRED')
    expect((await command(bankB, 'node', 'renew')).exitCode).toBe(0)
    await node.start()
    await site.linked()
    await isAsBefore()
  }, 60_000)

  it('says that a partner speaks another version', async () => {
    const node = site.nodes['bank-b']
    await node.stop()
    const { name, certificate, tlsKeyPem, config } = await loadIdentity(bankB)
    const others = (await site.client.network.show()).members
    await using stack = new AsyncDisposableStack()
    const newer = new Peers(
      {
        self: name,
        identity: { certPem: certificate.pem, keyPem: tlsKeyPem },
        listen: config.listen.peers!,
        version: '9.0.0',
        protocols: [9],
        addressOf: () => undefined,
        pinnedKeyOf: (member) => others.find((m) => m.id === member)?.fingerprint,
        memberOfKey: (key) => others.find((m) => m.fingerprint === key)?.id as typeof name | undefined,
      },
      { logger: silentLogger, clock: { now: () => Date.now() }, rng: platformRng(nodePlatform) },
    )
    stack.defer(async () => {
      await newer.close()
      await node.start()
      await site.linked()
      await isAsBefore()
    })
    await newer.start()
    const file = join(site.folder, 'flow.yaml')
    writeFileSync(file, creditFlow())
    const told = await command(bankA, 'flow', 'run', file)
    expectSentence(told, 'peer', 'LINK_VERSION')
    expect(told.stderr).toContain('bank-b')
    expect(release).not.toBe('9.0.0')
  }, 60_000)

  const mountable = canMount()
  it.skipIf(!mountable)(
    'whose disk is full ends the run and goes on (needs the right to mount)',
    async () => {
      const folder = join(bankB, 'runs')
      mkdirSync(folder, { recursive: true })
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder])
      let run: string
      try {
        run = await begin(site.client, creditFlow())
        expect(await outcomes(site, run)).toEqual(everywhere('STORAGE_FULL'))
        const { error } = await site.nodes['bank-b'].client.runs.show({ run })
        expect(error).toMatchObject({ code: 'STORAGE_FULL', party: 'bank-b' })
        const atPartner = (await site.client.runs.show({ run })).error
        expect(atPartner).toMatchObject({ code: 'RUN_FAILED_AT_PARTNER', party: 'bank-b' })
      } finally {
        execFileSync('umount', ['-l', folder])
      }
      const next = await begin(site.client, creditFlow())
      expect(await outcomes(site, next)).toEqual(everywhere('succeeded'))
      expect(await findings(site)).toEqual([])
    },
    120_000,
  )
})

/** The last: it leaves the home of bank-b on a small disk, which goes with it. */
describe('A node whose disk is full altogether', () => {
  it.runIf(process.env.SECUREFLOW_FULL === '1' && canMount())(
    'stays up, and takes up the run once there is room (needs test:full, and the right to mount)',
    async () => {
      const node = site.nodes['bank-b']
      await node.stop()
      const kept = join(site.folder, 'kept')
      cpSync(bankB, kept, { recursive: true })
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', bankB])
      try {
        cpSync(kept, bankB, { recursive: true })
        await node.start()
        await site.linked()
        const run = await begin(site.client, creditFlow())
        await untilStep(node.client, run, 'payments', 'started')
        const filler = join(bankB, 'filler')
        expect(() => writeFileSync(filler, new Uint8Array(128 << 20))).toThrow('ENOSPC')
        await pause(3000)
        expect(await node.client.node.health()).toEqual({ ok: true })
        expect((await node.client.runs.list()).find((r) => r.run === run)!.status).toBe('running')
        rmSync(filler)
        await node.stop()
        await node.start()
        expect(await outcomes(site, run)).toEqual(everywhere('succeeded'))
        expect(await findings(site)).toEqual([])
      } finally {
        await node.kill()
        execFileSync('umount', ['-l', bankB])
      }
    },
    120_000,
  )
})

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'secureflow-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
