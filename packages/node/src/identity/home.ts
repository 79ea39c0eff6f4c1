/** Makes and opens a member's home folder: configuration, certificate, encrypted keys, access token. */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MemberCard } from '@secureflow/api'
import { type MemberId, memberId, toHex } from '@secureflow/base'
import { localSigner, type Signer } from '@secureflow/crypto'
import { asStorageError } from '../storage/errors.ts'
import { signBinding } from './card.ts'
import { newTlsKey, readCertificate, selfSigned, toPem } from './certificate.ts'
import { certificateFile, configFile, type NodeConfig, readConfig, tokenFile } from './config.ts'
import { identityErrors } from './errors.ts'
import { openSecrets, sealSecrets } from './keystore.ts'

const keystoreFile = (home: string): string => join(home, 'keystore.json')
const passphraseFile = (home: string): string => join(home, 'passphrase')

export interface InitOptions {
  home: string
  name: string
  locale: 'en' | 'zh'
  people?: { host: string; port: number }
  /** Null: the node only dials out. */
  peers?: { host: string; port: number } | null
  advertise?: string
  /** From the environment; without it one is drawn and kept beside the keys. */
  passphrase?: string | undefined
  now?: number
  certificateDays?: number
}

export interface Initialised {
  name: MemberId
  account: string
  fingerprint: string
  /** Set where the passphrase was drawn: whoever reads the home folder can then use the keys. */
  passphraseFile?: string
}

/** @throws HOME_EXISTS and leaves everything as it was */
export async function initHome(options: InitOptions): Promise<Initialised> {
  const { home, locale, now = Date.now(), certificateDays = 3 * 365 } = options
  const name = memberId(options.name)
  if (existsSync(configFile(home))) throw identityErrors.HOME_EXISTS({ home, name: readConfig(home).name })
  const config: NodeConfig = {
    name,
    locale,
    listen: {
      people: options.people ?? { host: '127.0.0.1', port: 7440 },
      ...(options.peers === null ? {} : { peers: options.peers ?? { host: '0.0.0.0', port: 7441 } }),
    },
    ...(options.advertise === undefined ? {} : { advertise: options.advertise }),
    logLevel: 'info',
  }
  const accountKey = newAccountKey()
  const tlsKey = await newTlsKey()
  const account = addressOf(localSigner(accountKey))
  const hosts = options.advertise === undefined ? [] : [hostOf(options.advertise)]
  const der = await selfSigned(tlsKey, { name, account, hosts, now, days: certificateDays })
  const drawn = options.passphrase === undefined || options.passphrase === ''
  const passphrase = drawn ? toHex(randomBytes(32)) : options.passphrase!
  const commitmentKey = new Uint8Array(randomBytes(32))
  const keystore = await sealSecrets({ tlsKey, accountKey, commitmentKey }, passphrase, { chosenByPerson: !drawn })
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    chmodSync(home, 0o700)
    if (drawn) writeSecret(passphraseFile(home), `${passphrase}\n`)
    writeSecret(keystoreFile(home), keystore)
    writeSecret(tokenFile(home), `${toHex(randomBytes(32))}\n`)
    writeFileSync(certificateFile(home), toPem(der))
    // Last: a folder without it holds no member, so a broken init can be repeated.
    writeFileSync(configFile(home), `${JSON.stringify(config, null, 2)}\n`)
  } catch (error) {
    throw asStorageError(error)
  }
  const { fingerprint } = readCertificate(der)!
  return { name, account, fingerprint, ...(drawn ? { passphraseFile: passphraseFile(home) } : {}) }
}

