/**
 * The description of an asset (DDO): canonical JSON whose SHA-256 stands on the ledger as the token's manifest hash and
 * storage reference. Everything that the token commits to can be computed from it, the token's id included. Who owns it now,
 * its state and its terms are not in it: those change, and the ledger tells them.
 */
import { z } from 'zod'
import type { JsonValue } from './canonical-json.ts'
import { tableSchema } from './dataset.ts'

/** Bytes of one description. */
export const maxDescriptionBytes = 1 << 20

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .max(2 * 65_536)
const line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'one line of text')
const count = z.number().int().nonnegative()
const memberName = z.string().regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/)
const json: z.ZodType<JsonValue, JsonValue> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string().max(10_000),
    z.array(json).max(1000),
    z.record(z.string().max(200), json),
  ]),
)
export const jsonObject = z.record(z.string().max(200), json)
export const assetName = z.string().regex(/^[A-Za-z][\w.-]{0,63}$/)
export const assetTag = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,39}$/u, 'letters, digits, _ . : - (40 at most)')

/** As a person gives it. */
export const assetMetadata = z.strictObject({
  title: line.optional(),
  description: z.string().max(10_000).optional(),
  tags: z.array(assetTag).max(30).optional(),
  /** SPDX expression or a name. */
  licence: line.optional(),
})

const dataset = z.strictObject({
  form: z.literal('dataset'),
  rows: count,
  schema: tableSchema,
  idColumn: line,
  labelColumn: line.optional(),
  /** SHA-256 of the file. */
  digest,
})

const flowStep = z.strictObject({
  step: line,
  component: line,
  version: count,
  /** Digest of the step as written, with the version of its component. */
  hash: digest,
  /** Children whose data reaches this step. */
  touches: z.array(digest).max(64),
})

const flow = z.strictObject({
  form: z.literal('flow'),
  flowHash: digest,
  purpose: line,
  parties: z.array(z.strictObject({ alias: line, member: line })).max(64),
  steps: z.array(flowStep).max(200),
  /** What it reads, and which child that is, where it was known. */
  reads: z.array(z.strictObject({ step: line, party: line, asset: line, child: digest.optional() })).max(200),
  /** As a person writes it; absent where it is among the private fields. */
  text: z
    .string()
    .max(256 * 1024)
    .optional(),
})

const model = z.strictObject({
  form: z.literal('model'),
  run: digest,
  flow: line,
  flowHash: digest,
  step: line,
  component: line,
  version: count,
  params: jsonObject,
  /** Members that hold a share of it. */
  holders: z.array(memberName).max(64),
  /** Salted commitment of the creator's share, as in its receipt. */
  commitment: digest,
  /** What it was trained on, in the words of the agreement. */
  trainedOn: z.array(z.strictObject({ id: digest, name: line, owner: line, token: digest.optional() })).max(256),
})

const compute = z.strictObject({
  form: z.literal('compute'),
  /** Components that run there; absent: all. */
  components: z.array(line).max(200).optional(),
  cores: count.optional(),
  memoryBytes: count.optional(),
})

/** Nothing but its children. */
const composition = z.strictObject({ form: z.literal('composition') })

const content = z.discriminatedUnion('form', [dataset, flow, model, compute, composition])

/** Fields for grantees only: AES-256-GCM under a key of its own, which each grantee gets sealed to its public key. */
const sealedFields = z.strictObject({
  nonce: z.string().regex(/^[0-9a-f]{24}$/),
  /** With the tag at its end. */
  ciphertext: hex,
  /** Of the key, so that nobody can be given another key that opens to something else. */
  keyCommitment: digest,
})

export const ddo = z.strictObject({
  v: z.literal(1),
  kind: z.enum(['dataset', 'flow', 'model', 'compute']),
  name: assetName,
  /** Ledger account that minted the token. */
  creator: z.string().regex(/^0x[0-9a-f]{40}$/),
  /** Milliseconds since the epoch. */
  created: count,
  /** Random: without it the hash would let anyone who guesses the content confirm it. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  metadata: z.strictObject({
    title: line,
    description: z.string().max(10_000),
    tags: z.array(assetTag).max(30),
    licence: line,
  }),
  content,
  /** Where it is served, if not by its owner's node. */
  endpoint: line.optional(),
  /** Whatever else its users should know. */
  parameters: jsonObject,
  /** Tokens, ascending. */
  children: z.array(digest).max(63),
  /** Token that this is a new version of. */
  previous: digest.optional(),
  private: sealedFields.optional(),
})

export type Ddo = z.output<typeof ddo>
export type DdoContent = Ddo['content']
