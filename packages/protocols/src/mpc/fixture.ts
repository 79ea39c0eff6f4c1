/** What tests of shares have in common: parties p0, p1, ... and a dealer over memory wires, and fixed shares of known numbers. */
import { type Platform, utf8 } from '@secureflow/base'
import { loadRing64, type Ring64, type U64 } from '@secureflow/kernels'
import { type Mesh, type MeshOptions, memorySessions, seededRng } from '../testing/index.ts'
import { type Correlation, deal, Party } from './index.ts'

export interface DataMeshOptions extends Partial<MeshOptions> {
  dealer?: boolean
}

export interface Setting {
  mesh?: Mesh
  ring?: () => Ring64
  /** What the dealer deals, where it differs from what the parties take. */
  dealt?: readonly Correlation[]
}

export function mpcFixture(platform: Platform) {
  const digest = platform.sha256(utf8('a plan'))

  function dataMesh(n: number, { dealer = true, ...options }: DataMeshOptions = {}): Mesh {
    const data = Array.from({ length: n }, (_, i) => ({ id: `p${i}`, part: 'data' }))
    const parties = dealer ? [...data, { id: 'dealer', part: 'dealer' }] : data
    return memorySessions(parties, { platform, wire: { timeoutMs: 2000 }, ...options })
  }

  /** Runs `work` at every data party while the dealer deals `needs`. @returns how each ended, the dealer last */
  async function settle<T>(
    n: number,
    needs: readonly Correlation[],
    work: (party: Party) => Promise<T>,
    { mesh = dataMesh(n), ring, dealt = needs }: Setting = {},
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const ringOf = async (): Promise<Ring64> => ring?.() ?? loadRing64({ maxBytes: 64 * 2 ** 20 })
    return Promise.allSettled(
      mesh.sessions.map(async (session) => {
        const own = await ringOf()
        if (session.part === 'dealer') {
          await deal(session, own, digest, () => dealt)
          return undefined
        }
        const party = await Party.join(session, { digest, sizes: [n] }, own)
        const out = await work(party)
        await party.end()
        return out
      }),
    )
  }

  /** As `settle`, where all goes well. @returns what each data party returned */
  async function compute<T>(
    n: number,
    needs: readonly Correlation[],
    work: (party: Party) => Promise<T>,
    setting?: Setting,
  ): Promise<T[]> {
    const settled = await settle(n, needs, work, setting)
    const failed = settled.find((s) => s.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return settled.slice(0, n).map((s) => (s as PromiseFulfilledResult<T>).value)
  }

  /** This party's additive shares of known numbers: those of all but the leader are drawn from `seed`. */
  function shareOf(party: Party, values: readonly bigint[], seed: string): U64 {
    const out = party.ring.zeros(values.length)
    const mask = party.ring.zeros(values.length)
    if (party.leader) out.set(values.map((v) => BigInt.asUintN(64, v)))
    for (let i = 1; i < party.ids.length; i++) {
      seededRng(platform, `${seed}/${i}`).fill(new Uint8Array(mask.buffer, mask.byteOffset, mask.byteLength))
      if (party.leader) party.ring.sub(out, out, mask)
      else if (i === party.index) out.set(mask)
    }
    return out
  }

  /** Uniform numbers, always the same for a seed. */
  function random(n: number, seed: string): bigint[] {
    const out = new BigUint64Array(n)
    seededRng(platform, seed).fill(new Uint8Array(out.buffer))
    return [...out]
  }

  return { dataMesh, settle, compute, shareOf, random, digest }
}

export const signed = (v: bigint): bigint => BigInt.asIntN(64, v)

export const bitsOf = (plane: U64, n: number): number[] =>
  Array.from({ length: n }, (_, i) => Number((plane[i >> 6]! >> BigInt(i & 63)) & 1n))
