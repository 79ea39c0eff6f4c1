/**
 * The file of a backup. A line of JSON says how its key is made: argon2id over the passphrase. Then pieces of at most 1 MiB,
 * AES-256-GCM in the STREAM construction [HRRV15]: the nonce holds the number of the piece and whether it is the last, and
 * every piece authenticates the line; so pieces are neither changed, exchanged, left out nor cut off unseen. A salt and with
 * it a key is of one file only. Inside: for each file its path, mode and size as CBOR behind a length, then its bytes.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type Algorithm, hashRaw } from '@node-rs/argon2'
import { decodeCbor, encodeCbor, fromHex, toHex } from '@secureflow/base'
import { z } from 'zod'
import { backupErrors } from './errors.ts'

const magic = 'secureflow-backup'
const argon2id = 2 as Algorithm
const cost = { memoryKib: 128 << 10, passes: 3 } as const
const pieceBytes = 1 << 20
const tagBytes = 16
const maxHeaderBytes = 2000
const maxEntryBytes = 4000
const minPassphrase = 12

const header = z.strictObject({
  kind: z.literal(magic),
  version: z.literal(1),
  /** Whose node. */
  member: z.string().max(64),
  createdAt: z.number(),
  kdf: z.literal('argon2id'),
  // Bounds on what a file may ask of this machine, and a floor on the strength.
  memoryKib: z
    .number()
    .int()
    .min(64 << 10)
    .max(1 << 20),
  passes: z.number().int().min(2).max(20),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BackupHeader = z.infer<typeof header>

export interface Entry {
  /** Relative, with `/`. */
  path: string
  mode: number
  bytes: number
}
const entryForm = z.strictObject({
  path: z.string().max(1000),
  mode: z.number().int().min(0).max(0o777),
  bytes: z.number().int().nonnegative(),
})

export class ArchiveWriter {
  readonly #handle: FileHandle
  readonly #key: Buffer
  readonly #head: Buffer
  #pending: Buffer[] = []
  #pendingBytes = 0
  #piece = 0

  private constructor(handle: FileHandle, key: Buffer, head: Buffer) {
    this.#handle = handle
    this.#key = key
    this.#head = head
  }

  /** @throws BACKUP_FILE_EXISTS, BACKUP_PASSPHRASE */
  static async create(file: string, passphrase: string, member: string, now: number): Promise<ArchiveWriter> {
    if (passphrase.length < minPassphrase) throw backupErrors.BACKUP_PASSPHRASE({})
    const salt = toHex(new Uint8Array(randomBytes(32)))
    const said: BackupHeader = { kind: magic, version: 1, member, createdAt: now, kdf: 'argon2id', ...cost, salt }
    const head = Buffer.from(`${JSON.stringify(said)}\n`)
    const key = await keyOf(passphrase, said)
    const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST' ? backupErrors.BACKUP_FILE_EXISTS({ file }, { cause }) : cause
    })
    await handle.write(head)
    return new ArchiveWriter(handle, key, head)
  }

  /** Exactly `bytes` of content are taken: what a file grows meanwhile is left out, what it lost is filled with zeros. */
  async add(entry: Entry, content: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#write(framed(encodeCbor({ ...entry })))
    let left = entry.bytes
    for await (const part of content) {
      if (left === 0) break
      const taken = part.subarray(0, left)
      left -= taken.length
      await this.#write(taken)
    }
    for (; left > 0; left -= Math.min(left, pieceBytes)) await this.#write(Buffer.alloc(Math.min(left, pieceBytes)))
  }

  /** Durable when it resolves. */
  async finish(): Promise<void> {
    await this.#write(framed(new Uint8Array()))
    await this.#seal(Buffer.concat(this.#pending), true)
    await this.#handle.sync()
    await this.close()
  }

  async close(): Promise<void> {
    this.#key.fill(0)
    await this.#handle.close()
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#pending.push(Buffer.from(bytes))
    this.#pendingBytes += bytes.length
    // The last piece is never empty-handed: one whole piece stays back.
    while (this.#pendingBytes > pieceBytes) {
      const all = Buffer.concat(this.#pending)
      await this.#seal(all.subarray(0, pieceBytes), false)
      const rest = all.subarray(pieceBytes)
      this.#pending = [rest]
      this.#pendingBytes = rest.length
    }
  }

  async #seal(plain: Buffer, last: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#piece++, last))
    cipher.setAAD(this.#head)
    await this.#handle.write(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
  }
}

