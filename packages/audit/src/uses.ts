/**
 * Checks what an owner hands to a person who asks what was done with a dataset: every release it lists was signed by the
 * owner before it left, and lies under a root that the owner has put on the ledger. Needs the document and nothing else; that
 * the root stands on the ledger, and that nothing is left out, a member of the network sees in its own replica.
 */
import { fromHex, type SecureflowError } from '@secureflow/base'
import { signerOf } from '@secureflow/crypto'
import { z } from 'zod'
import { auditFindings } from './findings.ts'
import { decodeEntry, entryDigest, entryHash } from './log.ts'
import { type Sha256, verifyInclusion } from './merkle.ts'
import { readBody } from './records.ts'

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .max(1 << 20)
const count = z.number().int().min(0)

/** What of the document is checked; the rest of it is told by the owner. */
const usesSchema = z.looseObject({
  account: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  network: hex.length(64),
  runs: z.array(
    z.looseObject({
      run: hex.length(64),
      released: z.array(
        z.looseObject({ attempt: count, disclosure: z.string(), to: z.string(), count, at: count, entry: count }),
      ),
    }),
  ),
  entries: z.array(
    z.looseObject({
      bytes: hex,
      index: count,
      under: z
        .looseObject({ run: hex.length(64), root: hex.length(64), size: count, path: z.array(hex.length(64)).max(64) })
        .optional(),
    }),
  ),
})

export interface UsesVerification {
  findings: SecureflowError[]
  releases: number
  /** Entries that no anchor covers yet: the owner's signature stands for them alone. */
  unanchored: number
  /** What the ledger must hold for this account. */
  roots: { run: string; root: string; size: number }[]
}

/** @returns undefined where it is no such document */
export async function verifyUses(
  document: unknown,
  sha256: Sha256,
  recover: typeof signerOf = signerOf,
): Promise<UsesVerification | undefined> {
  const parsed = usesSchema.safeParse(document)
  if (!parsed.success) return undefined
  const { account, network, runs, entries } = parsed.data
  const findings: SecureflowError[] = []
  const differs = (entry: number, what: string) => findings.push(auditFindings.AUDIT_USES_DIFFER({ entry, what }))
  const roots = new Map<string, { run: string; root: string; size: number }>()
  const releases = runs.flatMap(({ run, released }) => released.map((r) => ({ ...r, run })))
  const proven = new Set<number>()
  for (const { bytes, index, under } of entries) {
    const stored = fromHex(bytes)
    const signed = decodeEntry(stored)
    const said = signed === undefined ? undefined : readBody(signed.entry)
    if (signed === undefined || said === undefined || said === 'malformed' || said.kind !== 'task.release') {
      differs(index, 'form')
      continue
    }
    const { entry, signature } = signed
    if (entry.seq !== index) differs(index, 'number')
    const signer = await recover(entryDigest(fromHex(network), entry, sha256), signature)
    if (signer?.toLowerCase() !== account.toLowerCase()) differs(index, 'signature')
    if (under !== undefined) {
      const { root, size, path } = under
      const claim = { leaf: entryHash(stored, sha256), index, size, root: fromHex(root) }
      if (!verifyInclusion(claim, path.map(fromHex), sha256)) differs(index, 'root')
      else roots.set(root, { run: under.run, root, size })
    }
    const { attempt, disclosure, to, count: elements } = said
    const listed = releases.some(
      (r) =>
        r.entry === index &&
        r.run === entry.subject &&
        r.attempt === attempt &&
        r.disclosure === disclosure &&
        r.to === to &&
        r.count === elements &&
        r.at === entry.at,
    )
    if (listed) proven.add(index)
    else differs(index, 'release')
  }
  for (const { entry } of releases) if (!proven.has(entry)) differs(entry, 'proof')
  const unanchored = entries.filter((e) => e.under === undefined).length
  return { findings, releases: releases.length, unanchored, roots: [...roots.values()] }
}
