/**
 * Sizes of rr22, version 1. Both parties derive the same from public row counts.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | bytes of a tag, semi-honest | ⌈(40 + log2(n_x·n_y))/8⌉ | some two of different items are equal: 2^-40 | [RR22] section 4, volepsi `RsPsi` |
 * | bytes of a tag, malicious | 16 | the sender of a tag knows its item: 2^-128 a try | [RR22] figure 11 |
 * | bytes of a column, fast and malicious | 16 | values of different items are equal: 2^-48 at 2^40 pairs and below | [RR22] section 4: B = F |
 * | item key | 16 bytes of keyed BLAKE3 | two items of a run with one key: n²/2^129 | birthday |
 * | OKVS | kernels' `okvs-parameters.ts` | encoding fails: 2^-40 | there |
 * | VOLE | kernels' `vole-parameters.ts` | 128 bits | there |
 *
 * `parameters.test.ts` recomputes each bound.
 */
import { okvsVersion, voleVersion } from '@secureflow/kernels'
import type { Security } from '../../session/two-party.ts'

const rr22Version = 1
export const statisticalSecurity = 40

export type Rr22Mode = 'rr22' | 'rr22-malicious'

export interface Rr22Sizes {
  security: Security
  /** Names mode and versions. */
  suite: string
  tagBytes: number
}

export function sizesOf(mode: Rr22Mode, nx: number, ny: number): Rr22Sizes {
  const security = mode === 'rr22-malicious' ? 'malicious' : 'semi-honest'
  return { security, suite: suiteOf(mode), tagBytes: security === 'malicious' ? 16 : tagBytes(nx, ny) }
}

export const suiteOf = (mode: Rr22Mode): string =>
  `psi-${mode} ${rr22Version}, okvs ${okvsVersion}, vole ${voleVersion}`

/** ⌈(40 + log2(nx·ny))/8⌉, by powers of two that are exact: nx·ny is below 2^53. */
export function tagBytes(nx: number, ny: number): number {
  let bytes = statisticalSecurity / 8
  while (2 ** (8 * bytes - statisticalSecurity) < nx * ny) bytes++
  return bytes
}
