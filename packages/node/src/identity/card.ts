/** A member's card: what others check before they pin its key. */
import type { MemberCard } from '@secureflow/api'
import { type Signer, signerOf, typedDigest } from '@secureflow/crypto'
import { type CertificateFacts, readCertificate } from './certificate.ts'
import { identityErrors } from './errors.ts'

/** The key belongs to the account in every network, so no network is named. */
const everyNetwork = new Uint8Array(32)

function bindingDigest(name: string, fingerprint: string): Uint8Array {
  return typedDigest(everyNetwork, {
    types: {
      MemberKey: [
        { name: 'name', type: 'string' },
        { name: 'fingerprint', type: 'bytes32' },
      ],
    },
    primaryType: 'MemberKey',
    message: { name, fingerprint: `0x${fingerprint}` },
  })
}

/** The account says: this TLS key is mine. */
export const signBinding = (signer: Signer, name: string, fingerprint: string): Promise<Uint8Array> =>
  signer.sign(bindingDigest(name, fingerprint))

/** @throws CARD_REFUSED unless name, certificate, account and binding belong together and the certificate is valid now */
export async function checkCard(card: MemberCard, now: number): Promise<CertificateFacts> {
  const refuse = (reason: string) => identityErrors.CARD_REFUSED({ member: card.name, reason })
  const facts = readCertificate(card.certificate)
  if (facts === undefined) throw refuse('the certificate is malformed')
  if (facts.name !== card.name) throw refuse('the certificate names another member')
  if (facts.account !== card.account) throw refuse('the certificate carries another account')
  if (now < facts.validFrom || now > facts.validTo) throw refuse('the certificate is expired or not yet valid')
  const signed = await signerOf(bindingDigest(card.name, facts.fingerprint), card.binding)
  if (signed?.toLowerCase() !== card.account) throw refuse('the account did not sign this key')
  return facts
}
