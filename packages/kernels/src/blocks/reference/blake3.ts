/** BLAKE3 in keyed mode, first 16 bytes of output. Source: [BLAKE3] section 2; any length. */
import { words } from './field128.ts'

const iv = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]
const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
const flags = { chunkStart: 1, chunkEnd: 2, parent: 4, root: 8, keyed: 16 }
const blockBytes = 64
const chunkBytes = 1024

export function keyedBlake3(input: Uint8Array, key: Uint8Array): Uint8Array {
  const k = words(key.slice())
  const out = new Uint8Array(16)
  words(out).set(node(input, k, 0, flags.root).subarray(0, 4))
  return out
}

/** Chaining value of a subtree that begins at a chunk; the left part of a tree is the largest power of two of chunks. */
function node(input: Uint8Array, key: Uint32Array, firstChunk: number, root: number): Uint32Array {
  if (input.length <= chunkBytes) return chunk(input, key, firstChunk, root)
  const chunks = Math.ceil(input.length / chunkBytes)
  const left = 2 ** Math.floor(Math.log2(chunks - 1))
  const message = new Uint32Array(16)
  message.set(node(input.subarray(0, left * chunkBytes), key, firstChunk, 0))
  message.set(node(input.subarray(left * chunkBytes), key, firstChunk + left, 0), 8)
  return compress(key, message, 0, blockBytes, flags.parent | flags.keyed | root)
}

function chunk(input: Uint8Array, key: Uint32Array, counter: number, root: number): Uint32Array {
  const blocks = Math.max(1, Math.ceil(input.length / blockBytes))
  let value = key
  for (let b = 0; b < blocks; b++) {
    const block = new Uint8Array(blockBytes)
    const part = input.subarray(b * blockBytes, (b + 1) * blockBytes)
    block.set(part)
    const first = b === 0 ? flags.chunkStart : 0
    const last = b === blocks - 1 ? flags.chunkEnd | root : 0
    value = compress(value, words(block), counter, part.length, first | last | flags.keyed)
  }
  return value
}

function compress(value: Uint32Array, block: Uint32Array, counter: number, length: number, flag: number): Uint32Array {
  const v = new Uint32Array(16)
  v.set(value.subarray(0, 8))
  v.set(iv.slice(0, 4), 8)
  v.set([counter, Math.floor(counter / 2 ** 32), length, flag], 12)
  let m = block
  for (let round = 0; round < 7; round++) {
    for (let i = 0; i < 4; i++) mix(v, i, 4 + i, 8 + i, 12 + i, m[2 * i]!, m[2 * i + 1]!)
    for (let i = 0; i < 4; i++)
      mix(v, i, 4 + ((i + 1) & 3), 8 + ((i + 2) & 3), 12 + ((i + 3) & 3), m[8 + 2 * i]!, m[9 + 2 * i]!)
    const last = m
    m = Uint32Array.from(permutation, (from) => last[from]!)
  }
  for (let i = 0; i < 8; i++) v[i]! ^= v[i + 8]!
  return v.subarray(0, 8)
}

function mix(v: Uint32Array, a: number, b: number, c: number, d: number, x: number, y: number): void {
  const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by))
  v[a] = v[a]! + v[b]! + x
  v[d] = turn(v[d]! ^ v[a]!, 16)
  v[c] = v[c]! + v[d]!
  v[b] = turn(v[b]! ^ v[c]!, 12)
  v[a] = v[a]! + v[b]! + y
  v[d] = turn(v[d]! ^ v[a]!, 8)
  v[c] = v[c]! + v[d]!
  v[b] = turn(v[b]! ^ v[c]!, 7)
}
