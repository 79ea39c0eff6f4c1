/**
 * Sizes of rr22, version 1. Both parties derive the same from public row counts.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | bytes of a tag, semi-honest | ⌈(40 + log2(n_x·n_y))/8⌉ | some two of different items are equal: 2^-40 | [RR22] section 4, volepsi `RsPsi` |
 * | bytes of a tag, malicious | 16 | the sender of a tag knows its item: 2^-128 a try | [RR22] figure 11 |
 * | bytes of a column, fast and malicious | 16 | values of different items are equal: 2^-48 at 2^40 pairs and below | [RR22] section 4: B = F |
 * | bytes of a column, low communication | 10, or 12 above 2^40 pairs | the same: 2^-40 | [RR22] section 4: log2\|B\| ≥ 40 + log2(n_x·n_y); B in decision 16 |
 * | items a bin of the store, low communication | 3·2^14 | kernels' `okvs-parameters.ts` | fewest columns |
 * | item key | 16 bytes of keyed BLAKE3 | two items of a run with one key: n²/2^129 | birthday |
 * | OKVS | kernels' `okvs-parameters.ts` | encoding fails: 2^-40 | there |
 * | VOLE | kernels' `vole-parameters.ts` | 128 bits | there |
 *
 * `parameters.test.ts` recomputes each bound.
 */
import { type OkvsShape, okvsShape, okvsVersion, okvsWideBinItems } from '@secureflow/kernels/blocks/okvs-parameters'
import { subfieldVoleVersion, voleVersion } from '@secureflow/kernels/blocks/vole-parameters'
import type { VoleKind } from '../../vole/silent.ts'

const rr22Version = 1
export const statisticalSecurity = 40

export type Rr22Mode = 'rr22' | 'rr22-low' | 'rr22-malicious'

export interface Rr22Sizes {
  /** Names mode and versions. */
  suite: string
  store: OkvsShape
  vole: VoleKind
  /** Of a column of the store as it is sent, and of the values in it. */
  columnBytes: number
  tagBytes: number
}

/** @param parts  how many of these sizes one intersection consists of: bounds hold for all of them together */
export function sizesOf(mode: Rr22Mode, nx: number, ny: number, parts = 1): Rr22Sizes {
  const own = { suite: suiteOf(mode), tagBytes: mode === 'rr22-malicious' ? 16 : tagBytes(nx, ny * parts) }
  if (mode === 'rr22-low') {
    const coordinates = valueCoordinates(nx, ny * parts)
    const vole = { security: 'semi-honest', coordinates } as const
    return { ...own, store: okvsShape(nx, okvsWideBinItems), vole, columnBytes: 2 * coordinates }
  }
  const security = mode === 'rr22-malicious' ? 'malicious' : 'semi-honest'
  return { ...own, store: okvsShape(nx), vole: { security }, columnBytes: 16 }
}

export const suiteOf = (mode: Rr22Mode): string => {
  const vole = mode === 'rr22-low' ? `vole over GF(2^16) ${subfieldVoleVersion}` : `vole ${voleVersion}`
  return `psi-${mode} ${rr22Version}, okvs ${okvsVersion}, ${vole}`
}

/** Coordinates of 16 bits that hold 40 + log2(nx·ny) bits: 5 up to 2^40 pairs, 6 up to 2^56. Fewer are never taken. */
const valueCoordinates = (nx: number, ny: number): number => Math.max(5, Math.ceil(tagBytes(nx, ny) / 2))

/** ⌈(40 + log2(nx·ny))/8⌉, by powers of two that are exact: nx·ny is below 2^53. */
export function tagBytes(nx: number, ny: number): number {
  let bytes = statisticalSecurity / 8
  while (2 ** (8 * bytes - statisticalSecurity) < nx * ny) bytes++
  return bytes
}
