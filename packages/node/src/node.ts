/** The composition root: opens the parts of a node in order, fits them together, and closes them in reverse. */
import { rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { release } from '@secureflow/api'
import { type Clock, type MemberId, platformRng, randomBytes, toHex } from '@secureflow/base'
import { components } from '@secureflow/components/declarations'
import type { Address } from '@secureflow/crypto'
import { nodePlatform } from '@secureflow/platform'
import { assetPeers, createAssets } from './assets/create.ts'
import { verifyOwnRecord } from './audit/verify.ts'
import { backupHandlers } from './backup/handlers.ts'
import { Demo } from './demo/demo.ts'
import { Drafts } from './drafts/drafts.ts'
import { listenError } from './errors.ts'
import { makeHandlers } from './handlers.ts'
import { loadIdentity, runningFile } from './identity/index.ts'
import { changeSettings, settingsView } from './identity/settings.ts'
import { Connections } from './intake/connections.ts'
import { Imports } from './intake/imports.ts'
import { DataViews } from './intake/views.ts'
import { type NodeLogger, openLogger } from './logging/logger.ts'
import { Credentials } from './network/credentials.ts'
import { Decisions } from './network/decisions.ts'
import { networkErrors } from './network/errors.ts'
import type { LedgerHost } from './network/interface.ts'
import { type LedgerParts, ledgerHost } from './network/ledger.ts'
import { Members } from './network/members.ts'
import { Network, type OpenNetwork } from './network/network.ts'
import { keepPeerPort, peerPort } from './peer-port.ts'
import { Peers } from './peers/index.ts'
import { People } from './people/people.ts'
import { createRuns } from './runs/create.ts'
import type { RunPeers, RunsDependencies } from './runs/dependencies.ts'
import type { RunService } from './runs/interface.ts'
import { EventStream, NodeMetrics, type PeopleServer, startServer } from './server/index.ts'
import { Spaces } from './spaces/spaces.ts'
import { type Database, lockHome, openDatabase } from './storage/index.ts'
import { UsageReports } from './usage/report.ts'

/** What the runs are built from; the factory adds components, journal and executor. */
export interface RunsFoundation
  extends Omit<RunsDependencies, 'components' | 'journal' | 'usage' | 'executor' | 'times'> {
  db: Database
  metrics: NodeMetrics
  /** Pages that show this topic ask for it again. */
  tell(topic: string): void
  /** Bytes of one task, to and from one member. */
  channel: Peers['channel']
}
export type { LedgerParts }
export type RunsFactory = (foundation: RunsFoundation) => Promise<RunService & { close(): Promise<void> }>

export interface NodeOptions {
  home: string
  /** Default: the passphrase file in the home folder. */
  passphrase?: string | undefined
  /** Default: runs whose tasks compute in child processes. */
  createRuns?: RunsFactory
  /** Default: the embedded ledger, replicated over the peer links. */
  createLedgers?: (parts: LedgerParts) => LedgerHost
  clock?: Clock
  /** Folder of the built console. */
  console?: string | undefined
  /** Default: `logs/node.log` in the home folder. */
  logger?: NodeLogger
}

export interface RunningNode {
  readonly name: MemberId
  /** Of the people's listener. */
  readonly url: string
  /** `host:port` of the peer listener as partners reach it; empty where the node only dials out. */
  readonly peerAddress: string
  /** Resolves when somebody asked the node to end; `close` is still the caller's to call. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

const defaultUploadBytes = 8 * 2 ** 30

/** @throws HOME_*, KEYSTORE_*, IDENTITY_EXPIRED, NODE_ADDRESS_TAKEN, STORAGE_*; nothing stays open then */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { home, passphrase, clock = { now: () => Date.now() } } = options
  const { createRuns: makeRuns = createRuns, createLedgers = ledgerHost } = options
  await using opened = new AsyncDisposableStack()
  const closes = <T extends { close(): unknown }>(part: T): T => opened.adopt(part, async (p) => void (await p.close()))

  const identity = await loadIdentity(home, { passphrase, now: clock.now() })
  const { config, name } = identity
  // Of what the node runs with: a listener writes into the options that it is given.
  const started = structuredClone(config)
  closes(lockHome(home))
  const logger = options.logger ?? closes(openLogger(home, { name, level: config.logLevel }))
  const db = opened.adopt(await openDatabase(home), (d) => d.destroy())
  const rng = platformRng(nodePlatform)
  const members = await Members.open(db)

  const { peers: listen } = config.listen
  const peers = closes(
    new Peers(
      {
        self: name,
        get identity() {
          return { certPem: identity.certificate.pem, keyPem: identity.tlsKeyPem }
        },
        get otherIdentities() {
          return identity.others
        },
        ...(listen === undefined ? {} : { listen: { host: listen.host, port: await peerPort(db, listen) } }),
        version: release,
        addressOf: (member) => members.addressOf(member),
        pinnedKeyOf: (member) => members.get(member)?.fingerprint,
        memberOfKey: (fingerprint) => members.ofKey(fingerprint),
        whyRefused: (fingerprint) =>
          members.whyRefused(fingerprint) ?? (network.isCandidate(fingerprint) ? 'candidate' : undefined),
      },
      { logger, clock, rng },
    ),
  )
  const ownAddress = (): string => {
    const { advertise } = identity.config
    if (advertise !== undefined) return advertise
    return listen === undefined ? '' : `${reachable(listen.host)}:${peers.port}`
  }
  const accountOf = (member: MemberId): Address | undefined =>
    member === name ? (identity.account as Address) : members.get(member)?.account

  const people = new People(db, clock, rng, identity.commitmentKey)
  const events = new EventStream(toHex(randomBytes(rng, 4)))
  const tell = (topic: string) => {
    events.tell(topic)
    // The page of a space shows these too.
    if (topic === 'runs' || topic === 'requests' || topic === 'grants') events.tell('spaces')
  }
  const demo = closes(new Demo({ home, locale: config.locale, tell, clock, logger }))
  for (const event of ['up', 'down'] as const) peers.on(event, () => tell('network'))

  const metrics = new NodeMetrics({
    linksUp: () => [...peers.state().values()].filter((s) => s.connected).length,
    members: () => (network.current === undefined ? 0 : members.all().length + 1),
    ledgerHeight: () => network.current?.ledger.height ?? 0,
  })
  const { signer, commitmentKey } = identity
  const account = identity.account as Address
  const assets = createAssets({
    self: name,
    account,
    signer,
    secret: commitmentKey,
    db,
    peers: assetPeers(peers),
    accountOf,
    tell,
    clock,
    rng,
    logger,
  })
  const settleAssets = () =>
    void assets.settle().catch((err: unknown) => logger.warn({ err }, 'own assets are not yet on the ledger'))
  const connections = closes(new Connections({ db, secret: commitmentKey, clock, rng }))
  const { datasets } = assets
  const imports = closes(
    await Imports.open(
      { home, maxBytes: config.data?.uploadBytes ?? defaultUploadBytes },
      { datasets, connections, tell, clock, rng },
    ),
  )
  const views = closes(new DataViews({ home, datasets, tell }))
  let server: PeopleServer | undefined
  let runs: (RunService & { close(): Promise<void> }) | undefined
  let spaces: Spaces | undefined
  const openRuns = async ({ ledger }: OpenNetwork): Promise<void> => {
    await assets.enter(ledger)
    ledger.onBlock(() => {
      for (const topic of ['network', 'members', 'assets', 'grants', 'requests']) tell(topic)
    })
    const standing = {
      of: (member: MemberId) => members.stateOf(member),
      onChange: (listener: () => void) => network.onStanding(listener),
    }
    const self = { self: name, home, signer, commitmentKey, accountOf, standing }
    spaces = new Spaces({
      ...{ self: name, networkId: ledger.networkId, signer, db, components, accountOf, tell, clock, rng, logger },
      ...{ peers: runPeers(peers, tell), assets: assets.datasets, runs: () => runs },
    })
    const channel: Peers['channel'] = (member, id) => peers.channel(member, id)
    runs = await makeRuns({
      ...self,
      spaces,
      peers: runPeers(peers, tell),
      ledger,
      assets: assets.datasets,
      channel,
      db,
      metrics,
      tell,
      clock,
      rng,
      logger,
    })
    spaces.open()
  }
  const network: Network = closes(
    new Network({
      identity,
      db,
      peers,
      members,
      host: createLedgers({ home, identity, peers, members, clock, logger }),
      ownAddress,
      clock,
      rng,
      logger,
      opened: openRuns,
      joined: () => settleAssets(),
    }),
  )
  opened.defer(async () => spaces?.stop())
  opened.defer(async () => runs?.close())
  opened.defer(() => assets.close())
  const activeRuns = async () =>
    ((await runs?.list()) ?? []).filter((r) => r.status !== 'succeeded' && r.status !== 'failed').length
  const credentials = closes(
    new Credentials({
      ...{ identity, network, peers, activeRuns, clock, logger },
      exchanged: () => server?.useCertificate(identity.certificate.pem, identity.tlsKeyPem),
    }),
  )
  network.onStanding(() => credentials.settleSoon())
  const ownCertificate = () => identity.certificate.der
  const decisions = new Decisions({ self: name, network, members, peers, ownCertificate, clock })

  await peers.start().catch((cause: unknown) => {
    throw listen === undefined ? cause : listenError(cause, 'listen.peers', listen)
  })
  if (listen !== undefined) await keepPeerPort(db, peers.port)
  await network.resume()
  // What was added while the ledger could not be reached; the founder may be away now too.
  settleAssets()

  const ending = Promise.withResolvers<void>()
  const handlers = makeHandlers({
    identity,
    network,
    decisions,
    credentials,
    assets,
    intake: { imports, connections, views },
    usage: new UsageReports({
      db,
      self: name,
      account: identity.account,
      components,
      names: async () => new Map((await assets.datasets.list()).map((d) => [d.id, d.name])),
      clock,
    }),
    people,
    drafts: new Drafts(db, clock, rng),
    runs: () => {
      if (runs === undefined) throw networkErrors.NETWORK_NONE({})
      return runs
    },
    spaces: () => {
      if (spaces === undefined) throw networkErrors.NETWORK_NONE({})
      return spaces
    },
    demo,
    verify: () => verifyOwnRecord({ db, self: name, ledger: network.require().ledger }),
    ownAddress,
    startedAt: clock.now(),
    settings: {
      show: async () => settingsView(home, started),
      change: async (change) => {
        changeSettings(home, change)
        if (change.logLevel !== undefined) logger.setLevel?.(change.logLevel)
        return settingsView(home, started)
      },
    },
    ...backupHandlers({
      ...{ home, member: name, clock },
      copyLedger: () => {
        const ledger = network.current?.ledger
        return ledger === undefined ? undefined : (folder) => ledger.copyTo(folder)
      },
    }),
    stop: () => ending.resolve(),
  })
  server = closes(
    await startServer(
      {
        listen: config.listen.people,
        certPem: identity.certificate.pem,
        keyPem: identity.tlsKeyPem,
        token: identity.token,
        version: release,
        console: options.console,
        home,
      },
      { handlers, metrics, logger, people, events, demo },
    ),
  )
  const peerAddress = ownAddress()
  writeFileSync(runningFile(home), JSON.stringify({ url: server.url, peerAddress, pid: process.pid }))
  opened.defer(() => rmSync(runningFile(home), { force: true }))
  logger.info({ url: server.url, peerAddress, release }, 'node up')
  opened.defer(() => peers.endRequests())

  const parts = opened.move()
  let closing: Promise<void> | undefined
  return {
    name,
    url: server.url,
    peerAddress,
    ended: ending.promise,
    close() {
      closing ??= parts.disposeAsync()
      return closing
    },
  }
}

function runPeers(peers: Peers, tell: (topic: string) => void): RunPeers {
  return {
    request: (to, kind, body, options) => peers.request(to, kind, body, options),
    // Lost only with the partner's process or this one; whoever sends a notice sends it again.
    notify: (to, kind, body) => void peers.notify(to, kind, body).catch(() => {}),
    handle: (kind, handler) =>
      peers.handle(kind, async (from, body) => {
        const answer = await handler(from, body)
        if (kind.startsWith('request.')) tell('requests')
        return answer
      }),
    on: (event, listener) => void peers.on(event, listener),
    measure: (to) => peers.measure(to),
  }
}

/** The address under which a listener on all addresses is reached from outside. */
function reachable(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find((a) => a.family === 'IPv4' && !a.internal)
  return outside?.address ?? '127.0.0.1'
}
