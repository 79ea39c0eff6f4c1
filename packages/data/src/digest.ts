/** The version of a dataset: which bytes an agreement speaks of. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { readError } from './read.ts'

/** @returns SHA-256 of the file's bytes, 64 hexadecimal digits; streamed, in constant memory */
export async function datasetDigest(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  } catch (error) {
    throw readError(error, path)
  }
  return hash.digest('hex')
}
