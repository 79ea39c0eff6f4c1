/** For the tests of oblivious transfer and VOLE: two ends in one process. */
import { type Platform, platformRng, type Rng, randomBytes } from '@secureflow/base'
import { memoryPair, record, type TamperRule, type Transcript, tamper, type Wire } from '@secureflow/channel'
import { nodePlatform } from '@secureflow/platform'
import type { TwoParty } from '../session/two-party.ts'

export interface Ends {
  left: TwoParty
  right: TwoParty
  /** As the left end saw it. */
  transcript: Transcript
  close(): void
}

export interface EndsOptions {
  platform?: Platform
  rng?: (end: 'left' | 'right') => Rng
  tamper?: { from: 'left' | 'right'; rule: TamperRule }
  timeoutMs?: number
}

export function ends(options: EndsOptions = {}): Ends {
  const { platform = nodePlatform, timeoutMs = 20_000 } = options
  const [a, b] = memoryPair({ timeoutMs })
  const sid = randomBytes(platformRng(nodePlatform), 32)
  const end = (name: 'left' | 'right', wire: Wire): TwoParty => ({
    wire: options.tamper?.from === name ? tamper(wire, options.tamper.rule) : wire,
    peer: name === 'left' ? 'bank-b' : 'bank-a',
    platform,
    rng: options.rng?.(name) ?? platformRng(platform),
    sid,
    pause: async () => {},
  })
  const recorded = record(a)
  return {
    left: end('left', recorded),
    right: end('right', b),
    transcript: recorded.transcript,
    close: () => a.close(),
  }
}

/** Both roles; where one fails its wire is closed, so that the other need not wait. */
export async function both<L, R>(
  { left, right }: Ends,
  l: (two: TwoParty) => Promise<L>,
  r: (two: TwoParty) => Promise<R>,
): Promise<[PromiseSettledResult<L>, PromiseSettledResult<R>]> {
  const closing = async <T>(two: TwoParty, role: (two: TwoParty) => Promise<T>): Promise<T> => {
    try {
      return await role(two)
    } catch (error) {
      two.wire.close(error as Error)
      throw error
    }
  }
  return Promise.allSettled([closing(left, l), closing(right, r)])
}

export function values<L, R>(settled: [PromiseSettledResult<L>, PromiseSettledResult<R>]): [L, R] {
  for (const side of settled) if (side.status === 'rejected') throw side.reason
  return settled.map((side) => (side as PromiseFulfilledResult<unknown>).value) as [L, R]
}

export const bits = (n: number, rng: Rng = platformRng(nodePlatform)): Uint8Array =>
  randomBytes(rng, n).map((byte) => byte & 1)