const writeSecret = (file: string, content: string): void => {
  writeFileSync(file, content, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** Uniform below the group's order, by rejection: the signer refuses a key out of range. */
function newAccountKey(): Uint8Array {
  for (;;) {
    const key = new Uint8Array(randomBytes(32))
    try {
      localSigner(key)
      return key
    } catch {
      // zero or above the order: draw again
    }
  }
}

/** A new certificate for the same key: partners pinned the key, so nothing changes for them. */
export async function renewCertificate(
  home: string,
  {
    passphrase,
    now = Date.now(),
    days = 3 * 365,
  }: { passphrase?: string | undefined; now?: number; days?: number } = {},
): Promise<{ validTo: number }> {
  const { config, tlsKey, signer } = await openKeys(home, passphrase)
  const hosts = config.advertise === undefined ? [] : [hostOf(config.advertise)]
  const der = await selfSigned(tlsKey, { name: config.name, account: addressOf(signer), hosts, now, days })
  const file = certificateFile(home)
  writeFileSync(`${file}.new`, toPem(der))
  renameSync(`${file}.new`, file)
  return { validTo: readCertificate(der)!.validTo }
}

export interface Identity {
  readonly home: string
  readonly config: NodeConfig
  readonly name: MemberId
  /** Lower case. */
  readonly account: string
  readonly signer: Signer
  /** SHA-256 of the public key, hexadecimal. */
  readonly fingerprint: string
  readonly certificate: { readonly der: Uint8Array; readonly pem: string; readonly validTo: number }
  /** For the listeners; it goes nowhere else. */
  readonly tlsKeyPem: string
  /** 32 bytes; salts of commitments are derived from it. */
  readonly commitmentKey: Uint8Array
  /** Bearer token of the people's listener. */
  readonly token: string
  /** The card that others check before they pin this member. */
  card(address: string): MemberCard
}

/** @throws HOME_MISSING, HOME_CONFIG, PASSPHRASE_MISSING, KEYSTORE_*, IDENTITY_EXPIRED */
export async function loadIdentity(
  home: string,
  { passphrase, now = Date.now() }: { passphrase?: string | undefined; now?: number } = {},
): Promise<Identity> {
  const { config, tlsKey, signer, commitmentKey } = await openKeys(home, passphrase)
  const pem = readFileSync(certificateFile(home), 'utf8')
  const der = fromPem(pem)
  const facts = readCertificate(der)
  const account = addressOf(signer)
  if (facts === undefined || facts.name !== config.name || facts.account !== account)
    throw identityErrors.HOME_CONFIG({
      file: certificateFile(home),
      reason: 'the certificate belongs to another member',
    })
  if (now < facts.validFrom || now > facts.validTo)
    throw identityErrors.IDENTITY_EXPIRED({ from: isoDay(facts.validFrom), to: isoDay(facts.validTo) })
  const binding = await signBinding(signer, config.name, facts.fingerprint)
  return {
    home,
    config,
    name: config.name,
    account,
    signer,
    fingerprint: facts.fingerprint,
    certificate: { der, pem, validTo: facts.validTo },
    tlsKeyPem: pemOf('PRIVATE KEY', tlsKey),
    commitmentKey,
    token: readFileSync(tokenFile(home), 'utf8').trim(),
    card: (address) => ({ name: config.name, account, certificate: der, binding, address }),
  }
}

async function openKeys(
  home: string,
  passphrase: string | undefined,
): Promise<{ config: NodeConfig; tlsKey: Uint8Array; signer: Signer; commitmentKey: Uint8Array }> {
  const config = readConfig(home)
  const { tlsKey, accountKey, commitmentKey } = await openSecrets(
    readFileSync(keystoreFile(home), 'utf8'),
    passphraseOf(home, passphrase),
  )
  if (tlsKey === undefined || accountKey === undefined || commitmentKey === undefined)
    throw identityErrors.KEYSTORE_MALFORMED({ reason: 'a key is absent' })
  return { config, tlsKey, signer: localSigner(accountKey), commitmentKey }
}

const addressOf = (signer: Signer): string => signer.address.toLowerCase()
const hostOf = (address: string): string => address.replace(/:\d+$/, '')

function passphraseOf(home: string, given: string | undefined): string {
  if (given !== undefined && given !== '') return given
  const file = passphraseFile(home)
  if (!existsSync(file)) throw identityErrors.PASSPHRASE_MISSING({})
  return readFileSync(file, 'utf8').trim()
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const pemOf = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}/g, '$&\n')
    .trimEnd()}\n-----END ${label}-----\n`

const fromPem = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64'))
