/**
 * Scratch files in one folder, each sealed piece by piece (AES-256-GCM) under a key of its own: made from the key of the
 * task, which is never on the disk, the name and a nonce. Open to the account of the node alone (0600).
 *
 *     nonce (16 bytes), then for each piece: length u32 little-endian, ciphertext, tag (16 bytes)
 *
 * A piece is bound to its place and to whether more may follow: pieces cannot be exchanged, and a file that `write` left
 * cannot be cut.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scratch, SecureflowError } from '@secureflow/base'
import { platformErrors } from './errors.ts'

const nonceBytes = 16
const tagBytes = 16
const megabyte = 2 ** 20

/** @param key  32 secret bytes, the same for every attempt of the task */
export function fileScratch(folder: string, key: Uint8Array): Scratch {
  const growing = new Map<string, GrowingFile>()
  const pathOf = (name: string): string => {
    if (!/^[a-z0-9-]{1,40}$/.test(name)) throw new RangeError(`scratch file ${name}`)
    return join(folder, name)
  }
  const close = async (): Promise<void> => {
    const files = [...growing.values()]
    growing.clear()
    await Promise.all(files.map((file) => file.close()))
  }
  return {
    append: (name, bytes) =>
      told(async () => {
        const file = growing.get(name) ?? new GrowingFile(folder, pathOf(name), name, key)
        growing.set(name, file)
        await file.append(bytes)
      }),
    finish: () =>
      told(async () => {
        await Promise.all([...growing.values()].map((file) => file.sync()))
        await close()
      }),
    write: (name, bytes) =>
      told(async () => {
        await growing.get(name)?.close()
        growing.delete(name)
        const nonce = randomBytes(nonceBytes)
        const next = `${pathOf(name)}.new`
        await rm(next, { force: true })
        await makeFolder(folder)
        {
          await using file = await openNew(next)
          await file.writeFile(Buffer.concat([nonce, ...sealed(fileKey(key, name, nonce), bytes, 0, true)]))
          await file.sync()
        }
        await rename(next, pathOf(name))
        await using there = await open(folder)
        await there.sync()
      }),
    read: (name) =>
      told(async () => {
        await growing.get(name)?.written()
        await using file = await open(pathOf(name), constants.O_RDONLY | constants.O_NOFOLLOW).catch(absent)
        return file && (await opened(key, name, file))
      }),
    clear: () =>
      told(async () => {
        await close()
        await rm(folder, { recursive: true, force: true })
      }),
    expectRoom: (bytes) =>
      told(async () => {
        await makeFolder(folder)
        const { bavail, bsize } = await statfs(folder)
        const free = bavail * bsize + (await sizeOf(folder))
        if (free < bytes)
          throw platformErrors.SCRATCH_FULL({ needed: Math.ceil(bytes / megabyte), free: Math.floor(free / megabyte) })
      }),
  }
}

/** A file that pieces are added to, one after the other. */
class GrowingFile {
  readonly #key: Buffer
  readonly #file: Promise<FileHandle>
  #pieces = 0
  #last: Promise<unknown>

  constructor(folder: string, path: string, name: string, key: Uint8Array) {
    const nonce = randomBytes(nonceBytes)
    this.#key = fileKey(key, name, nonce)
    this.#file = makeFolder(folder).then(() => openNew(path))
    this.#last = this.#file.then((file) => file.writeFile(nonce))
    this.#last.catch(() => {}) // whoever appends hears of it
  }

  append(bytes: Uint8Array): Promise<void> {
    const piece = Buffer.concat(sealed(this.#key, bytes, this.#pieces++, false))
    const written = this.#last.then(async () => (await this.#file).writeFile(piece)) // goes on where the last one ended
    this.#last = written
    written.catch(() => {})
    return written
  }

  async written(): Promise<void> {
    await this.#last
  }

  async sync(): Promise<void> {
    await this.#last
    await (await this.#file).sync()
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    const file = await this.#file.catch(() => undefined)
    await file?.close()
  }
}

/** Never through a link, never over a file that is there. */
const openNew = (path: string): Promise<FileHandle> =>
  open(path, constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY, 0o600)

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder)).map((name) => stat(join(folder, name)))
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0)
}

const makeFolder = (folder: string): Promise<unknown> => mkdir(folder, { recursive: true, mode: 0o700 })

const fileKey = (key: Uint8Array, name: string, nonce: Uint8Array): Buffer =>
  createHash('sha256').update('secureflow/scratch-file/1').update(key).update(nonce).update(name).digest()

/** The number of the piece, and whether it is the last. */
function pieceNonce(piece: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(0, piece, true)
  nonce[11] = last ? 1 : 0
  return nonce
}

function sealed(key: Buffer, bytes: Uint8Array, piece: number, last: boolean): Uint8Array[] {
  const cipher = createCipheriv('aes-256-gcm', key, pieceNonce(piece, last))
  const text = cipher.update(bytes)
  cipher.final()
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return [length, text, cipher.getAuthTag()]
}

/** Piece by piece, so that a large file is in memory once. */
async function opened(key: Uint8Array, name: string, file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat()
  let left = size
  const next = async (length: number): Promise<Buffer> => {
    if (length > left) throw platformErrors.SCRATCH_DAMAGED({})
    left -= length
    const part = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(part, at, length - at)
      if (bytesRead === 0) throw platformErrors.SCRATCH_DAMAGED({})
      at += bytesRead
    }
    return part
  }
  const own = fileKey(key, name, await next(nonceBytes))
  const all = new Uint8Array(size)
  let length = 0
  for (let piece = 0; left > 0; piece++) {
    const text = await next((await next(4)).readUInt32LE())
    const tag = await next(tagBytes)
    // What `write` left is one piece and the last; what was appended has none that says so: its user knows how much it is.
    const plain =
      unsealed(own, text, tag, pieceNonce(piece, false)) ??
      (piece === 0 && left === 0 ? unsealed(own, text, tag, pieceNonce(0, true)) : undefined)
    if (plain === undefined) throw platformErrors.SCRATCH_DAMAGED({})
    all.set(plain, length)
    length += plain.length
  }
  return all.subarray(0, length)
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function unsealed(key: Buffer, text: Uint8Array, tag: Buffer, nonce: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
  decipher.setAuthTag(tag)
  const plain = decipher.update(text)
  try {
    decipher.final()
    return plain
  } catch {
    return undefined
  }
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof SecureflowError || cause instanceof RangeError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
      throw platformErrors.SCRATCH_FULL({ needed: 'more', free: 0 }, { cause })
    throw platformErrors.SCRATCH_UNWRITABLE({ reason: code ?? 'unknown' }, { cause })
  }
}
