/** Signed transactions ahead of time, so that tests and benches measure the ledger and not the signing. */
import { fromHex } from '@secureflow/base'
import { encodeFunctionData, type Hex, keccak256, parseSignature, serializeTransaction, toHex } from 'viem'
import { assetToChain } from '../client/words.ts'
import { loadContracts } from '../contracts.ts'
import { chainIdOf, contractAddresses } from '../genesis.ts'
import { digestOf, signerOfName, type TestNetwork } from './network.ts'

/** `count` registrations of assets by one member, from this nonce on. */
export async function signedAssets(net: TestNetwork, name: string, nonce: number, count: number): Promise<Hex[]> {
  const { Assets } = await loadContracts()
  const signer = signerOfName(name)
  const out: Hex[] = []
  for (let i = 0; i < count; i++) {
    const hash = digestOf(`${name} ${nonce + i}`)
    const args = [assetToChain({ kind: 'dataset', manifestHash: hash, termsHash: hash })] as const
    const data = encodeFunctionData({ abi: Assets.abi, functionName: 'registerAsset', args })
    const to = contractAddresses(net.genesis).Assets
    const chainId = chainIdOf(net.networkId)
    const unsigned = { type: 'legacy', chainId, nonce: nonce + i, gas: 1_000_000n, gasPrice: 0n, to, data } as const
    const signature = await signer.sign(fromHex(keccak256(serializeTransaction(unsigned))))
    out.push(serializeTransaction(unsigned, parseSignature(toHex(signature))))
  }
  return out
}
