/** Ethereum JSON-RPC on the embedded chain, as far as `viem` and the client need it (EIP-1193). */
import type { Clock } from '@secureflow/base'
import { fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { z } from 'zod'
import { ledgerErrors } from '../errors.ts'
import { type Chain, transactionGas } from './chain.ts'
import type { TransactionRecord } from './execute.ts'
import type { Outcome } from './mempool.ts'
import type { Records } from './records.ts'

/** EIP-1193; what `viem`'s `custom` transport takes. */
export interface LedgerProvider {
  request(call: { method: string; params?: unknown }): Promise<unknown>
}

/** As nodes answer it: `code` and `data` are what `viem` reads a custom error from. */
class RpcError extends Error {
  readonly code: number
  readonly data: string | undefined

  constructor(code: number, message: string, data?: string) {
    super(message)
    this.code = code
    this.data = data
  }
}

interface Parts {
  chain: Chain
  records: Records
  clock: Clock
  submit: (transaction: Uint8Array) => Promise<Outcome>
}

const revertedCode = 3
const invalidParams = -32602
const refusedCode = -32003
const maxLogs = 10_000

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((a) => a.toLowerCase() as Address)
const data = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .max(2 * (128 << 10))
  .transform((d) => fromHex(d))
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((h) => h.slice(2).toLowerCase())
const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,12}$/)
  .transform(Number)
const blockTag = z.union([z.enum(['latest', 'pending', 'safe', 'finalized', 'earliest']), quantity])
const call = z.object({ from: address.optional(), to: address, data: data.optional(), input: data.optional() })
const filter = z.object({
  fromBlock: blockTag.optional(),
  toBlock: blockTag.optional(),
  address: z.union([address, z.array(address).max(16)]).optional(),
  topics: z
    .array(z.union([hash, z.array(hash).max(16), z.null()]))
    .max(4)
    .optional(),
})

