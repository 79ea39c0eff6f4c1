/** Salted commitments of tables, as they stand in receipts: they bind the owner to its rows and tell nobody anything of them. */
import { utf8 } from '@secureflow/base'
import { canonicalParts } from './encoding.ts'
import type { Table } from './table.ts'

export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array

const domain = utf8('secureflow/table-commitment/1')

/**
 * SHA-256(domain ‖ salt ‖ canonical bytes of the table).
 * @param salt 32 fresh uniform bytes: without them a small table could be found by trying
 * @returns 32 bytes. Binding by collision resistance; hiding while the salt is kept.
 */
export function commitTable(sha256: Sha256, salt: Uint8Array, table: Table): Uint8Array {
  if (salt.length !== 32) throw new RangeError('the salt of a commitment has 32 bytes')
  return sha256(domain, salt, ...canonicalParts(table))
}
