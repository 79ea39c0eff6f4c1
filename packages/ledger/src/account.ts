/** A member's transactions on any Ethereum JSON-RPC: one at a time, so that nonces neither repeat nor leave a gap. */
import { baseErrors, fromHex, type PublicValue, SecureflowError } from '@secureflow/base'
import type { Address, Signer } from '@secureflow/crypto'
import { type Abi, decodeErrorResult, type Hex, hexToBigInt, hexToNumber, keccak256, parseSignature, toHex } from 'viem'
import { serializeTransaction } from 'viem/utils'
import { contractError } from './contract-errors.ts'
import type { LedgerProvider } from './embedded/rpc.ts'
import { ledgerErrors } from './errors.ts'
import type { Included } from './interface.ts'

interface Receipt {
  blockNumber: Hex
  status: Hex
  revertReason?: Hex
}

export interface AccountOptions {
  provider: LedgerProvider
  signer: Signer
  /** How long to wait for the block of a transaction. */
  timeoutMs: number
}

export class LedgerAccount {
  readonly #options: AccountOptions
  #chainId: number | undefined
  /** The transaction before, which must have its block before the next nonce is known. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AccountOptions) {
    this.#options = options
  }

  /** The answer of a call that changes nothing. @throws the contract's own error */
  async call(to: Address, data: Hex, abi: Abi): Promise<Hex> {
    try {
      return (await this.#rpc('eth_call', [{ from: this.#options.signer.address, to, data }, 'latest'])) as Hex
    } catch (error) {
      throw reverted(error, abi)
    }
  }

  /** Resolves once the transaction stands in a block. @throws the contract's own error, LEDGER_TIMEOUT */
  send(to: Address, data: Hex, abi: Abi): Promise<Included> {
    const sent = this.#last.then(() => this.#send(to, data, abi))
    this.#last = sent.catch(() => {})
    return sent
  }

  async #send(to: Address, data: Hex, abi: Abi): Promise<Included> {
    const { signer } = this.#options
    let gas: bigint
    try {
      // Estimating runs the call: what the contract refuses is known before anything is signed.
      gas = hexToBigInt((await this.#rpc('eth_estimateGas', [{ from: signer.address, to, data }])) as Hex)
    } catch (error) {
      throw reverted(error, abi)
    }
    const { receipt, transaction } = await this.#signedAndIncluded(to, data, gas)
    if (receipt.status !== '0x1')
      throw receipt.revertReason === undefined
        ? await this.call(to, data, abi).then(
            () => ledgerErrors.LEDGER_REVERTED({}),
            (error: unknown) => error,
          )
        : reverted({ code: 3, data: receipt.revertReason }, abi)
    return { transaction: transaction.slice(2), height: hexToNumber(receipt.blockNumber) }
  }

  /** Anew with another nonce where another process of this account came first: what was refused for its nonce is void. */
  async #signedAndIncluded(to: Address, data: Hex, gas: bigint): Promise<{ receipt: Receipt; transaction: Hex }> {
    for (let tries = 1; ; tries++) {
      const raw = await this.#signed(to, data, gas)
      const transaction = keccak256(raw)
      try {
        return { receipt: await this.#included(raw, transaction), transaction }
      } catch (error) {
        if (tries === 4 || (error as SecureflowError).fields?.reason !== 'nonce') throw error
        await new Promise((resolve) => setTimeout(resolve, 100 * tries))
      }
    }
  }

  async #signed(to: Address, data: Hex, gas: bigint): Promise<Hex> {
    const { signer } = this.#options
    this.#chainId ??= hexToNumber((await this.#rpc('eth_chainId', [])) as Hex)
    const nonce = hexToNumber((await this.#rpc('eth_getTransactionCount', [signer.address, 'pending'])) as Hex)
    const gasPrice = hexToBigInt((await this.#rpc('eth_gasPrice', [])) as Hex)
    // The first transaction format is understood by every chain.
    const unsigned = { type: 'legacy', chainId: this.#chainId, nonce, gas, gasPrice, to, data } as const
    const signature = await signer.sign(fromHex(keccak256(serializeTransaction(unsigned))))
    return serializeTransaction(unsigned, parseSignature(toHex(signature)))
  }

  /** Sends the same bytes again while the ledger is away: the transaction counts once, whatever was lost. */
  async #included(raw: Hex, transaction: Hex): Promise<Receipt> {
    const end = performance.now() + this.#options.timeoutMs
    let sent = false
    for (let waitMs = 5; ; waitMs = Math.min(2 * waitMs, 500)) {
      if (!sent)
        sent = await this.#rpc('eth_sendRawTransaction', [raw]).then(
          () => true,
          (error: unknown) => {
            if (mayPass(error)) return false
            throw refused(error)
          },
        )
      const receipt = (await this.#rpc('eth_getTransactionReceipt', [transaction])) as Receipt | null
      if (receipt !== null) return receipt
      if (performance.now() > end) {
        const what = sent ? 'the transaction is not yet in a block' : 'the transaction could not be delivered'
        throw ledgerErrors.LEDGER_TIMEOUT({ seconds: Math.round(this.#options.timeoutMs / 1000), what })
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  #rpc(method: string, params: unknown[]): Promise<unknown> {
    return this.#options.provider.request({ method, params })
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof SecureflowError) return error.class === 'transport'
  return messageOf(error) === 'busy'
}

function refused(error: unknown): unknown {
  if (error instanceof SecureflowError) return error
  const reasons = ['not a member', 'nonce', 'not allowed', 'not the proposer', 'malformed']
  const reason = reasons.find((r) => r === messageOf(error)) ?? 'refused by the chain'
  return ledgerErrors.LEDGER_TRANSACTION_REFUSED({ reason }, { cause: error })
}

const messageOf = (error: unknown): unknown => (error as { message?: unknown } | null)?.message

/** What a contract refused, in the words of the product. Nodes put the revert data into `data`, some one level deeper. */
function reverted(error: unknown, abi: Abi): unknown {
  if (error instanceof SecureflowError) return error
  const outer = (error as { data?: unknown } | null)?.data
  const data = typeof outer === 'string' ? outer : (outer as { data?: unknown } | null | undefined)?.data
  if (typeof data !== 'string' || !data.startsWith('0x'))
    return baseErrors.INTERNAL({ what: 'the ledger did not answer' }, { cause: error })
  try {
    const { errorName, abiItem, args } = decodeErrorResult({ abi, data: data as Hex }) as {
      errorName: string
      abiItem: { inputs?: readonly { name?: string }[] }
      args?: readonly unknown[]
    }
    const fields: Record<string, PublicValue> = {}
    abiItem.inputs?.forEach((input, i) => {
      fields[input.name ?? String(i)] = String(args?.[i])
    })
    return contractError(errorName, fields) ?? ledgerErrors.LEDGER_REVERTED({}, { cause: error })
  } catch {
    return ledgerErrors.LEDGER_REVERTED({}, { cause: error }) // no custom error: out of gas, or another contract
  }
}
