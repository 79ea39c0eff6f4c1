/** The member's certificate: self-signed, P-256, trusted by its pinned key and by nothing else. */
import 'reflect-metadata'
import { createHash, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { toHex } from '@secureflow/base'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const accountUri = 'urn:secureflow:account:'
const day = 86_400_000
/** One clock may lag behind another at joining. */
const backdateMs = 3_600_000

export interface CertificateRequest {
  name: string
  account: string
  /** Names and addresses under which people and partners reach the node, beside loopback. */
  hosts: readonly string[]
  now: number
  days: number
}

export async function newTlsKey(): Promise<Uint8Array> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  return new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey as never))
}

/** @param pkcs8 the TLS key @returns DER */
export async function selfSigned(pkcs8: Uint8Array, request: CertificateRequest): Promise<Uint8Array> {
  const { name, account, hosts, now, days } = request
  const keys = await keyPair(pkcs8)
  const names = ['localhost', '127.0.0.1', '::1', name, ...hosts]
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: toHex(webcrypto.getRandomValues(new Uint8Array(16))).replace(/^[89a-f]/, '7'), // positive
      name: `CN=${name}, O=secureflow`,
      notBefore: new Date(now - backdateMs),
      notAfter: new Date(now + days * day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...[...new Set(names)].map((value) => ({ type: isIp(value) ? ('ip' as const) : ('dns' as const), value })),
          { type: 'url', value: accountUri + account },
        ]),
      ],
    },
    webcrypto as never,
  )
  return new Uint8Array(certificate.rawData)
}

async function keyPair(pkcs8: Uint8Array): Promise<CryptoKeyPair> {
  const { subtle } = webcrypto
  const privateKey = await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign'])
  const { d: _, key_ops: __, ...open } = await subtle.exportKey('jwk', privateKey)
  const publicKey = await subtle.importKey('jwk', open, algorithm, true, ['verify'])
  return { privateKey, publicKey } as never
}

const isIp = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':')

export interface CertificateFacts {
  name: string
  account: string
  /** SHA-256 of the public key (SPKI, DER), 64 hexadecimal digits: it stays when the certificate is renewed. */
  fingerprint: string
  validFrom: number
  validTo: number
}

/** @returns undefined for anything that is not a certificate of the form above, signed by its own key */
export function readCertificate(der: Uint8Array): CertificateFacts | undefined {
  try {
    const c = new X509Certificate(der)
    if (c.publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || !c.verify(c.publicKey)) return undefined
    const name = /^CN=([a-z][a-z0-9-]*)$/m.exec(c.subject)?.[1]
    const account = new RegExp(`URI:${accountUri}(0x[0-9a-f]{40})(?:,|$)`).exec(c.subjectAltName ?? '')?.[1]
    if (name === undefined || account === undefined) return undefined
    return {
      name,
      account,
      fingerprint: fingerprintOf(c),
      validFrom: c.validFromDate.getTime(),
      validTo: c.validToDate.getTime(),
    }
  } catch {
    return undefined // from a peer: one answer for every kind of nonsense
  }
}

const fingerprintOf = (c: X509Certificate): string =>
  createHash('sha256')
    .update(c.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')

export const toPem = (der: Uint8Array): string => new X509Certificate(der).toString()
