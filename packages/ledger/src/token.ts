/** The id of a token, computed as the contract does it: whoever knows what it commits to can hold the id against that. */
import { fromHex, toHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { encodeAbiParameters, keccak256, parseAbiParameters } from 'viem'
import { assetToChain } from './client/words.ts'
import type { NewAsset } from './interface.ts'

const committed = parseAbiParameters('bytes32, address, uint8, bytes32, bytes32, bytes32, bytes32, bytes32[]')

/** @param creator account that mints it @returns 32 bytes; equals `Assets.tokenId`. Terms can change, so that they are left out. */
export function tokenIdOf(networkId: Uint8Array, creator: Address, asset: NewAsset): Uint8Array {
  const { kind, manifestHash, storageRef, proof, previous, children } = assetToChain(asset)
  const values = [`0x${toHex(networkId)}`, creator, kind, manifestHash, storageRef, proof, previous, children] as const
  return fromHex(keccak256(encodeAbiParameters(committed, values)))
}
