/**
 * The offline verifier: a member's own log, as stored, against what the ledger holds. It notices any altered byte, missing,
 * repeated, reordered or re-signed entries up to the last anchor (after it the account's signatures stand alone, and the
 * ledger's word on how each run ended), receipts that belong elsewhere or do not match the partner's, and forked heads.
 */
import { equalBytes, fromHex, type SecureflowError, toHex } from '@secureflow/base'
import { type Address, signerOf } from '@secureflow/crypto'
import { auditFindings } from './findings.ts'
import { decodeEntry, type Entry, entryDigest, entryHash } from './log.ts'
import { MerkleTree, type Sha256 } from './merkle.ts'
import { decodeReceipt, differenceOf, type Receipt, receiptDigest, usageFaultOf } from './receipt.ts'
import { readBody } from './records.ts'

/** A statement of one member about the ledger: it signed this block and no other at this height. */
export interface HeadFacts {
  height: number
  /** Of the block, 32 bytes. */
  hash: Uint8Array
  account: Address
  /** What was signed, recomputed from height and hash by the ledger. */
  digest: Uint8Array
  signature: Uint8Array
}

export interface RunFacts {
  /** 64 hexadecimal digits. */
  runId: string
  /** Recomputed from the agreement as registered: must be the run's id. */
  digest: Uint8Array
  parties: Address[]
  /** Of `digest`, in the order of `parties`. */
  signatures: Uint8Array[]
  /** Of the block that registered it. */
  height: number
  state: 'open' | 'complete' | 'failed' | 'expired'
  anchors: { party: Address; root: Uint8Array; size: number; count: number }[]
}

/** What the verifier asks of a ledger, as plain data, from the node's own replica. */
export interface LedgerFacts {
  networkId: Uint8Array
  /** Former accounts of a member too, each with its name. */
  members: { name: string; account: Address }[]
  /** All agreements that `member` is a party of. */
  runs: RunFacts[]
  /** Heads signed by members, own ones included; none on an external chain. */
  heads: HeadFacts[]
  /** The blocks of the own replica at the heights of `heads`. */
  blocks: { height: number; hash: Uint8Array }[]
}

/** What the agreement says of one task. */
export interface AgreedTask {
  index: number
  parties: readonly string[]
  /** The datasets that each party reads, with their rows; where known. */
  reads?: Readonly<Record<string, readonly { asset: string; rows: number }[]>>
}

export interface RecordToVerify {
  /** Whose log it is: its name on the ledger. */
  member: string
  /** As stored, in stored order. */
  entries: readonly Uint8Array[]
  ledger: LedgerFacts
  /** Where known: who takes part in each task of a run, so that a receipt that is missing altogether is noticed. */
  tasks?: ReadonlyMap<string, readonly AgreedTask[]>
  sha256: Sha256
  /** Default: `signerOf`. */
  recover?: typeof signerOf
}

export interface Verification {
  /** Empty where everything holds. Each has a code, says where, and what to do, in both languages. */
  findings: SecureflowError[]
  entries: number
  receipts: number
  runs: number
}

export async function verifyRecord(record: RecordToVerify): Promise<Verification> {
  return new Verifier(record).run()
}

/** What the log says about one run. */
interface RunLog {
  registered: boolean
  outcome?: 'succeeded' | 'failed'
  releases: Map<string, number>
  /** By task: the own receipt of the last attempt, and which partners' receipts were checked with it. */
  tasks: Map<number, { own?: Receipt; partners: Set<string> }>
}

class Verifier {
  readonly #record: RecordToVerify
  readonly #recover: typeof signerOf
  /** Of each member: the present one, and those that it had before. */
  readonly #accounts = new Map<string, string[]>()
  readonly #findings: SecureflowError[] = []
  readonly #runs = new Map<string, RunLog>()
  #receipts = 0

  constructor(record: RecordToVerify) {
    this.#record = record
    this.#recover = record.recover ?? signerOf
    for (const { name, account } of record.ledger.members)
      this.#accounts.set(name, [...this.#accountsOf(name), account.toLowerCase()])
  }

