/** For tests and benches: certificates made on the spot, and nodes' peers that know each other. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { type Logger, type MemberId, memberId, platformRng, silentLogger } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { fingerprintOf } from './certificates.ts'
import type { PeerAddress, PeersOptions } from './interface.ts'
import { Peers } from './peers.ts'

export interface TestIdentity {
  certPem: string
  keyPem: string
  fingerprint: string
}

/** A self-signed certificate with a fresh P-256 key. */
export async function testIdentity(
  name: string,
  { from = new Date(Date.now() - 60_000), to = new Date(Date.now() + 3_600_000) } = {},
): Promise<TestIdentity> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: from,
    notAfter: to,
    signingAlgorithm: algorithm,
    keys,
  })
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`
  const certPem = certificate.toString('pem')
  return { certPem, keyPem, fingerprint: fingerprintOf(certPem) }
}

export interface TestNetwork {
  /** Known keys: what every node has pinned. */
  pins: Map<MemberId, string>
  /** Where each member is reached; a test may put a shaped link between. */
  addresses: Map<MemberId, PeerAddress>
  /** A node's peers, started; again for the same name it is a restarted process with the same key. */
  node(
    name: string,
    options?: Partial<PeersOptions> & { silent?: boolean; logger?: Logger; now?: () => number },
  ): Promise<Peers>
  identity(name: string): Promise<TestIdentity>
  close(): Promise<void>
}

export function testNetwork(): TestNetwork {
  const identities = new Map<string, TestIdentity>()
  const pins = new Map<MemberId, string>()
  const addresses = new Map<MemberId, PeerAddress>()
  const started: Peers[] = []
  const identity = async (name: string): Promise<TestIdentity> => {
    let made = identities.get(name)
    if (made === undefined) {
      made = await testIdentity(name)
      identities.set(name, made)
    }
    return made
  }
  return {
    pins,
    addresses,
    identity,
    async node(name, { silent = false, logger = silentLogger, now = Date.now, ...options } = {}) {
      const self = memberId(name)
      const own = options.identity ?? (await identity(name))
      if (options.identity === undefined) pins.set(self, (await identity(name)).fingerprint)
      const peers = new Peers(
        {
          self,
          identity: own,
          ...(silent ? {} : { listen: { host: '127.0.0.1', port: 0 } }),
          version: '0.1.0',
          addressOf: (member) => addresses.get(member),
          pinnedKeyOf: (member) => pins.get(member),
          memberOfKey: (fingerprint) => [...pins].find(([, pin]) => pin === fingerprint)?.[0],
          ...options,
        },
        { logger, clock: { now }, rng: platformRng(nodePlatform) },
      )
      await peers.start()
      started.push(peers)
      if (!silent) addresses.set(self, { host: '127.0.0.1', port: peers.port })
      return peers
    },
    async close() {
      await Promise.all(started.map((peers) => peers.close()))
    },
  }
}