export function ledgerProvider({ chain, records, clock, submit }: Parts): LedgerProvider {
  const now = (): number => Math.floor(clock.now() / 1000)
  const heightOf = (tag: z.output<typeof blockTag> | undefined): number =>
    typeof tag === 'number' ? tag : tag === 'earliest' ? 0 : chain.head.height

  const run = async (params: unknown) => {
    const { from, to, data, input } = z.tuple([call]).rest(z.unknown()).parse(params)[0]
    const request = { to, data: data ?? input ?? new Uint8Array(0), ...(from === undefined ? {} : { from }) }
    const result = await chain.call(request, now())
    if (!result.ok) throw new RpcError(revertedCode, 'execution reverted', hex(result.data))
    return { ...result, data: request.data, answer: result.data }
  }

  const methods: Record<string, (params: unknown) => Promise<unknown>> = {
    eth_chainId: async () => number(chain.chainId),
    net_version: async () => String(chain.chainId),
    eth_blockNumber: async () => number(chain.head.height),
    eth_gasPrice: async () => '0x0',
    eth_maxPriorityFeePerGas: async () => '0x0',
    eth_feeHistory: async () => ({ oldestBlock: '0x0', baseFeePerGas: ['0x0', '0x0'], gasUsedRatio: [0], reward: [] }),
    eth_call: async (params) => hex((await run(params)).answer),
    async eth_estimateGas(params) {
      const { gas, data } = await run(params)
      const estimate = 2n * gas + 100_000n + 64n * BigInt(data.length) // gas costs nothing; a limit too low costs a retry
      return number(estimate < transactionGas ? estimate : transactionGas)
    },
    async eth_getTransactionCount(params) {
      const [account] = z.tuple([address]).rest(z.unknown()).parse(params)
      return number(await chain.nonce(account))
    },
    async eth_getCode(params) {
      const [account] = z.tuple([address]).rest(z.unknown()).parse(params)
      return hex(await chain.code(account))
    },
    async eth_sendRawTransaction(params) {
      const [raw] = z.tuple([data]).parse(params)
      const tx = chain.decodeTransaction(raw)
      if (tx === undefined) throw new RpcError(refusedCode, 'not allowed')
      const outcome = await submit(raw)
      if ('refused' in outcome) throw new RpcError(refusedCode, outcome.refused)
      return hex(tx.hash())
    },
    async eth_getTransactionReceipt(params) {
      const [wanted] = z.tuple([hash]).parse(params)
      const place = await records.placeOf(wanted)
      if (place === undefined) return null
      const block = await chain.block(place.height)
      const all = await records.at(place.height)
      const { from, to, ok, gas, logs, revert } = all[place.index]!
      const position = {
        transactionHash: `0x${wanted}`,
        transactionIndex: number(place.index),
        blockHash: hex(block.hash()),
        blockNumber: number(place.height),
      }
      const firstLog = all.slice(0, place.index).reduce((sum, tx) => sum + tx.logs.length, 0)
      return {
        ...position,
        from,
        to,
        status: ok ? '0x1' : '0x0',
        type: number(block.transactions[place.index]!.type),
        gasUsed: number(gas),
        cumulativeGasUsed: number(all.slice(0, place.index + 1).reduce((sum, tx) => sum + tx.gas, 0)),
        effectiveGasPrice: '0x0',
        contractAddress: null,
        logsBloom: hex(block.header.logsBloom),
        logs: logs.map((log, i) => ({ ...logOf(log), ...position, logIndex: number(firstLog + i), removed: false })),
        ...(ok ? {} : { revertReason: hex(revert) }),
      }
    },
    async eth_getLogs(params) {
      const [wanted] = z.tuple([filter]).parse(params)
      const range = { from: heightOf(wanted.fromBlock), to: Math.min(heightOf(wanted.toBlock), chain.head.height) }
      const addresses = wanted.address === undefined ? undefined : [wanted.address].flat()
      const topics = (wanted.topics ?? []).map((topic) => (topic === null ? null : [topic].flat()))
      const out: unknown[] = []
      let block = { height: 0, hash: '' }
      for await (const { height, index, logIndex, hash, log } of records.logs({ ...range, addresses, topics })) {
        if (out.length === maxLogs) throw new RpcError(invalidParams, `more than ${maxLogs} logs: ask for fewer blocks`)
        if (block.height !== height) block = { height, hash: hex((await chain.block(height)).hash()) }
        const place = { logIndex: number(logIndex), transactionIndex: number(index), removed: false }
        const of = { transactionHash: hex(hash), blockHash: block.hash, blockNumber: number(height) }
        out.push({ ...logOf(log), ...place, ...of })
      }
      return out
    },
    async eth_getBlockByNumber(params) {
      const [tag] = z.tuple([blockTag]).rest(z.unknown()).parse(params)
      const height = heightOf(tag)
      if (height > chain.head.height) return null
      const block = await chain.block(height)
      const { transactions: _, uncleHeaders: __, ...header } = block.toJSON()
      return {
        ...header.header,
        hash: hex(block.hash()),
        miner: block.header.coinbase.toString(),
        transactions: block.transactions.map((tx) => hex(tx.hash())),
        size: number(block.serialize().length),
        totalDifficulty: '0x0',
        sha3Uncles: hex(block.header.uncleHash),
        transactionsRoot: hex(block.header.transactionsTrie),
        receiptsRoot: hex(block.header.receiptTrie),
        uncles: [],
      }
    },
  }

  return {
    async request({ method, params }) {
      const answer = Object.hasOwn(methods, method) ? methods[method] : undefined
      if (answer === undefined) throw ledgerErrors.LEDGER_RPC_UNSUPPORTED({ method: method.slice(0, 64) })
      try {
        return await answer(params ?? [])
      } catch (error) {
        if (error instanceof z.ZodError) throw new RpcError(invalidParams, `${method}: parameters not understood`)
        throw error
      }
    },
  }
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`
const number = (n: number | bigint): string => `0x${n.toString(16)}`

const logOf = (log: TransactionRecord['logs'][number]) => ({
  address: log.address,
  topics: log.topics.map(hex),
  data: hex(log.data),
})