  async run(): Promise<Verification> {
    const { entries, ledger } = this.#record
    await this.#entries()
    for (const run of ledger.runs) await this.#run(run)
    const known = new Set(ledger.runs.map(({ runId }) => runId))
    for (const [run, { registered }] of this.#runs)
      if (registered && !known.has(run)) this.#found(auditFindings.AUDIT_RUN_UNKNOWN({ run: short(run) }))
    await this.#heads()
    return { findings: this.#findings, entries: entries.length, receipts: this.#receipts, runs: ledger.runs.length }
  }

  /** Form, number, chain and signature of every entry, the roots on the way, then what the entry says. */
  async #entries(): Promise<void> {
    const { entries, ledger, member, sha256 } = this.#record
    const tree = new MerkleTree(sha256)
    const anchors = this.#ownAnchors()
    let prev: Uint8Array = new Uint8Array(32)
    for (const [index, bytes] of entries.entries()) {
      const signed = decodeEntry(bytes)
      if (signed === undefined) this.#found(auditFindings.AUDIT_ENTRY_DAMAGED({ entry: index }))
      else {
        const { entry, signature } = signed
        if (entry.seq !== index) this.#found(auditFindings.AUDIT_ENTRY_ORDER({ entry: index, found: entry.seq }))
        if (!equalBytes(entry.prev, prev)) this.#found(auditFindings.AUDIT_CHAIN_BROKEN({ entry: index }))
        if (!(await this.#isSigned(member, entryDigest(ledger.networkId, entry, sha256), signature)))
          this.#found(auditFindings.AUDIT_ENTRY_SIGNATURE({ entry: index, member }))
        else await this.#content(index, entry)
      }
      prev = entryHash(bytes, sha256)
      tree.push(prev)
      for (const { run, root } of anchors.get(tree.size) ?? [])
        if (!equalBytes(tree.root(), root))
          this.#found(auditFindings.AUDIT_ROOT_DIFFERS({ size: tree.size, run: short(run) }))
    }
    for (const [expected, anchored] of anchors)
      if (expected > entries.length)
        for (const { run } of anchored)
          this.#found(auditFindings.AUDIT_TRUNCATED({ found: entries.length, expected, run: short(run) }))
  }

  /** Own anchors by the number of entries under them. */
  #ownAnchors(): Map<number, { run: string; root: Uint8Array }[]> {
    const own = this.#accountsOf(this.#record.member)
    const anchors = new Map<number, { run: string; root: Uint8Array }[]>()
    for (const { runId, anchors: all } of this.#record.ledger.runs)
      for (const { party, root, size } of all)
        if (own.includes(party.toLowerCase())) anchors.set(size, [...(anchors.get(size) ?? []), { run: runId, root }])
    return anchors
  }

  async #content(index: number, entry: Entry): Promise<void> {
    const said = readBody(entry)
    if (said === 'malformed') return this.#found(auditFindings.AUDIT_ENTRY_CONTENT({ entry: index }))
    if (said === undefined) return
    const log = this.#runLog(entry.subject)
    switch (said.kind) {
      case 'run.signed':
        return
      case 'run.registered':
        log.registered = true
        return
      case 'run.succeeded':
        log.outcome ??= 'succeeded'
        return
      case 'run.failed':
        log.outcome ??= 'failed'
        return
      case 'task.attempt':
        log.tasks.delete(said.task) // what an earlier attempt left is void
        return
      case 'task.release': {
        const key = releaseKey(said.task, said.attempt, said)
        log.releases.set(key, (log.releases.get(key) ?? 0) + said.count)
        return
      }
      case 'task.done': {
        const receipt = await this.#receipt(index, entry.subject, this.#record.member, said, said)
        if (receipt === undefined) return
        log.tasks.set(said.task, { own: receipt, partners: new Set() })
        const written = [...log.releases].filter(([key]) => key.startsWith(`${said.task}/${said.attempt}/`))
        const counted = receipt.releases.map((r) => [releaseKey(said.task, said.attempt, r), r.count] as const)
        if (!sameCounts(written, counted)) this.#found(auditFindings.AUDIT_RELEASES_DIFFER({ entry: index }))
        return
      }
      case 'task.finished':
        for (const partner of said.partners) {
          const receipt = await this.#receipt(index, entry.subject, partner.party, said, partner)
          const task = log.tasks.get(said.task)
          if (receipt === undefined || task?.own === undefined) continue
          task.partners.add(partner.party)
          const what = differenceOf(task.own, receipt)
          if (what !== undefined) {
            const where = { entry: index, run: short(entry.subject), task: said.task }
            const who = { member: this.#record.member, party: partner.party }
            this.#found(auditFindings.AUDIT_RECEIPTS_DIFFER({ ...where, ...who, what }, { party: partner.party }))
          }
        }
    }
  }

  /** A receipt as an entry holds it: readable, of this very task, signed by the party. */
  async #receipt(
    entry: number,
    run: string,
    party: string,
    { task, attempt }: { task: number; attempt: number },
    signed: { receipt: Uint8Array; signature: Uint8Array },
  ): Promise<Receipt | undefined> {
    const { ledger, sha256 } = this.#record
    const receipt = readable(signed.receipt)
    if (receipt === undefined) {
      this.#found(auditFindings.AUDIT_RECEIPT_DAMAGED({ entry, party }))
      return undefined
    }
    this.#receipts++
    const foreign = [
      ['network', equalBytes(receipt.network, ledger.networkId)],
      ['run', toHex(receipt.run) === run],
      ['task', receipt.task === task],
      ['attempt', receipt.attempt === attempt],
      ['party', receipt.party === party],
    ] as const
    for (const [what, own] of foreign)
      if (!own) this.#found(auditFindings.AUDIT_RECEIPT_FOREIGN({ entry, party, what }, { party }))
    let isSigned = false
    for (const account of this.#accountsOf(party))
      isSigned ||= await this.#isSignedBy(account, receiptDigest(sha256, receipt, account as Address), signed.signature)
    if (!isSigned) this.#found(auditFindings.AUDIT_RECEIPT_SIGNATURE({ entry, party }, { party }))
    const fault = usageFaultOf(receipt) ?? this.#readsFault(run, receipt)
    if (fault !== undefined) this.#found(auditFindings.AUDIT_USAGE_DIFFERS({ entry, party, what: fault }, { party }))
    return receipt
  }

  /** Whether the receipt counts the datasets that its party agreed to read in this task, and no others. */
  #readsFault(run: string, { task, party, usage }: Receipt): string | undefined {
    const reads = this.#record.tasks?.get(run)?.find((t) => t.index === task)?.reads
    if (usage === undefined || reads === undefined) return undefined
    const key = (all: readonly { asset: string; rows: number }[]) =>
      all
        .map(({ asset, rows }) => `${asset} ${rows}`)
        .sort()
        .join()
    return key(usage.datasets) === key(reads[party] ?? []) ? undefined : 'datasets'
  }

  /** One agreement on the ledger, and what the log must hold about it. */
  async #run(facts: RunFacts): Promise<void> {
    const { member } = this.#record
    const run = short(facts.runId)
    if (toHex(facts.digest) !== facts.runId) this.#found(auditFindings.AUDIT_AGREEMENT_DIFFERS({ run }))
    for (const [i, account] of facts.parties.entries())
      if (!(await this.#isSignedBy(account, fromHex(facts.runId), facts.signatures[i] ?? new Uint8Array(0))))
        this.#found(auditFindings.AUDIT_AGREEMENT_SIGNATURE({ run, party: this.#nameOf(account) }))
    this.#coSigned(facts)

    const log = this.#runs.get(facts.runId)
    if (log === undefined) return this.#found(auditFindings.AUDIT_RUN_MISSING({ run, member }))
    const anchor = facts.anchors.find(({ party }) => this.#accountsOf(member).includes(party.toLowerCase()))
    const ended = facts.state === 'complete' ? 'succeeded' : facts.state === 'open' ? undefined : 'failed'
    const { state } = facts
    if (ended !== undefined && log.outcome === undefined) this.#found(auditFindings.AUDIT_END_MISSING({ run, state }))
    if (log.outcome === 'succeeded' && anchor === undefined)
      this.#found(auditFindings.AUDIT_ANCHOR_MISSING({ run, member }))
    else if (log.outcome !== undefined && ended !== undefined && log.outcome !== ended)
      this.#found(auditFindings.AUDIT_END_DIFFERS({ run, recorded: log.outcome, state }))

    const own = [...log.tasks.values()].filter((task) => task.own !== undefined)
    if (anchor !== undefined && anchor.count !== own.length)
      this.#found(auditFindings.AUDIT_RECEIPT_COUNT({ run, member, expected: anchor.count, found: own.length }))
    if (state === 'complete') this.#complete(facts.runId, log)
  }

  /** Every receipt of a run that succeeded: the own ones, and one of each partner for each of them. */
  #complete(runId: string, log: RunLog): void {
    const { member, tasks } = this.#record
    const missing = (task: number, party: string) =>
      this.#found(auditFindings.AUDIT_RECEIPT_MISSING({ run: short(runId), task, party }))
    for (const [index, { own, partners }] of log.tasks) {
      for (const { peer } of own?.channels ?? []) if (!partners.has(peer)) missing(index, peer)
    }
    for (const { index, parties } of tasks?.get(runId) ?? []) {
      if (!parties.includes(member)) continue
      const held = log.tasks.get(index)
      if (held?.own === undefined) missing(index, member)
      for (const party of parties)
        if (party !== member && !held?.partners.has(party) && !held?.own?.channels.some((c) => c.peer === party))
          missing(index, party)
    }
  }

  /** A run starts only under a head that all its parties signed. */
  #coSigned({ runId, height, parties }: RunFacts): void {
    const { heads } = this.#record.ledger
    if (heads.length === 0) return
    for (const account of parties)
      if (!heads.some((head) => head.height >= height && same(head.account, account)))
        this.#found(auditFindings.AUDIT_HEAD_MISSING({ run: short(runId), party: this.#nameOf(account) }))
  }

  async #heads(): Promise<void> {
    const { heads, blocks } = this.#record.ledger
    const blockAt = new Map(blocks.map(({ height, hash }) => [height, hash]))
    for (const { height, hash, account, digest, signature } of heads) {
      const party = this.#nameOf(account)
      if (!(await this.#isSignedBy(account, digest, signature)))
        this.#found(auditFindings.AUDIT_HEAD_SIGNATURE({ height, party }, { party }))
      const own = blockAt.get(height)
      if (own === undefined || !equalBytes(own, hash))
        this.#found(auditFindings.AUDIT_HEAD_FORKED({ height, party }, { party }))
    }
  }

  #runLog(run: string): RunLog {
    let log = this.#runs.get(run)
    if (log === undefined) {
      log = { registered: false, releases: new Map(), tasks: new Map() }
      this.#runs.set(run, log)
    }
    return log
  }

  #found(finding: SecureflowError): void {
    this.#findings.push(finding)
  }

  async #isSigned(member: string, digest: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const signer = await this.#recover(digest, signature)
    return signer !== undefined && this.#accountsOf(member).includes(signer.toLowerCase())
  }

  #accountsOf(member: string): readonly string[] {
    return this.#accounts.get(member) ?? []
  }

  async #isSignedBy(account: string, digest: Uint8Array, signature: Uint8Array): Promise<boolean> {
    const signer = await this.#recover(digest, signature)
    return signer !== undefined && same(signer, account)
  }

  #nameOf(account: string): string {
    return this.#record.ledger.members.find((member) => same(member.account, account))?.name ?? account
  }
}

function readable(bytes: Uint8Array): Receipt | undefined {
  try {
    return decodeReceipt(bytes)
  } catch {
    return undefined // the caller's finding tells it
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
/** As much of a run's id as a person compares. */
const short = (runId: string): string => runId.slice(0, 12)
const releaseKey = (task: number, attempt: number, { disclosure, to }: { disclosure: string; to: string }): string =>
  `${task}/${attempt}/${disclosure}>${to}`

function sameCounts(a: (readonly [string, number])[], b: (readonly [string, number])[]): boolean {
  const counts = new Map(b)
  return a.length === counts.size && b.length === counts.size && a.every(([key, count]) => counts.get(key) === count)
}
