/** Makes and opens a member's home folder: configuration, certificate, encrypted keys, access token. */
import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { MemberCard } from '@secureflow/api'
import { type MemberId, memberId, toHex } from '@secureflow/base'
import { localSigner, type Signer } from '@secureflow/crypto'
import { asStorageError } from '../storage/errors.ts'
import { signBinding } from './card.ts'
import { newTlsKey, readCertificate, selfSigned, toPem } from './certificate.ts'
import {
  certificateFile,
  configFile,
  type NodeConfig,
  nextCertificateFile,
  previousCertificateFile,
  readConfig,
  tokenFile,
} from './config.ts'
import { identityErrors } from './errors.ts'
import { openSecrets, type Secrets, sealSecrets } from './keystore.ts'

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
export function newAccountKey(): Uint8Array {
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

export interface OtherTlsKey {
  readonly which: 'next' | 'previous'
  readonly certPem: string
  readonly keyPem: string
  readonly fingerprint: string
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
  /** Around a rotation: the key that comes, and the one that was, for partners that know only that one. */
  readonly others: readonly OtherTlsKey[]
  /** The account of the certificate: another than `account` once that was changed, until the node starts again. */
  readonly bound: string
  /** Takes up what was written to the home folder since. The account stays what it was. */
  reload(): Promise<void>
  /** Changes the home folder under the passphrase that opened it. */
  change<T>(make: (home: string, passphrase: string | undefined) => Promise<T>): Promise<T>
  /** The card that others check before they pin this member. */
  card(address: string): MemberCard
}

/** @throws HOME_MISSING, HOME_CONFIG, PASSPHRASE_MISSING, KEYSTORE_*, IDENTITY_EXPIRED */
export async function loadIdentity(
  home: string,
  { passphrase, now = Date.now() }: { passphrase?: string | undefined; now?: number } = {},
): Promise<Identity> {
  let loaded = await load(home, passphrase)
  const { from, to } = loaded.valid
  if (now < from || now > to) throw identityErrors.IDENTITY_EXPIRED({ from: isoDay(from), to: isoDay(to) })
  const { commitmentKey } = loaded
  const token = readFileSync(tokenFile(home), 'utf8').trim()
  return {
    home,
    name: loaded.config.name,
    account: loaded.account,
    signer: loaded.signer,
    commitmentKey,
    token,
    get config() {
      return loaded.config
    },
    get fingerprint() {
      return loaded.tls.fingerprint
    },
    get certificate() {
      return loaded.certificate
    },
    get tlsKeyPem() {
      return loaded.tls.keyPem
    },
    get others() {
      return loaded.others
    },
    get bound() {
      return loaded.account
    },
    async reload() {
      loaded = await load(home, passphrase)
    },
    change: (make) => make(home, passphrase),
    card: (address) => {
      const { config, certificate, binding, account } = loaded
      return { name: config.name, account, certificate: certificate.der, binding, address }
    },
  }
}

async function load(home: string, passphrase: string | undefined) {
  const config = readConfig(home)
  const keys = await openKeys(home, passphrase)
  const pem = readFileSync(certificateFile(home), 'utf8')
  const der = fromPem(pem)
  const facts = readCertificate(der)
  // The certificate tells which of the keys are in use: replacing its file is what ends a change of them.
  const tls = keys.tls.find((k) => k.fingerprint === facts?.fingerprint)
  const signer = keys.accounts.find((s) => addressOf(s) === facts?.account)
  if (facts === undefined || facts.name !== config.name || tls === undefined || signer === undefined)
    throw identityErrors.HOME_CONFIG({
      file: certificateFile(home),
      reason: 'the certificate belongs to another member',
    })
  return {
    config,
    signer,
    account: facts.account,
    commitmentKey: keys.commitmentKey,
    tls,
    binding: await signBinding(signer, config.name, facts.fingerprint),
    certificate: { der, pem, validTo: facts.validTo },
    valid: { from: facts.validFrom, to: facts.validTo },
    others: (['next', 'previous'] as const).flatMap((which) => otherOf(home, which, keys.tls, tls)),
  }
}

/** A key beside the one in use, with its certificate; none where the certificate is for the key in use. */
function otherOf(home: string, which: OtherTlsKey['which'], keys: readonly TlsKey[], current: TlsKey): OtherTlsKey[] {
  const file = which === 'next' ? nextCertificateFile(home) : previousCertificateFile(home)
  if (!existsSync(file)) return []
  const certPem = readFileSync(file, 'utf8')
  const facts = readCertificate(fromPem(certPem))
  const key = keys.find((k) => k.fingerprint === facts?.fingerprint)
  if (key === undefined || key.fingerprint === current.fingerprint) return []
  return [{ which, certPem, keyPem: key.keyPem, fingerprint: key.fingerprint }]
}

export interface TlsKey {
  pkcs8: Uint8Array
  keyPem: string
  /** As in a certificate's facts. */
  fingerprint: string
}

const tlsKeyOf = (pkcs8: Uint8Array): TlsKey => {
  const keyPem = pemOf('PRIVATE KEY', pkcs8)
  const spki = createPublicKey(keyPem).export({ type: 'spki', format: 'der' })
  return { pkcs8, keyPem, fingerprint: createHash('sha256').update(spki).digest('hex') }
}

/** What the keystore may hold beside what is in use: keys of a change that has begun, or of one that has just ended. */
const keyNames = {
  tls: ['tlsKey', 'nextTlsKey', 'previousTlsKey'],
  accounts: ['accountKey', 'nextAccountKey'],
} as const

export async function readSecrets(home: string, passphrase: string | undefined): Promise<Secrets> {
  return openSecrets(readFileSync(keystoreFile(home), 'utf8'), passphraseOf(home, passphrase))
}

/** Replaces the keystore in one step. */
export async function writeSecrets(home: string, passphrase: string | undefined, secrets: Secrets): Promise<void> {
  const chosenByPerson = !existsSync(passphraseFile(home))
  const sealed = await sealSecrets(secrets, passphraseOf(home, passphrase), { chosenByPerson })
  replaceFile(keystoreFile(home), sealed, 0o600)
}

/** In one step, and on the disk when it returns. */
export function replaceFile(file: string, content: string, mode = 0o644): void {
  const next = `${file}.new`
  try {
    const handle = openSync(next, 'w', mode)
    writeSync(handle, content)
    fsyncSync(handle)
    closeSync(handle)
    renameSync(next, file)
  } catch (error) {
    throw asStorageError(error)
  }
}

export async function openKeys(
  home: string,
  passphrase: string | undefined,
): Promise<{ tls: TlsKey[]; accounts: Signer[]; commitmentKey: Uint8Array }> {
  const secrets = await readSecrets(home, passphrase)
  const present = (names: readonly string[]) => names.flatMap((name) => secrets[name] ?? [])
  const [tls, accounts] = [present(keyNames.tls), present(keyNames.accounts)]
  const { commitmentKey } = secrets
  if (tls.length === 0 || accounts.length === 0 || commitmentKey === undefined)
    throw identityErrors.KEYSTORE_MALFORMED({ reason: 'a key is absent' })
  return { tls: tls.map(tlsKeyOf), accounts: accounts.map(localSigner), commitmentKey }
}

export const addressOf = (signer: Signer): string => signer.address.toLowerCase()
export const hostOf = (address: string): string => address.replace(/:\d+$/, '')

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

export const fromPem = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64'))
