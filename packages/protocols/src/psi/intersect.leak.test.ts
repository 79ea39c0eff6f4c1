/**
 * What the messages show besides the declared disclosures: nothing. `leaksOf` is the test; it accepts the protocol, and
 * rejects each mutant. The mutants change what the protocol stands on (randomness, the curve), so that its own code runs.
 */
import { type Curve25519, equalBytes, type Platform, type Rng, randomBytes, utf8 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { falseAlarmRate, occursIn, seededRng, shapeOf, sharedBlocks, uniformity } from '../testing/index.ts'
import type { Learns } from './functionality.ts'
import { ids, run } from './testing.ts'

const rows = 1400

/** A platform that remembers the scalars that it multiplied with. */
function watched(scalars: Uint8Array[], curve: Curve25519 = nodePlatform.curve25519): Platform {
  const multiply: Curve25519['multiply'] = (scalar, points) => {
    if (!scalars.some((known) => equalBytes(known, scalar))) scalars.push(scalar.slice())
    return curve.multiply(scalar, points)
  }
  return { ...nodePlatform, curve25519: { ...curve, multiply } }
}

interface Mutation {
  rng?: (party: string) => Rng
  curve?: Curve25519
}

/** Names of the leaks found in two runs on equal sets, sorted by id at both sides. */
async function leaksOf(mutation: Mutation = {}): Promise<Set<string>> {
  const leaks = new Set<string>()
  const left = ids(rows)
  const right = ids(rows)
  const scalars: Uint8Array[] = []
  const runs = []
  for (let i = 0; i < 2; i++)
    runs.push(await run(left, right, { platform: watched(scalars, mutation.curve), ...mutation }))
  const [first, second] = runs.map(({ mesh }) => mesh.transcript('bank-a', 'bank-b'))

  if (sharedBlocks(first!, second!, ['hello']).length > 0) leaks.add('a value of one run occurs in another')
  if (scalars.length !== 4) leaks.add('a scalar is used twice')

  for (const { mesh, left: leftRows, right: rightRows } of runs) {
    const transcript = mesh.transcript('bank-a', 'bank-b')
    const all = (tag: string) => Buffer.concat(transcript.filter((m) => m.tag === tag).map((m) => m.body))
    for (const tag of ['blinded', 'masked']) {
      const points = all(tag)
      const free = Uint8Array.from(points.filter((_, i) => i % 32 !== 31)) // the last byte is below 128
      if (uniformity(free, 31) < falseAlarmRate) leaks.add('masked points are not uniform')
    }
    if (leftRows.some((row, i) => left[row] !== right[rightRows[i]!]) || leftRows.length !== rows)
      leaks.add('the receiver learns another set')
    // All rows match, in the order of their tags: so the k-th smallest tag belongs to row leftRows[k].
    const evaluated = all('evaluated')
    const size = evaluated.length / rows
    const inBlinded = Array.from({ length: rows }, (_, i) => i).sort((a, b) =>
      Buffer.compare(evaluated.subarray(a * size, a * size + size), evaluated.subarray(b * size, b * size + size)),
    )
    const inMasked = new Uint32Array(Uint8Array.from(all('matches')).buffer)
    if (correlated(inBlinded, leftRows)) leaks.add('the order of the left rows shows')
    if (correlated(inMasked, rightRows)) leaks.add('the order of the right rows shows')
    if (correlated([...leftRows.keys()], leftRows)) leaks.add('the common order follows the rows')
    for (const id of [left[7]!, left[1399]!]) if (occursIn(transcript, utf8(id))) leaks.add('an id in clear')
    for (const scalar of scalars) if (occursIn(transcript, scalar)) leaks.add('a scalar in clear')
  }
  return leaks
}

/** Whether position and row go together: rank correlation beyond 5.2 standard deviations (false alarm once in 5,000,000). */
function correlated(positions: ArrayLike<number>, rowsThere: ArrayLike<number>): boolean {
  const n = rowsThere.length
  let distance = 0
  for (let i = 0; i < n; i++) distance += (positions[i]! - rowsThere[i]!) ** 2
  return Math.abs(1 - (6 * distance) / (n * (n * n - 1))) * Math.sqrt(n - 1) > 5.2
}

/** The real CSPRNG, except that what `replace` gives stands instead. */
const rngWith = (replace: (length: number) => Uint8Array | undefined): Rng => ({
  fill: (into) => into.set(replace(into.length) ?? randomBytes({ fill: nodePlatform.randomFill }, into.length)),
})

describe('leaks', () => {
  test('the protocol has none', async () => {
    expect(await leaksOf()).toEqual(new Set())
  })

  test('mutant: the randomness of one run used again', async () => {
    const leaks = await leaksOf({ rng: (party) => seededRng(nodePlatform, party) })
    expect(leaks).toContain('a value of one run occurs in another')
    expect(leaks).toContain('a scalar is used twice')
  })

  test('mutant: a scalar used again under a fresh nonce', async () => {
    const scalar = new Uint8Array(32).fill(7)
    const rng = () => {
      let draws = 0 // the nonce comes first, then the scalar
      return rngWith((length) => (length === 32 && ++draws === 2 ? scalar : undefined))
    }
    expect(await leaksOf({ rng })).toContain('a scalar is used twice')
  })

  test.each(['bank-a', 'bank-b'])('mutant: %s does not shuffle', async (mutant) => {
    // Fisher-Yates leaves every place as it is when the word drawn below `bound` is bound - 1.
    const unshuffled = (party: string) => {
      let bound = rows + 1
      return rngWith((length) => {
        if (party !== mutant || length !== 4 * 4096) return undefined
        return new Uint8Array(Uint32Array.from({ length: 4096 }, () => Math.max(0, --bound - 1)).buffer)
      })
    }
    const leaks = await leaksOf({ rng: unshuffled })
    expect(leaks).toContain(`the order of the ${mutant === 'bank-a' ? 'left' : 'right'} rows shows`)
  })

  test('mutant: the reply in another order than the question', async () => {
    const { fromUniform, multiply } = nodePlatform.curve25519
    const masked = new Set<string>() // what was multiplied once: under the other scalar it is a reply
    const key = (points: Uint8Array, at: number) => Buffer.from(points.subarray(at, at + 32)).toString('hex')
    const reversing: Curve25519 = {
      fromUniform,
      multiply(scalar, points) {
        const out = multiply(scalar, points)
        if (masked.has(key(points, 0)))
          return Uint8Array.from(out, (_, i) => out[out.length - 32 * Math.floor(i / 32) - 32 + (i % 32)]!)
        for (let at = 0; at < out.length; at += 32) masked.add(key(out, at))
        return out
      },
    }
    const leaks = await leaksOf({ curve: reversing })
    expect(leaks).toContain('the receiver learns another set')
  })

  test('mutant: points that are not masked', async () => {
    const biased: Curve25519 = {
      fromUniform: nodePlatform.curve25519.fromUniform,
      multiply: (scalar, points) =>
        nodePlatform.curve25519.multiply(scalar, points).map((b, i) => (i % 32 === 3 ? b >> 1 : b)),
    }
    expect(await leaksOf({ curve: biased })).toContain('masked points are not uniform')
  })
})

describe('shape', () => {
  const shape = async (left: string[], right: string[], learns: Learns) => {
    const { mesh } = await run(left, right, { learns })
    return shapeOf(
      mesh
        .transcript('bank-a', 'bank-b')
        .toSorted((a, b) => (a.direction < b.direction ? 1 : a.direction > b.direction ? -1 : 0)),
    )
  }

  test.each(['left', 'right', 'both'] as const)(
    'depends on row counts (and on matches where both learn): %s',
    async (learns) => {
      const common = await shape(ids(300), ids(400, 200), learns)
      const others = await shape(
        ids(300, 5000).map((id) => `${id} with a much longer text`),
        ids(400, 5200).map((id) => `${id} with a much longer text`),
        learns,
      )
      expect(others).toEqual(common)
      const disjoint = await shape(ids(300), ids(400, 300), learns)
      const without = (s: typeof common) => s.filter(([, tag]) => tag !== 'matches')
      expect(without(disjoint)).toEqual(without(common))
      if (learns !== 'both') expect(disjoint).toEqual(common)
    },
  )

  test('errors are the same whatever the rows are', async () => {
    const outcomes = []
    for (const right of [ids(20), ids(20, 20)]) {
      const error = await run(ids(20), right, { learnsRight: 'left' }).catch((e: unknown) => e)
      outcomes.push(String(error))
    }
    expect(outcomes[0]).toBe(outcomes[1])
  })
})
