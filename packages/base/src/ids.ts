/** Names of things, kept apart by brands at no cost. */
declare const brand: unique symbol
export type Brand<T, B extends string> = T & { readonly [brand]: B }

/** A member's short name inside its network, such as `bank-a`: lower-case letters, digits and dashes, 2 to 32 long. */
export type MemberId = Brand<string, 'MemberId'>
/** Hex of the agreement's EIP-712 hash. */
export type RunId = Brand<string, 'RunId'>
export type AssetId = Brand<string, 'AssetId'>

import { baseErrors } from './errors.ts'

const memberPattern = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/

export function memberId(text: string): MemberId {
  if (!memberPattern.test(text))
    throw baseErrors.INVALID_VALUE({
      label: 'member name',
      expected: '2 to 32 lower-case letters, digits or dashes',
      received: JSON.stringify(text.slice(0, 40)),
    })
  return text as MemberId
}
