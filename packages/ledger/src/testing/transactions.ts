/** Signed transactions ahead of time: for benches, which measure the ledger and not the signing, and for attacks. */
import { fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type Abi, encodeFunctionData, type Hex, keccak256, parseSignature, serializeTransaction, toHex } from 'viem'
import { assetToChain } from '../client/words.ts'
import { loadContracts } from '../contracts.ts'
import { type ContractName, chainIdOf, contractAddresses } from '../genesis.ts'
import { digestOf, signerOfName, type TestNetwork } from './network.ts'

/** What a client would send, and what it never would. */
export async function signedTransaction(
  net: TestNetwork,
  name: string,
  nonce: number,
  request: { to: Address | undefined; data: Hex; value?: bigint },
): Promise<Hex> {
  const chainId = chainIdOf(net.networkId)
  const unsigned = { type: 'legacy', chainId, nonce, gas: 1_000_000n, gasPrice: 0n, ...request } as const
  const signature = await signerOfName(name).sign(fromHex(keccak256(serializeTransaction(unsigned))))
  return serializeTransaction(unsigned, parseSignature(toHex(signature)))
}

/** A call of a contract, whether it is refused or not. */
export async function signedCall(
  net: TestNetwork,
  name: string,
  nonce: number,
  [contract, functionName, ...args]: [ContractName, string, ...unknown[]],
): Promise<Hex> {
  const abi = (await loadContracts())[contract].abi as Abi
  const data = encodeFunctionData({ abi, functionName, args })
  return signedTransaction(net, name, nonce, { to: contractAddresses(net.genesis)[contract], data })
}

/** `count` registrations of assets by one member, from this nonce on. */
export async function signedAssets(net: TestNetwork, name: string, nonce: number, count: number): Promise<Hex[]> {
  const out: Hex[] = []
  for (let i = 0; i < count; i++) {
    const hash = digestOf(`${name} ${nonce + i}`)
    const asset = assetToChain({ kind: 'dataset', manifestHash: hash, termsHash: hash })
    out.push(await signedCall(net, name, nonce + i, ['Assets', 'registerAsset', asset]))
  }
  return out
}
