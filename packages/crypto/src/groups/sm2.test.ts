/** The curve against OpenSSL; the hash to it, for which there is no standard, against RFC 9380 written out. */
import { createECDH, createHash, randomBytes } from 'node:crypto'
import { utf8 } from '@secureflow/base'
import { expect, test } from 'vitest'
import { loadSm2Group, loadSm2Suite, sm2Curve } from './sm2.ts'

const { p, n, a, b } = sm2Curve
const group = await loadSm2Group()
const { z: sm2Z } = await loadSm2Suite()
const mod = (x: bigint): bigint => ((x % p) + p) % p
const read = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const bytes32 = (x: bigint): Uint8Array => new Uint8Array(Buffer.from(x.toString(16).padStart(64, '0'), 'hex'))
const at = (bytes: Uint8Array, i: number) => bytes.subarray(32 * i, 32 * i + 32)

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let e = exponent, s = mod(base); e > 0n; e >>= 1n, s = mod(s * s)) if (e & 1n) result = mod(result * s)
  return result
}
const isSquare = (x: bigint): boolean => mod(x) === 0n || power(x, (p - 1n) / 2n) === 1n
const g = (x: bigint): bigint => mod(x * x * x + a * x + b)

test('multiples of the base point as OpenSSL has them', () => {
  const base = bytes32(sm2Curve.Gx)
  const ecdh = createECDH('SM2')
  const ofOpenSsl = (k: bigint): Uint8Array => {
    ecdh.setPrivateKey(bytes32(k))
    return new Uint8Array(ecdh.getPublicKey().subarray(1, 33))
  }
  for (const k of [1n, 2n, n - 2n, ...Array.from({ length: 8 }, () => read(randomBytes(31)))]) {
    const x = group.multiply(bytes32(k), base)
    expect(x).toEqual(ofOpenSsl(k))
    const j = read(randomBytes(31))
    expect(group.multiply(bytes32(j), x)).toEqual(ofOpenSsl((j * k) % n))
  }
})

/** RFC 9380 Appendix H.2: the first of 1, −1, 2, −2, ... that meets all four. */
test('Z is the one that RFC 9380 chooses', () => {
  const meets = (z: bigint): boolean =>
    !isSquare(z) && mod(z) !== p - 1n && !hasRoot(mod(z)) && isSquare(g(mod(b * power(z * a, p - 2n))))
  const candidates = Array.from({ length: 20 }, (_, i) => BigInt(i % 2 === 0 ? i / 2 + 1 : -(i + 1) / 2))
  expect(candidates.find(meets)).toBe(sm2Z)
})

/** Whether g(x) − z has a root: gcd(x^p − x, g(x) − z) is not 1. As a cubic it is irreducible otherwise. */
function hasRoot(z: bigint): boolean {
  const cubic = [mod(b - z), a, 0n, 1n]
  const times = (f: bigint[], h: bigint[]): bigint[] => {
    const product = new Array<bigint>(5).fill(0n)
    for (const [i, x] of f.entries()) for (const [j, y] of h.entries()) product[i + j] = mod(product[i + j]! + x * y)
    for (const d of [4, 3])
      for (let k = 0; k < 3; k++) product[d - 3 + k] = mod(product[d - 3 + k]! - product[d]! * cubic[k]!)
    return product.slice(0, 3)
  }
  let r = [1n, 0n, 0n]
  for (let e = p, s = [0n, 1n, 0n]; e > 0n; e >>= 1n, s = times(s, s)) if (e & 1n) r = times(r, s)
  const trim = (f: bigint[]): bigint[] => f.slice(0, f.findLastIndex((c) => c !== 0n) + 1)
  let [f, h] = [cubic, trim([r[0]!, mod(r[1]! - 1n), r[2]!])]
  while (h.length > 0) {
    const inverse = power(h.at(-1)!, p - 2n)
    while (f.length >= h.length) {
      const factor = mod(f.at(-1)! * inverse)
      const shift = f.length - h.length
      f = trim(f.map((c, i) => mod(c - factor * (h[i - shift] ?? 0n))))
    }
    ;[f, h] = [h, f]
  }
  return f.length > 1
}

/** RFC 9380 section 5.3.1 with SM3, and section 5.2 for two elements of 48 bytes. */
function hashToField(message: Uint8Array, dst: Uint8Array): bigint[] {
  const sm3 = (...parts: Uint8Array[]) => createHash('sm3').update(Buffer.concat(parts)).digest()
  const prime = Buffer.concat([dst, Uint8Array.of(dst.length)])
  const b0 = sm3(new Uint8Array(64), message, Uint8Array.of(0, 96, 0), prime)
  const blocks = [sm3(b0, Uint8Array.of(1), prime)]
  for (let i = 2; i <= 3; i++)
    blocks.push(
      sm3(
        b0.map((byte, k) => byte ^ blocks.at(-1)![k]!),
        Uint8Array.of(i),
        prime,
      ),
    )
  const uniform = Buffer.concat(blocks)
  return [mod(read(uniform.subarray(0, 48))), mod(read(uniform.subarray(48, 96)))]
}

/** RFC 9380 section 6.6.2, the definition. */
function simplifiedSwu(u: bigint): [bigint, bigint] {
  const zu2 = mod(sm2Z * u * u)
  const tv = power(zu2 * zu2 + zu2, p - 2n)
  const x1 = tv === 0n ? mod(b * power(sm2Z * a, p - 2n)) : mod(-b * power(a, p - 2n) * (1n + tv))
  const x = isSquare(g(x1)) ? x1 : mod(zu2 * x1)
  const y = power(g(x), (p + 1n) / 4n)
  return [x, (y & 1n) === (u & 1n) ? y : mod(-y)]
}

test('the hash is the construction written out, and lies on the curve', () => {
  const dst = utf8('some tag')
  const messages = [
    new Uint8Array(0),
    utf8('abc'),
    ...Array.from({ length: 20 }, () => new Uint8Array(randomBytes(32))),
  ]
  const hashed = group.hash(messages, dst)
  for (const [i, message] of messages.entries()) {
    const [[x0, y0], [x1, y1]] = hashToField(message, dst).map(simplifiedSwu) as [[bigint, bigint], [bigint, bigint]]
    const slope = mod((y1 - y0) * power(x1 - x0, p - 2n))
    const x = mod(slope * slope - x0 - x1)
    expect(read(at(hashed, i)), `message ${i}`).toBe(x)
    expect(isSquare(g(x))).toBe(true)
  }
})

test('a known answer: whoever builds this suite comes to the same points', () => {
  const hashed = group.hash([utf8('abc')], utf8('SM2_XMD:SM3_SSWU_RO_'))
  expect(Buffer.from(hashed).toString('hex')).toMatchInlineSnapshot(
    `"0027e15df2b00b3fc255c3ca7f4f2d598ee43f12801dedc64ca850c4a02cbd56"`,
  )
})
