/** What ECDH-PSI costs, by the Cost line of its protocol. */
import type { Cost, LinkFacts } from '@secureflow/flow'

export interface IntersectionFacts {
  /** The receiver masks first; the sender evaluates. */
  receiver: { member: string; rows: number }
  sender: { member: string; rows: number }
  /** Rows expected in common, where the sender learns them too; otherwise 0. */
  told: number
  link: LinkFacts
}

/** Seconds to hash and mask an own identifier, and to mask one of the partner's, measured with libsodium. */
const ownItem = 60e-6
const partnersItem = 36e-6
/** Messages one after the other. */
const rounds = 5

export function intersectionCost({ receiver, sender, told, link }: IntersectionFacts): Cost {
  const [nx, ny] = [receiver.rows, sender.rows]
  const toSender = 32 * nx + 4 * told
  const toReceiver = 32 * ny + evaluationBytes(Math.max(nx, ny)) * nx
  const computing = Math.max(ownItem * nx + partnersItem * ny, ownItem * ny + partnersItem * nx)
  return {
    seconds:
      0.4 + computing + Math.max(toSender, toReceiver) / link.bytesPerSecond + (rounds * link.roundTripMs) / 2000,
    bytes: { [`${receiver.member}>${sender.member}`]: toSender, [`${sender.member}>${receiver.member}`]: toReceiver },
    rounds,
    memoryBytes: 110e6 + 400 * (nx + ny),
  }
}

/** ⌈(40 + 2·log2 n) / 8⌉: by powers of two that are exact, so that every node counts alike. */
function evaluationBytes(n: number): number {
  let bytes = 5
  while (2 ** (4 * (bytes - 5)) < n) bytes++
  return bytes
}
