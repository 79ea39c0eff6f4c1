/** What leak tests ask of transcripts. */
import type { Transcript } from '@secureflow/channel'

/** What an onlooker sees without reading: direction, tag and size of every message. */
export function shapeOf(transcript: Transcript): [direction: string, tag: string, bytes: number][] {
  return transcript.map(({ direction, tag, body }) => [direction, tag, body.length])
}

const blockBytes = 16

/**
 * Blocks of 16 bytes that occur in both transcripts (aligned in `a`, anywhere in `b`). Two runs with fresh randomness share
 * none: by chance a block recurs with a probability below 2^-80 in transcripts of 16 MB.
 * @param publicTags  messages that hold public parameters only, equal in every run
 */
export function sharedBlocks(a: Transcript, b: Transcript, publicTags: readonly string[] = []): string[] {
  const secret = (t: Transcript) => t.filter(({ tag }) => !publicTags.includes(tag))
  const blocks = new Set<string>()
  for (const { body } of secret(a)) {
    const text = latin1(body)
    for (let at = 0; at + blockBytes <= text.length; at += blockBytes) blocks.add(text.slice(at, at + blockBytes))
  }
  const found = new Set<string>()
  for (const { body } of secret(b)) {
    const text = latin1(body)
    for (let at = 0; at + blockBytes <= text.length; at++) {
      const block = text.slice(at, at + blockBytes)
      if (blocks.has(block)) found.add(block)
    }
  }
  return [...found].map((block) => [...block].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(''))
}

/** Whether these bytes occur in any message. */
export function occursIn(transcript: Transcript, bytes: Uint8Array): boolean {
  const needle = latin1(bytes)
  return transcript.some(({ body }) => latin1(body).includes(needle))
}

function latin1(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return out
}

/** A test that rejects when `uniformity(...) < falseAlarmRate` is wrong about truly uniform bytes once in a million runs. */
export const falseAlarmRate = 1e-6

/**
 * Chi-square test that bytes are uniform, one for each position modulo `stride`, so that a biased byte of a word does not
 * drown among the others.
 * @param stride  8 for elements of Z_2^64; 32 for points (give the bytes without their last, which is below 128)
 * @returns the p-value: the smallest of the positions times their number (Bonferroni), at most 1
 */
export function uniformity(bytes: Uint8Array, stride = 1): number {
  const samples = Math.floor(bytes.length / stride)
  if (samples < 5 * 256) throw new RangeError(`${samples} samples a position: the test needs at least 1,280`)
  let smallest = 1
  for (let position = 0; position < stride; position++) {
    const counts = new Float64Array(256)
    for (let i = 0; i < samples; i++) counts[bytes[i * stride + position]!]! += 1
    const expected = samples / 256
    const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
    smallest = Math.min(smallest, upperGamma(255 / 2, statistic / 2))
  }
  return Math.min(1, smallest * stride)
}

/** Q(a, x), the regularised upper incomplete gamma function: series below a + 1, continued fraction above. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n)
      sum += term
    }
    return Math.max(0, 1 - scale * sum)
  }
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < 1e-15) break
  }
  return scale * h
}

/** Stirling's series, after moving the argument above 20. */
function logGamma(z: number): number {
  let shift = 0
  let x = z
  while (x < 20) shift += Math.log(x++)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3) - shift
}
