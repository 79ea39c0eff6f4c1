/**
 * What one side keeps on disk so that a later attempt goes on: how its set was divided, and each bucket that is done, with
 * the name of the try that did it. Both sides must have the same try: results of two tries do not fit together.
 */
import {
  asSecureflowError,
  concat,
  decodeCbor,
  encodeCbor,
  equalBytes,
  type Logger,
  type Scratch,
} from '@secureflow/base'
import { psiErrors } from '../errors.ts'
import { bytesOf, wordsOf } from './divide.ts'
import { bucketsVersion } from './parameters.ts'

/** 16 bytes that name one try of one bucket at both sides. */
export const tryBytes = 16

export interface Division {
  /** 32 bytes that both sides have. */
  seed: Uint8Array
  /** Digest of what it was made for: the terms of both sides, and own items. */
  made: Uint8Array
  counts: Uint32Array
}

/** One bucket at the side that compares: own rows that match, and where their tags lay. Ascending positions. */
export interface Found {
  positions: Uint32Array
  rows: Uint32Array
  /** Malicious, where the other side learns too: digest of their second tags. */
  proof: Uint8Array
}

/** One bucket at the side that answers, where it learns too: own row of each tag, and malicious their second tags. */
export interface Said {
  order: Uint32Array
  second: Uint8Array
}

export class Checkpoints {
  readonly #scratch: Scratch
  readonly #logger: Logger

  constructor(scratch: Scratch, logger: Logger) {
    this.#scratch = scratch
    this.#logger = logger
  }

  /** The division that an earlier attempt left, where it was made for the same. */
  async division(made: Uint8Array): Promise<Division | undefined> {
    try {
      const bytes = await this.#scratch.read(divisionFile)
      if (bytes === undefined) return undefined
      const { version, counts, ...rest } = decodeCbor(bytes, divisionFile, {
        maxBytes: bytes.length,
      }) as unknown as Stored
      if (version !== bucketsVersion || !equalBytes(rest.made, made)) return undefined
      return { ...rest, counts: wordsOf(counts) }
    } catch (error) {
      this.#logger.warn({ code: asSecureflowError(error).code }, 'scratch of an earlier attempt is not used')
      return undefined
    }
  }

  /** Once the buckets are on disk. */
  keepDivision({ seed, made, counts }: Division): Promise<void> {
    const stored: Stored = { version: bucketsVersion, seed, made, counts: bytesOf(counts) }
    return this.#scratch.write(divisionFile, encodeCbor({ ...stored }))
  }

  /** @returns undefined where the bucket is not done, or what was kept cannot be read */
  async tryOf(bucket: number): Promise<Uint8Array | undefined> {
    try {
      return (await this.#scratch.read(doneFile(bucket)))?.slice(0, tryBytes)
    } catch (error) {
      this.#logger.warn({ bucket, code: asSecureflowError(error).code }, 'a bucket is compared again')
      return undefined
    }
  }

  keepFound(bucket: number, name: Uint8Array, { positions, rows, proof }: Found): Promise<void> {
    return this.#scratch.write(doneFile(bucket), concat(name, bytesOf(positions), bytesOf(rows), proof))
  }

  keepSaid(bucket: number, name: Uint8Array, { order, second }: Said): Promise<void> {
    return this.#scratch.write(doneFile(bucket), concat(name, bytesOf(order), second))
  }

  /** @param proofBytes 0 or 32 @throws PSI_SCRATCH_LOST, SCRATCH_* */
  async found(bucket: number, proofBytes: number): Promise<Found> {
    const { body } = await this.#kept(bucket)
    const matches = (body.length - proofBytes) / 8
    if (!Number.isInteger(matches) || matches < 0) throw psiErrors.PSI_SCRATCH_LOST({})
    const words = wordsOf(body.subarray(0, 8 * matches))
    const proof = body.subarray(8 * matches)
    return { positions: words.subarray(0, matches), rows: words.subarray(matches), proof }
  }

  /** @param tags how many the bucket has @throws PSI_SCRATCH_LOST, SCRATCH_* */
  async said(bucket: number, tags: number, secondBytes: number): Promise<Said & { name: Uint8Array }> {
    const { name, body } = await this.#kept(bucket)
    if (body.length !== (4 + secondBytes) * tags) throw psiErrors.PSI_SCRATCH_LOST({})
    return { name, order: wordsOf(body.subarray(0, 4 * tags)), second: body.subarray(4 * tags) }
  }

  async #kept(bucket: number): Promise<{ name: Uint8Array; body: Uint8Array }> {
    const bytes = await this.#scratch.read(doneFile(bucket))
    if (bytes === undefined || bytes.length < tryBytes) throw psiErrors.PSI_SCRATCH_LOST({})
    return { name: bytes.subarray(0, tryBytes), body: bytes.subarray(tryBytes) }
  }
}

interface Stored extends Omit<Division, 'counts'> {
  version: number
  counts: Uint8Array
}

const divisionFile = 'division'
const doneFile = (bucket: number): string => `done-${bucket}`

export const nothing = new Uint8Array(0)
