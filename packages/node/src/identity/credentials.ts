/**
 * Changes of what a member is known by. Each is prepared on the disk, registered on the ledger by the node, and finished by
 * replacing the certificate's file: a node that is killed in between finds the same next key again and goes on.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { equalBytes } from '@secureflow/base'
import { localSigner, type Signer } from '@secureflow/crypto'
import { newTlsKey, readCertificate, selfSigned, toPem } from './certificate.ts'
import { certificateFile, configFile, nextCertificateFile, previousCertificateFile, readConfig } from './config.ts'
import {
  addressOf,
  fromPem,
  hostOf,
  newAccountKey,
  openKeys,
  readSecrets,
  replaceFile,
  type TlsKey,
  writeSecrets,
} from './home.ts'
import type { Secrets } from './keystore.ts'

type Passphrase = string | undefined

interface Issue {
  now: number
  days: number
}
export const certificateDays = 3 * 365

/** A certificate that is prepared and not yet in use. */
export interface NextCertificate {
  der: Uint8Array
  fingerprint: string
}

/** @returns undefined where no change has begun */
export function nextCertificate(home: string): NextCertificate | undefined {
  const file = nextCertificateFile(home)
  if (!existsSync(file)) return undefined
  const der = fromPem(readFileSync(file, 'utf8'))
  const facts = readCertificate(der)
  return facts === undefined ? undefined : { der, fingerprint: facts.fingerprint }
}

/** The next certificate: for the same key, or with `rotate` for a new one. It waits beside the present one. */
export async function prepareRenewal(
  home: string,
  passphrase: Passphrase,
  { rotate, ...issue }: Issue & { rotate: boolean },
): Promise<NextCertificate> {
  const { key, signer } = await keysInUse(home, passphrase)
  let { pkcs8 } = key
  if (rotate) {
    pkcs8 = await newTlsKey()
    // The key first: a certificate whose key is lost would be registered for nothing.
    await writeSecrets(home, passphrase, { ...(await settledSecrets(home, passphrase)), nextTlsKey: pkcs8 })
  }
  const der = await issued(home, pkcs8, signer, issue)
  replaceFile(nextCertificateFile(home), toPem(der))
  return { der, fingerprint: readCertificate(der)!.fingerprint }
}

/** The ledger names the next certificate: it is the present one from here on. */
export async function finishRenewal(home: string, passphrase: Passphrase): Promise<void> {
  const next = nextCertificate(home)
  if (next === undefined) return
  const { key } = await keysInUse(home, passphrase)
  const rotated = key.fingerprint !== next.fingerprint
  // After a renewal, only for commands that reach the node before it shows the new one.
  copyFileSync(certificateFile(home), previousCertificateFile(home))
  renameSync(nextCertificateFile(home), certificateFile(home))
  if (!rotated) return
  await settledSecrets(home, passphrase)
}

/** Every member has heard of the rotation: the old key is of no use any more. */
export async function forgetPrevious(home: string, passphrase: Passphrase): Promise<void> {
  rmSync(previousCertificateFile(home), { force: true })
  const { previousTlsKey, ...secrets } = await readSecrets(home, passphrase)
  if (previousTlsKey !== undefined) await writeSecrets(home, passphrase, secrets)
}

/** A new certificate for the same key, while no node runs; the node registers it at its next start. */
export async function renewCertificate(
  home: string,
  {
    passphrase,
    now = Date.now(),
    days = certificateDays,
  }: { passphrase?: Passphrase; now?: number; days?: number } = {},
): Promise<{ validTo: number }> {
  const { key, signer } = await keysInUse(home, passphrase)
  const der = await issued(home, key.pkcs8, signer, { now, days })
  replaceFile(certificateFile(home), toPem(der))
  return { validTo: readCertificate(der)!.validTo }
}

/** The next account: the same one until the change is finished. */
export async function beginAccountChange(home: string, passphrase: Passphrase): Promise<Signer> {
  const secrets = await settledSecrets(home, passphrase)
  const nextAccountKey = secrets.nextAccountKey ?? newAccountKey()
  if (secrets.nextAccountKey === undefined) await writeSecrets(home, passphrase, { ...secrets, nextAccountKey })
  return localSigner(nextAccountKey)
}

/** The ledger names the next account: its certificate is issued, and the next start of the node acts under it. */
export async function finishAccountChange(home: string, passphrase: Passphrase, issue: Issue): Promise<void> {
  const { key } = await keysInUse(home, passphrase)
  const { nextAccountKey } = await settledSecrets(home, passphrase)
  if (nextAccountKey === undefined) return
  replaceFile(certificateFile(home), toPem(await issued(home, key.pkcs8, localSigner(nextAccountKey), issue)))
  await settledSecrets(home, passphrase)
}

/** What partners are told to dial; undefined: whatever the node listens on. */
export function advertise(home: string, address: string | undefined): void {
  const { advertise: _, ...config } = readConfig(home)
  const changed = address === undefined ? config : { ...config, advertise: address }
  replaceFile(configFile(home), `${JSON.stringify(changed, null, 2)}\n`)
}

/** The secrets, with those in use under their own names: a kill may have come between the certificate's file and this. */
async function settledSecrets(home: string, passphrase: Passphrase): Promise<Secrets> {
  const { key, signer } = await keysInUse(home, passphrase)
  let secrets = await readSecrets(home, passphrase)
  const { tlsKey, nextTlsKey, accountKey, nextAccountKey } = secrets
  if (nextTlsKey !== undefined && equalBytes(key.pkcs8, nextTlsKey)) {
    const { nextTlsKey: _, ...rest } = secrets
    secrets = { ...rest, tlsKey: nextTlsKey, previousTlsKey: tlsKey! }
  }
  if (nextAccountKey !== undefined && addressOf(localSigner(nextAccountKey)) === addressOf(signer)) {
    const { nextAccountKey: _, ...rest } = secrets
    secrets = { ...rest, accountKey: nextAccountKey, formerAccountKey: accountKey! }
  }
  if (secrets.tlsKey !== tlsKey || secrets.accountKey !== accountKey) await writeSecrets(home, passphrase, secrets)
  return secrets
}

/** The certificate in use tells which of the keys are. */
async function keysInUse(home: string, passphrase: Passphrase): Promise<{ key: TlsKey; signer: Signer }> {
  const { tls, accounts } = await openKeys(home, passphrase)
  const facts = readCertificate(fromPem(readFileSync(certificateFile(home), 'utf8')))
  const key = tls.find((k) => k.fingerprint === facts?.fingerprint) ?? tls[0]!
  const signer = accounts.find((s) => addressOf(s) === facts?.account) ?? accounts[0]!
  return { key, signer }
}

function issued(home: string, pkcs8: Uint8Array, signer: Signer, { now, days }: Issue): Promise<Uint8Array> {
  const { name, advertise: address } = readConfig(home)
  const hosts = address === undefined ? [] : [hostOf(address)]
  return selfSigned(pkcs8, { name, account: addressOf(signer), hosts, now, days })
}
