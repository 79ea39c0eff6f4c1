/** The Platform of Node.js: node:crypto for AES and SHA-256, libsodium (sodium-native) for Curve25519. */
import { createCipheriv, createHash, randomFillSync } from 'node:crypto'
import type { BlockCipher, HashStream, Keystream, Platform } from '@secureflow/base'
import { fromUniform, multiply } from './curve25519.ts'
import { edwards25519 } from './edwards25519.ts'
import { multiplyX } from './p256.ts'
import { nodeWorkers } from './workers.ts'

/** Larger buffers fall out of the cache and halve the speed (measured: 64 to 256 KB is best). */
const chunkBytes = 128 * 1024
const zeros = new Uint8Array(chunkBytes)

export const nodePlatform: Platform = {
  name: 'node',
  randomFill(into) {
    randomFillSync(into)
  },
  aesCtr(key, counter = 0n): Keystream {
    const iv = new Uint8Array(16)
    const view = new DataView(iv.buffer)
    view.setBigUint64(0, counter >> 64n, false)
    view.setBigUint64(8, counter, false)
    const cipher = createCipheriv('aes-128-ctr', key, iv)
    return {
      fill(into) {
        for (let at = 0; at < into.length; at += chunkBytes) {
          const n = Math.min(chunkBytes, into.length - at)
          into.set(cipher.update(n === chunkBytes ? zeros : zeros.subarray(0, n)), at)
        }
      },
    }
  },
  aesBlocks(key): BlockCipher {
    const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
    return {
      encrypt(into, from) {
        if (into.length !== from.length || from.length % 16 !== 0)
          throw new RangeError(`${from.length} bytes into ${into.length}, expected whole blocks`)
        for (let at = 0; at < from.length; at += chunkBytes)
          into.set(cipher.update(from.subarray(at, at + chunkBytes)), at)
      },
    }
  },
  sha256(...parts) {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return new Uint8Array(hash.digest())
  },
  sha256Stream(): HashStream {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.copy().digest()) }
  },
  curve25519: { fromUniform, multiply },
  edwards25519,
  p256: { multiply: multiplyX },
  workers: nodeWorkers,
}
