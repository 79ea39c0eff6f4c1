/** What the verifier of the audit wants to know of the ledger, gathered from this node's own replica. */
import type { HeadFacts, LedgerFacts, RunFacts } from '@secureflow/audit'
import { fromHex } from '@secureflow/base'
import type { Address } from '@secureflow/crypto'
import {
  agreementDigest,
  type EmbeddedLedger,
  headDigest,
  type LedgerClient,
  type SignedHead,
} from '@secureflow/ledger'
import { fromRlp, keccak256, toRlp } from 'viem'

/**
 * The heads that the record rests on: the highest that each member signed, and those of the blocks that registered the own
 * runs. A signed head stands for all blocks below it, so that no others need to be read.
 */
export async function factsOf(client: LedgerClient, replica: EmbeddedLedger, self: Address): Promise<LedgerFacts> {
  const { networkId } = client
  const members = await accountsOf(client)
  const name = members.find((m) => same(m.account, self))?.name
  const own = members.filter((m) => m.name === name).map((m) => m.account)
  const runs = await runsOf(client, own)
  const heads: HeadFacts[] = []
  const blocks: LedgerFacts['blocks'] = []
  const tell = (head: SignedHead) => heads.push({ ...head, digest: headDigest(networkId, head.height, head.hash) })
  const heights = new Set([
    ...members.map(({ account }) => replica.signedUpTo(account)),
    ...runs.flatMap(({ height, parties }) => [height, ...parties.map((party) => replica.signedUpTo(party))]),
    ...replica.evidence().map(({ height }) => height),
  ])
  heights.delete(0)
  for (const height of [...heights].sort((a, b) => a - b)) {
    blocks.push({ height, hash: blockHash(await replica.blockAt(height)) })
    for (const head of await replica.signaturesAt(height)) tell(head)
  }
  for (const { heads: both } of replica.evidence()) for (const head of both) tell(head)
  return { networkId, members, runs, heads, blocks }
}

/** The present account of each member, and those that it had before: what it signed under them counts. */
async function accountsOf(client: LedgerClient): Promise<LedgerFacts['members']> {
  const members = (await client.members()).map(({ name, account }) => ({ name, account }))
  const changes = await client.events(0, { kinds: ['AccountChanged'] })
  for (const event of changes.reverse()) {
    const name = members.find((m) => event.kind === 'AccountChanged' && same(m.account, event.account))?.name
    if (event.kind === 'AccountChanged' && name !== undefined) members.push({ name, account: event.from })
  }
  return members
}

async function runsOf(client: LedgerClient, own: readonly Address[]): Promise<RunFacts[]> {
  const runs: RunFacts[] = []
  for (const event of await client.events(0, { kinds: ['AgreementRegistered'] })) {
    if (event.kind !== 'AgreementRegistered' || !event.parties.some((p) => own.some((account) => same(p, account))))
      continue
    const registered = await client.agreement(event.runId)
    const { state, anchors } = await client.runStatus(event.runId)
    if (registered === undefined || state === 'unknown') continue
    const { runId, agreement, signatures, height } = registered
    const digest = agreementDigest(client.networkId, agreement)
    runs.push({ runId, digest, parties: agreement.parties, signatures, height, state, anchors })
  }
  return runs
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Computed again from the stored bytes: a block that was altered on disk has another hash than the signed one. */
function blockHash(rlp: Uint8Array): Uint8Array {
  const [header] = fromRlp(rlp, 'hex') as [Parameters<typeof toRlp>[0]]
  return fromHex(keccak256(toRlp(header as never)))
}