/** Everything in an archive, in order. `take` gets each file's bytes and reads them to the end. @throws BACKUP_* */
export async function readArchive(
  file: string,
  passphrase: string,
  take: (entry: Entry, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<BackupHeader> {
  const handle = await open(file, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw backupErrors.BACKUP_NOT_ONE({ file, reason: cause.code ?? 'unreadable' }, { cause })
  })
  try {
    const { head, said } = await readHeader(handle, file)
    const key = await keyOf(passphrase, said)
    const source = new Source(pieces(handle, head, key, file))
    const broken = () => backupErrors.BACKUP_NOT_OPENED({ file, place: 'inside' })
    for (;;) {
      const length = (await source.take(4, broken)).readUInt32LE()
      if (length === 0) break
      if (length > maxEntryBytes) throw broken()
      const parsed = entryForm.safeParse(decodeCbor(new Uint8Array(await source.take(length, broken)), 'entry'))
      if (!parsed.success || !isInside(parsed.data.path)) throw broken()
      await take(parsed.data, source.parts(parsed.data.bytes, broken))
    }
    await source.expectEnd(broken)
    key.fill(0)
    return said
  } finally {
    await handle.close()
  }
}

/** Whose it is and when it was made: what the file itself says, before any passphrase. @throws BACKUP_NOT_ONE */
async function readHeader(handle: FileHandle, file: string): Promise<{ head: Buffer; said: BackupHeader }> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxHeaderBytes), 0, maxHeaderBytes, 0)
  const end = buffer.subarray(0, bytesRead).indexOf(10)
  const head = buffer.subarray(0, end + 1)
  let json: unknown
  try {
    json = JSON.parse(head.toString('utf8'))
  } catch (cause) {
    throw backupErrors.BACKUP_NOT_ONE({ file, reason: 'no header' }, { cause })
  }
  const parsed = header.safeParse(json)
  if (!parsed.success)
    throw backupErrors.BACKUP_NOT_ONE({ file, reason: `header ${parsed.error.issues[0]!.path.join('.')}` })
  return { head: Buffer.from(head), said: parsed.data }
}

async function* pieces(handle: FileHandle, head: Buffer, key: Buffer, file: string): AsyncGenerator<Buffer> {
  const { size } = await handle.stat()
  let at = head.length
  for (let n = 0; ; n++) {
    const length = Math.min(pieceBytes + tagBytes, size - at)
    const last = at + length === size
    const place = `piece ${n}`
    if (length < tagBytes) throw backupErrors.BACKUP_NOT_OPENED({ file, place })
    const sealed = Buffer.alloc(length)
    await handle.read(sealed, 0, length, at)
    at += length
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(n, last))
    decipher.setAAD(head)
    decipher.setAuthTag(sealed.subarray(length - tagBytes))
    try {
      yield Buffer.concat([decipher.update(sealed.subarray(0, length - tagBytes)), decipher.final()])
    } catch (cause) {
      throw backupErrors.BACKUP_NOT_OPENED({ file, place }, { cause })
    }
    if (last) return
  }
}

/** Bytes in the order in which they come, by count. */
class Source {
  readonly #from: AsyncGenerator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(from: AsyncGenerator<Buffer>) {
    this.#from = from
  }

  async take(count: number, broken: () => Error): Promise<Buffer> {
    const parts: Buffer[] = []
    for await (const part of this.parts(count, broken)) parts.push(Buffer.from(part))
    return Buffer.concat(parts)
  }

  async *parts(count: number, broken: () => Error): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#held.length === 0) {
        const { value, done } = await this.#from.next()
        if (done) throw broken()
        this.#held = value
      }
      const part = this.#held.subarray(0, left)
      this.#held = this.#held.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  async expectEnd(broken: () => Error): Promise<void> {
    if (this.#held.length > 0 || !(await this.#from.next()).done) throw broken()
  }
}

function nonceOf(piece: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(piece, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

const keyOf = async (passphrase: string, { salt, memoryKib, passes }: BackupHeader): Promise<Buffer> =>
  Buffer.from(
    await hashRaw(passphrase.normalize('NFKC'), {
      ...{ algorithm: argon2id, memoryCost: memoryKib, timeCost: passes, parallelism: 1, outputLen: 32 },
      salt: fromHex(salt),
    }),
  )

function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** What an archive names is written below the folder that it is restored to, and nowhere else. */
const isInside = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part))
