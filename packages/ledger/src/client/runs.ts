/** The part of the client that speaks with Agreements and Receipts. */
import { equalBytes, fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import type { Hex } from 'viem'
import { type Anchor, failureCodes, type LedgerClient, type RunStatus } from '../interface.ts'
import type { ContractCalls } from './calls.ts'
import { decodedLog } from './events.ts'
import { agreementFromChain, agreementToChain, type ChainAgreement, failureCodeAt, hex, lower } from './words.ts'

interface ChainRun {
  parties: Address[]
  deadline: bigint
}
interface ChainAnchor {
  party: Address
  root: Hex
  size: bigint
  count: number
  height: bigint
}
interface ChainFailure {
  party: Address
  code: number
  height: bigint
}

type Part = Pick<LedgerClient, 'registerAgreement' | 'agreement' | 'anchor' | 'fail' | 'runStatus'>

export function runClient(calls: ContractCalls, networkId: Uint8Array, self: Address): Part {
  async function runStatus(run: string): Promise<RunStatus> {
    const runId = hex(run)
    const height = await calls.read<bigint>('Agreements', 'heightOf', runId)
    if (height === 0n) return { state: 'unknown', anchors: [] }
    const [{ parties, deadline }, [anchored, failed]] = await Promise.all([
      calls.read<ChainRun>('Agreements', 'run', runId),
      calls.read<[ChainAnchor[], ChainFailure]>('Receipts', 'status', runId),
    ])
    const anchors = anchored.map(({ party, root, size, count, height }) => ({
      ...{ party: lower(party), root: fromHex(root), size: Number(size), count, height: Number(height) },
    }))
    if (anchors.length === parties.length) return { state: 'complete', anchors }
    if (failed.height !== 0n) {
      const failure = { party: lower(failed.party), code: failureCodeAt(failed.code), height: Number(failed.height) }
      return { state: 'failed', anchors, failure }
    }
    return { state: Date.now() / 1000 > Number(deadline) ? 'expired' : 'open', anchors }
  }

  return {
    async registerAgreement(agreement, signatures) {
      const struct = agreementToChain(agreement)
      const runId = await calls.read<Hex>('Agreements', 'digestOf', struct)
      const signed = signatures.map((s) => hex(s))
      const included = await calls.send('Agreements', 'register', hex(networkId), struct, signed)
      return { ...included, runId: runId.slice(2) }
    },

    async agreement(run) {
      const height = Number(await calls.read<bigint>('Agreements', 'heightOf', hex(run)))
      if (height === 0) return undefined
      for (const log of await calls.logs(['Agreements'], [null, hex(run)], height, height)) {
        const { agreement, signatures } = decodedLog(calls, log).args as {
          agreement: ChainAgreement
          signatures: Hex[]
        }
        const runId = hex(run).slice(2)
        return {
          runId,
          agreement: agreementFromChain(agreement),
          signatures: signatures.map((s) => fromHex(s)),
          height,
        }
      }
      return undefined
    },

    async anchor(run, anchor) {
      const own = (await runStatus(run)).anchors.find((a) => a.party === lower(self))
      if (own !== undefined && isSame(own, anchor)) return
      await calls.send('Receipts', 'anchor', hex(run), hex(anchor.root), BigInt(anchor.size), anchor.count)
    },
    async fail(run, code) {
      const { state } = await runStatus(run)
      if (state === 'failed' || state === 'expired') return
      await calls.send('Receipts', 'fail', hex(run), failureCodes.indexOf(code) + 1)
    },
    runStatus,
  }
}

const isSame = (a: Anchor, b: Anchor): boolean => equalBytes(a.root, b.root) && a.size === b.size && a.count === b.count
