/** Descriptions of assets as bytes: hashing them, and holding what a partner sent against the token on the ledger. */
import { canonicalJson, type Ddo, ddo, maxDescriptionBytes } from '@secureflow/api'
import { concat, fromHex, fromUtf8, toHex, utf8 } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import { type AssetFacts, digestOf } from '@secureflow/flow'
import { type NewAsset, tokenIdOf } from '@secureflow/ledger'
import { nodePlatform } from '@secureflow/platform'
import type { Token } from './on-ledger.ts'

export const encodeDescription = (description: Ddo): Uint8Array => utf8(canonicalJson(description))

/** SHA-256 of the bytes as they are stored and sent: whoever has them can compute it without this program. */
export const descriptionHash = (bytes: Uint8Array): string => toHex(nodePlatform.sha256(bytes))

const proofDomain = utf8('secureflow asset content v1\0')

/** Commits to the content alone (columns, parameters, the hash of each step), so that it can be shown without the rest. */
const proofOf = ({ salt, content, parameters }: Ddo): string =>
  toHex(nodePlatform.sha256(concat(proofDomain, utf8(canonicalJson({ salt, content, parameters })))))

/** What the ledger is told of it. */
export function newAssetOf(description: Ddo, bytes: Uint8Array, termsHash: string): NewAsset {
  const hash = fromHex(descriptionHash(bytes))
  const { kind, children, previous } = description
  return {
    kind,
    manifestHash: hash,
    storageRef: hash,
    termsHash: fromHex(termsHash),
    proof: fromHex(proofOf(description)),
    children: children.map((child) => fromHex(child)),
    ...(previous === undefined ? {} : { previous: fromHex(previous) }),
  }
}

/** Deeper than any description; a hostile depth never reaches the recursive checks. */
const maxDepth = 32

/** @returns undefined for anything that is not one description in canonical form */
export function decodeDescription(bytes: Uint8Array): Ddo | undefined {
  if (bytes.length > maxDescriptionBytes || depthOf(bytes) > maxDepth) return undefined
  try {
    const text = fromUtf8(bytes)
    const parsed = ddo.safeParse(JSON.parse(text))
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : undefined
  } catch {
    return undefined // neither UTF-8 nor JSON
  }
}

/** Brackets that are open at once, outside of strings. */
function depthOf(bytes: Uint8Array): number {
  let [open, deepest, inString] = [0, 0, false]
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (inString) {
      if (byte === 0x5c) i++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++open)
    else if (byte === 0x5d || byte === 0x7d) open--
  }
  return deepest
}

/**
 * Computes the token's id again from the description alone: hash, kind, proof, predecessor, children and the account that
 * minted it all enter there, so that nothing in the description can be another's or another version's.
 * @returns undefined where it is not the description of this token
 */
export function describedBy(
  bytes: Uint8Array,
  networkId: Uint8Array,
  { token }: Pick<Token, 'token'>,
): Ddo | undefined {
  const description = decodeDescription(bytes)
  return description !== undefined && tokenOf(description, bytes, networkId) === token ? description : undefined
}

/** The id of the token that the description belongs to, whether or not it is on the ledger. */
export function tokenOf(description: Ddo, bytes: Uint8Array, networkId: Uint8Array): string {
  const asset = newAssetOf(description, bytes, '00'.repeat(32)) // terms do not enter the id
  return toHex(tokenIdOf(networkId, description.creator as Address, asset))
}

/** What a run may know of a dataset. @returns undefined where it is none */
export function factsOf(
  { content, name }: Ddo,
  { id, owner, termsHash }: { id: string; owner: string; termsHash: string },
): AssetFacts | undefined {
  if (content.form !== 'dataset') return undefined
  const { rows, schema, digest } = content
  return { id, name, owner, rows, schema, digest, termsHash }
}

/** Digest of one step of a flow, as it was written. */
export const stepHash = (step: unknown): string => digestOf('step', step)
