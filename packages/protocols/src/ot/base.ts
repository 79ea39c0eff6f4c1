/** Base oblivious transfer: what the two protocols share. */
import { concat, type Platform, uintLE } from '@secureflow/base'
import type { Security, TwoParty } from '../session/two-party.ts'
import { simplest } from './co15.ts'
import { endemic } from './mr19.ts'

/** Bytes of a key. */
const keyBytes = 16

/** n keys for choice 0 and n for choice 1, laid end to end. */
export type KeyPairs = readonly [zero: Uint8Array, one: Uint8Array]

export interface BaseOt {
  readonly name: string
  readonly security: Security
  /** @returns both keys of each transfer */
  send(two: TwoParty, n: number): Promise<KeyPairs>
  /** @param choices  a byte 0 or 1 for each transfer @returns the chosen keys */
  receive(two: TwoParty, choices: Uint8Array): Promise<Uint8Array>
}

/** The one place where a base is chosen: nothing malicious ever stands on a semi-honest base. */
export function baseOt(security: Security): BaseOt {
  return security === 'malicious' ? endemic : simplest
}

/** Keys from u-coordinates, n·32 bytes: SHA-256 cut to 16 bytes, bound to the whole exchange, the transfer and the choice. */
export function deriveKeys(
  platform: Platform,
  exchange: Uint8Array,
  choice: (i: number) => number,
  shared: Uint8Array,
): Uint8Array {
  const out = new Uint8Array(shared.length / 2)
  for (let i = 0; i < shared.length / 32; i++) {
    const place = concat(uintLE(i, 4), uintLE(choice(i), 1))
    const key = platform.sha256(exchange, place, shared.subarray(32 * i, 32 * i + 32))
    out.set(key.subarray(0, keyBytes), keyBytes * i)
  }
  return out
}

/** `a` where `bit` is 0, `b` where it is 1, without a branch on the bit: 32 bytes to `at` of `out`. */
export function selectInto(out: Uint8Array, at: number, bit: number, a: Uint8Array, b: Uint8Array, from: number): void {
  const mask = -bit & 255
  for (let k = 0; k < 32; k++) out[at + k] = a[from + k]! ^ (mask & (a[from + k]! ^ b[from + k]!))
}
