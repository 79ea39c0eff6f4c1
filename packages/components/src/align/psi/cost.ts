/** What an intersection costs, by the Cost line of the protocol chosen; and which protocol `auto` takes. */
import type { Cost, LinkFacts } from '@secureflow/flow'
import { choosePsi, type PsiChoice, type PsiProtocol, psiCost } from '@secureflow/protocols/psi/cost'
import { type EcdhSuiteName, ecdhSuites } from '@secureflow/protocols/psi/suites/cost'

/** Protocols as a flow names them; `security` says whether rr22 runs malicious. */
export type Named = 'ecdh' | 'rr22' | 'rr22-low'

export interface IntersectionFacts {
  /** The receiver compares; the sender masks or stores. */
  receiver: { member: string; rows: number }
  sender: { member: string; rows: number }
  /** Rows expected in common, where the sender learns them too; otherwise 0. */
  told: number
  /** Whether the sender learns them too. */
  both: boolean
  /** Into how many parts rr22 divides the rows, on disk. */
  buckets?: number
  link: LinkFacts
}

export function runs(protocol: 'auto' | Named, security: 'semi-honest' | 'malicious'): PsiProtocol {
  if (security === 'malicious' && protocol !== 'ecdh') return 'rr22-malicious'
  return protocol === 'auto' ? 'rr22' : protocol
}

/** As the agreement names what runs; the protocol compares a longer name, with versions of parameters, in its first message. */
export const suiteOf = (protocol: PsiProtocol, suite: EcdhSuiteName = 'curve25519'): string =>
  protocol === 'ecdh' ? ecdhSuites[suite].id : `psi-${protocol}-okvs-vole`

const sizesOf = ({ receiver, sender, told, both, buckets }: IntersectionFacts) => ({
  nx: receiver.rows,
  ny: sender.rows,
  told,
  both,
  ...(buckets === undefined ? {} : { buckets }),
})

export function intersectionCost(protocol: PsiProtocol, facts: IntersectionFacts, suite?: EcdhSuiteName): Cost {
  const { receiver, sender, link } = facts
  const { toSender, toReceiver, ...rest } = psiCost(protocol, sizesOf(facts), link, suite)
  return {
    ...rest,
    bytes: { [`${receiver.member}>${sender.member}`]: toSender, [`${sender.member}>${receiver.member}`]: toReceiver },
  }
}

export const choose = (security: 'semi-honest' | 'malicious', facts: IntersectionFacts): PsiChoice =>
  choosePsi(security, sizesOf(facts), facts.link)
