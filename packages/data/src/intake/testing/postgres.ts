/** A PostgreSQL of a test's own, where one is installed: in a folder of its own, on a port that the system chose. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
const binaries = versions.map((v) => `/usr/lib/postgresql/${v}/bin`).find((bin) => existsSync(join(bin, 'initdb')))
/** The server refuses to run as root. */
const account = process.getuid?.() === 0 ? accountOf('postgres') : undefined

/** Why there is none to test with; undefined where there is one. */
export const noPostgres =
  binaries === undefined || (process.getuid?.() === 0 && account === undefined) ? 'needs PostgreSQL' : undefined

export interface TestPostgres {
  port: number
  password: string
  /** As the administrator of the cluster. */
  run(sql: string): Promise<void>
  close(): Promise<void>
}

export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  const password = 'a secret of the database'
  const own = account ?? {}
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (account !== undefined) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid)
  const data = join(folder, 'data')
  const init = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ]
  execFileSync(join(binaries!, 'initdb'), [...init, '--locale=C.UTF-8'], { ...own, stdio: 'ignore', cwd: folder })
  const port = await freePort()
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F']
  const server = spawn(join(binaries!, 'postgres'), options, { ...own, stdio: 'ignore', cwd: folder })
  const login = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password }
  const connected = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client(login)
    client.on('error', () => {})
    await client.connect()
    return work(client).finally(() => client.end())
  }
  await until(server, () => connected(async () => {}))
  return {
    port,
    password,
    run: (sql) => connected(async (client) => void (await client.query(sql))),
    async close() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function until(server: ChildProcess, ready: () => Promise<void>): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`)
    try {
      return await ready()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function accountOf(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}
