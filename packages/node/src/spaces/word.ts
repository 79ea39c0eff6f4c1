/** What a member says about a charter, under its account's signature: for this network, this space and this charter alone. */
import { toHex, utf8 } from '@secureflow/base'
import { signerOf, typedDigest } from '@secureflow/crypto'
import type { SpaceWord } from '@secureflow/flow'
import { nodePlatform } from '@secureflow/platform'

export interface SaidWord {
  space: string
  charter: string
  member: string
  word: SpaceWord
  text: string
  at: number
}

export interface SignedWord extends SaidWord {
  /** Follows from everything else. */
  id: string
  /** Hex. */
  signature: string
}

export function wordDigest(networkId: Uint8Array, { space, charter, word, text, at }: SaidWord): Uint8Array {
  return typedDigest(networkId, {
    types: {
      SpaceWord: [
        { name: 'space', type: 'bytes32' },
        { name: 'charter', type: 'bytes32' },
        { name: 'word', type: 'string' },
        { name: 'text', type: 'string' },
        { name: 'at', type: 'uint64' },
      ],
    },
    primaryType: 'SpaceWord',
    message: { space: `0x${space}`, charter: `0x${charter}`, word, text, at: BigInt(at) },
  })
}

export const wordOf = (networkId: Uint8Array, said: SaidWord, signature: Uint8Array): SignedWord => ({
  ...said,
  signature: toHex(signature),
  id: toHex(nodePlatform.sha256(utf8('secureflow/space-word/1'), utf8(said.member), wordDigest(networkId, said))),
})

/** @param accounts that may sign for the member @returns undefined where none of them did */
export async function checkedWord(
  networkId: Uint8Array,
  said: SaidWord,
  signature: Uint8Array,
  accounts: readonly (string | undefined)[],
): Promise<SignedWord | undefined> {
  const by = (await signerOf(wordDigest(networkId, said), signature))?.toLowerCase()
  if (by === undefined || !accounts.some((a) => a?.toLowerCase() === by)) return undefined
  return wordOf(networkId, said, signature)
}
