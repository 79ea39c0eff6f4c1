/**
 * What the messages of rr22 show besides row counts and, where both learn, the matches: nothing. `leaksOf` accepts the
 * protocol and rejects each mutant; mutants change what the protocol stands on (randomness), so that its own code runs.
 */
import { type Rng, randomBytes, utf8 } from '@secureflow/base'
import { nodePlatform } from '@secureflow/platform'
import { describe, expect, test } from 'vitest'
import { falseAlarmRate, occursIn, seededRng, shapeOf, sharedBlocks, uniformity } from '../../testing/index.ts'
import { ids, run } from '../testing.ts'

const rows = 1400
const protocols = ['rr22', 'rr22-low', 'rr22-malicious'] as const

async function leaksOf(protocol: (typeof protocols)[number], rng?: (party: string) => Rng): Promise<Set<string>> {
  const leaks = new Set<string>()
  const [left, right] = [ids(rows), ids(rows)]
  const runs = []
  for (let i = 0; i < 2; i++) runs.push(await run(left, right, { protocol, ...(rng === undefined ? {} : { rng }) }))
  const [first, second] = runs.map(({ mesh }) => mesh.transcript('bank-a', 'bank-b'))
  // The bitmap of equal sets is all ones in both.
  if (sharedBlocks(first!, second!, ['hello', 'matches']).length > 0) leaks.add('a value of one run occurs in another')
  for (const { mesh, left: leftRows, right: rightRows } of runs) {
    const transcript = mesh.transcript('bank-a', 'bank-b')
    const all = (tag: string) => Buffer.concat(transcript.filter((m) => m.tag === tag).map((m) => m.body))
    for (const [tag, stride] of [
      ['encoded', protocol === 'rr22-low' ? 10 : 16],
      ['ot-u', 16],
      ['vole-sums', 16],
      ['tags', 1],
    ] as const)
      if (uniformity(all(tag), stride) < falseAlarmRate) leaks.add(`${tag} is not uniform`)
    if (leftRows.some((row, i) => left[row] !== right[rightRows[i]!]) || leftRows.length !== rows)
      leaks.add('the receiver learns another set')
    // All rows match, in the order of their tags: so the k-th smallest tag belongs to row rightRows[k] of the sender.
    const tags = all('tags')
    const size = tags.length / rows
    const places = Array.from({ length: rows }, (_, i) => i).sort(
      (a, b) => tags.readUInt32LE(size * a) - tags.readUInt32LE(size * b),
    )
    if (correlated(places, rightRows)) leaks.add('the order of the sender’s rows shows')
    if (correlated([...leftRows.keys()], leftRows)) leaks.add('the common order follows the rows')
    for (const id of [left[7]!, left[1399]!]) if (occursIn(transcript, utf8(id))) leaks.add('an id in clear')
  }
  return leaks
}

/** Rank correlation beyond 5.2 standard deviations: a false alarm once in 5,000,000. */
function correlated(positions: ArrayLike<number>, rowsThere: ArrayLike<number>): boolean {
  const n = rowsThere.length
  let distance = 0
  for (let i = 0; i < n; i++) distance += (positions[i]! - rowsThere[i]!) ** 2
  return Math.abs(1 - (6 * distance) / (n * (n * n - 1))) * Math.sqrt(n - 1) > 5.2
}

describe.each(protocols)('%s', (protocol) => {
  test('has no leak', async () => {
    expect(await leaksOf(protocol)).toEqual(new Set())
  })

  test('mutant: the randomness of one run used again', async () => {
    const leaks = await leaksOf(protocol, (party) => seededRng(nodePlatform, party))
    expect(leaks).toContain('a value of one run occurs in another')
  })

  test('mutant: the sender does not shuffle', async () => {
    // Fisher-Yates leaves every place as it is when the word drawn below `bound` is bound - 1.
    const unshuffled = (party: string): Rng => {
      let bound = rows + 1
      return {
        fill(into) {
          const words =
            party === 'bank-b' && into.length === 4 * 4096
              ? new Uint8Array(Uint32Array.from({ length: 4096 }, () => Math.max(0, --bound - 1)).buffer)
              : randomBytes({ fill: nodePlatform.randomFill }, into.length)
          into.set(words)
        },
      }
    }
    expect(await leaksOf(protocol, unshuffled)).toContain('the order of the sender’s rows shows')
  })

  test('shapes depend on row counts alone, whatever the ids and however many match', async () => {
    const shapes: ReturnType<typeof shapeOf>[] = []
    for (const right of [ids(300), ids(300, 300), ids(300, 150).map((id) => `${id}-with-a-much-longer-name`)]) {
      const { mesh } = await run(ids(200), right, { protocol, learns: 'left' })
      shapes.push(shapeOf(mesh.transcript('bank-a', 'bank-b')).filter(([, tag]) => tag !== 'hello'))
    }
    const byDirection = (shape: (typeof shapes)[0]) =>
      ['sent', 'received'].map((way) => shape.filter(([d]) => d === way))
    for (const shape of shapes) expect(byDirection(shape)).toEqual(byDirection(shapes[0]!))
  })
})
