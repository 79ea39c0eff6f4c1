/** Who a TLS partner is: its public key, compared with the pinned one. An issuer's signature never decides. */
import { createHash, X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { SecureflowError } from '@secureflow/base'
import { peerErrors } from './errors.ts'

/** SHA-256 of the SubjectPublicKeyInfo (DER) in hex: what is pinned at joining. It survives a renewal of the certificate. */
export function fingerprintOf(certificate: X509Certificate | string): string {
  const parsed = typeof certificate === 'string' ? new X509Certificate(certificate) : certificate
  return createHash('sha256')
    .update(parsed.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** What a dialler asks for by TLS's server name: the key that it has pinned. */
export const serverNameOf = (fingerprint: string): string => `${fingerprint.slice(0, 32)}.pin.secureflow`

/** @returns undefined where the partner showed none */
export function certificateOf(socket: TLSSocket): X509Certificate | undefined {
  return socket.getPeerX509Certificate()
}

/** @returns the error where the certificate is not valid at `now` */
export function expiryProblem(
  certificate: X509Certificate,
  now: number,
  member: string | undefined,
): SecureflowError | undefined {
  const { validFromDate, validToDate } = certificate
  if (now >= validFromDate.getTime() && now <= validToDate.getTime()) return undefined
  const fields = { from: validFromDate.toISOString(), to: validToDate.toISOString() }
  return member === undefined
    ? peerErrors.LINK_OWN_CERTIFICATE_EXPIRED(fields)
    : peerErrors.LINK_CERTIFICATE_EXPIRED({ member, ...fields }, { party: member })
}
