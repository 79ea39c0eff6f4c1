/**
 * Logistic regression on columns of several parties, on additive shares with a dealer.
 *
 * Source    SS-LR (SecretFlow, SPU), with a private fixed left factor, and the sigmoid in segments chosen by comparison.
 * Realises  gradient descent as in `plaintext.ts`; each party learns the weights of its own columns, the label party also
 *           the intercept; nothing else opens, but for one bit an epoch where early stop is on.
 * Security  semi-honest; the dealer must not collude with any data party.
 * Rounds    an iteration: 1 (w) + 1 (z: truncation and six comparisons) + 1 (carries) + 1 (bits·z) + 1 (err) + 1 (gradient).
 * Leaks     rows, columns, ranges as powers of two; to the dealer rows and columns.
 */
import { encodeCbor, utf8 } from '@secureflow/base'
import { loadRing64, type Ring64, type U64 } from '@secureflow/kernels'
import type { Session } from '@secureflow/protocols'
import {
  allOf,
  announce,
  type Correlation,
  dataParties,
  deal,
  dealerPart,
  type Factor,
  halves,
  lessThan,
  mpcErrors,
  multiplyBackward,
  multiplyForward,
  openBit,
  openToOwners,
  Party,
  piecewiseLinear,
  selectRows,
  shareFactor,
  truncate,
} from '@secureflow/protocols/mpc'
import { learningErrors } from '../errors.ts'
import { checkMass, checkProductRange, featureBits, precisionFor, rangeOf, weightBits, weightBound } from './fixed.ts'
import { batchesOf } from './order.ts'
import { batchesPerEpoch, checkLogisticParams, type LogisticParams } from './params.ts'
import { checkBlock, checkLabels } from './plaintext.ts'
import { type Course, correlationsOf, type Step, sigmoidOn, stepsOf } from './schedule.ts'

const labelPart = 'label'

export interface VerticalTraining {
  params: LogisticParams
  /** The agreed public seed of the order of rows. */
  seed: Uint8Array
  /** What a data party brings; the dealer brings nothing. */
  own?: OwnBlock
  /** Names of the three disclosures in the statement. Default `range`, `weights`, `epochs`. */
  disclosures?: { range: string; weights: string; epochs: string }
  /** For benches: the ring to compute on. */
  ring?: Ring64
}

export interface OwnBlock {
  rows: number
  columns: number
  /** Row-major, rows in the order that all parties share. */
  features: Float64Array
  /** 0 or 1 a row; at the label party alone. */
  label?: Float64Array
}

export interface OwnWeights {
  weights: Float64Array
  /** At the label party alone. */
  intercept?: number
  epochs: number
  /** Messages that had to wait for each other. */
  rounds: number
}

/** Of one party; memory is bounded by the ring's own limit. */
const mostColumns = 10_000

const names = { range: 'range', weights: 'weights', epochs: 'epochs' }

/** The part that the session gives: `dealer`, `label`, or any other for a feature party. @returns undefined at the dealer */
export async function trainVerticalLogistic(
  session: Session,
  training: VerticalTraining,
): Promise<OwnWeights | undefined> {
  checkLogisticParams(training.params)
  const ring = training.ring ?? (await loadRing64())
  if (session.part !== dealerPart) return trainOwn(session, training, ring)
  const course = (sizes: readonly number[]): Course => {
    const [rows = 0, ...columns] = sizes
    if (rows < 1 || columns.length !== dataParties(session).length || columns.some((c) => c < 1))
      throw mpcErrors.MPC_PLAN_MISMATCH({ what: 'table size' })
    const { params, seed } = training
    return { params, seed, rows, columns }
  }
  await onWipedMemory(ring, () =>
    deal(session, ring, digestOf(session, training), (sizes) => reporting(session, course(sizes))),
  )
  return undefined
}

/** The dealer's schedule, which tells how far it has come. */
function* reporting(session: Session, course: Course): Generator<Correlation> {
  const { rows, columns, params } = course
  const total = params.epochs * batchesPerEpoch(params, rows)
  const every = Math.ceil(total / 200)
  let done = 0
  for (const c of correlationsOf(course, { kind: 'factor', rows, columns })) {
    if (c.kind === 'forward' && (++done === total || done % every === 0))
      session.progress({ fraction: done / total, done, total, unit: 'iterations' })
    yield c
  }
}

function digestOf(session: Session, { params, seed }: VerticalTraining): Uint8Array {
  const parties = session.parties.map(({ id, part }) => [id, part])
  return session.platform.sha256(utf8('vertical-logistic 1:'), encodeCbor({ params, seed, parties }))
}

async function trainOwn(session: Session, training: VerticalTraining, ring: Ring64): Promise<OwnWeights> {
  const { params, seed, own, disclosures = names } = training
  if (own === undefined) throw new RangeError('a data party without data')
  const block = withIntercept(session, own)
  const { rows } = block
  const precision = precisionFor(params, rows)
  const epochs = Array.from({ length: params.shuffle ? params.epochs : 1 }, (_, epoch) => epoch)
  for (const epoch of epochs)
    checkMass(block.features, block.columns, batchesOf(epoch, rows, params, seed), precision.massBound)

  const range = rangeOf(block.features, block.columns)
  const heard = await announce(session, [rows, block.columns, range], disclosures.range)
  const blocks = dataParties(session).map((id) => {
    if (id === session.self) return { columns: block.columns, range }
    const [theirRows, theirColumns, theirRange] = heard.get(id)! as [number, number, number]
    if (theirRows !== rows)
      throw learningErrors.LEARNING_ROWS_DIFFER({ expected: rows, received: theirRows }, { party: id })
    if (theirColumns < 1 || theirColumns > mostColumns || theirRange < 1 || !Number.isInteger(Math.log2(theirRange)))
      throw mpcErrors.MPC_BAD_ANNOUNCEMENT({}, { party: id })
    return { columns: theirColumns, range: theirRange }
  })
  checkProductRange(blocks.map((b) => b.range))
  const columns = blocks.map((b) => b.columns)
  const course: Course = { params, seed, rows, columns }

  const { party, weights, ran } = await onWipedMemory(ring, async () => {
    const party = await Party.join(session, { digest: digestOf(session, training), sizes: [rows, ...columns] }, ring)
    const trainer = await Trainer.begin(party, course, block)
    const ran = await trainer.run(disclosures.epochs)
    const opened = await openToOwners(party, trainer.weights, columns, disclosures.weights)
    const weights = new Float64Array(opened.length)
    ring.decodeFixed(weights, opened, weightBits)
    if (params.earlyStop > 0 && party.leader)
      await session.gate.release({ disclosure: disclosures.epochs, to: session.playing(dealerPart)[0]!, count: 1 })
    await party.end()
    return { party, weights, ran }
  })
  if (!weights.every((w) => Math.abs(w) <= weightBound))
    throw learningErrors.LEARNING_DIVERGED({ bound: weightBound }, { party: session.self })
  const hasLabel = block.label !== undefined
  return {
    weights: hasLabel ? weights.slice(0, -1) : weights,
    ...(hasLabel ? { intercept: weights.at(-1)! } : {}),
    epochs: ran,
    rounds: 1 + party.rounds,
  }
}

/** Whatever `work` leaves in the ring's memory is wiped, also when it fails. */
async function onWipedMemory<T>(ring: Ring64, work: () => Promise<T>): Promise<T> {
  const mark = ring.mark()
  try {
    return await work()
  } finally {
    ring.release(mark)
  }
}

/** The label party's block gets a last column of ones, whose weight is the intercept. */
function withIntercept(session: Session, own: OwnBlock): OwnBlock {
  const { rows, columns, features, label } = own
  checkBlock(features, rows, columns)
  if ((session.part === labelPart) !== (label !== undefined))
    throw new RangeError('the label belongs to the label party')
  if (label === undefined) return own
  checkLabels(label)
  if (label.length !== rows) throw new RangeError(`${label.length} labels for ${rows} rows`)
  const wider = new Float64Array(rows * (columns + 1))
  for (let i = 0; i < rows; i++) {
    wider.set(features.subarray(i * columns, (i + 1) * columns), i * (columns + 1))
    wider[i * (columns + 1) + columns] = 1
  }
  return { rows, columns: columns + 1, features: wider, label }
}

class Trainer {
  readonly weights: U64
  readonly #party: Party
  readonly #course: Course
  readonly #matrix: Awaited<ReturnType<typeof shareFactor>>
  /** This party's share of the label: the label itself at its owner, 0 elsewhere. One column. */
  readonly #label: U64
  /** Where in all columns the intercept lies: it is not penalised. */
  readonly #intercept: number

  private constructor(party: Party, course: Course, matrix: Awaited<ReturnType<typeof shareFactor>>, label: U64) {
    this.#party = party
    this.#course = course
    this.#matrix = matrix
    this.#label = label
    this.weights = party.ring.zeros(course.columns.reduce((a, b) => a + b, 0))
    const owner = party.ids.indexOf(party.session.playing(labelPart)[0]!)
    this.#intercept = course.columns.slice(0, owner + 1).reduce((a, b) => a + b, 0) - 1
  }

  static async begin(party: Party, course: Course, block: OwnBlock): Promise<Trainer> {
    const { ring } = party
    const { errorBits } = precisionFor(course.params, course.rows)
    const label = ring.zeros(course.rows)
    const features = ring.zeros(block.features.length)
    if (block.label !== undefined) ring.encodeFixed(label, block.label, errorBits, 1)
    const range = rangeOf(block.features, block.columns)
    const refused = ring.encodeFixed(features, block.features, featureBits, range)
    if (refused > 0) throw mpcErrors.MPC_OUT_OF_RANGE({ count: refused, label: 'features', limit: range })
    const shape: Factor = { kind: 'factor', rows: course.rows, columns: course.columns }
    return new Trainer(party, course, await shareFactor(party, shape, features), label)
  }

  /** @returns how many epochs ran */
  async run(disclosure: string): Promise<number> {
    const { session, ring } = this.#party
    const { params, rows } = this.#course
    const total = params.epochs * batchesPerEpoch(params, rows)
    const reportEvery = Math.ceil(total / 200)
    const before = ring.zeros(this.weights.length)
    let done = 0
    for (let epoch = 0; epoch < params.epochs; epoch++) {
      before.set(this.weights)
      for (const step of stepsOf(this.#course, epoch)) {
        session.signal.throwIfAborted()
        await this.#iterate(step)
        if (++done === total || done % reportEvery === 0)
          session.progress({ fraction: done / total, done, total, unit: 'iterations' })
      }
      if (params.earlyStop > 0 && (await this.#isStill(before, disclosure))) return epoch + 1
    }
    return params.epochs
  }

  /** w ← w − rate·(X_Sᵀ·(σ(X_S·w) − y_S)/b + l2·w) */
  async #iterate({ rows, step, decayStep, bits }: Step): Promise<void> {
    const party = this.#party
    const { ring } = party
    const { weights } = this
    const mark = ring.mark()
    const batch = selectRows(party, this.#matrix, rows)
    const z = ring.zeros(rows.length)
    await multiplyForward(party, z, batch, weights)
    const err = ring.zeros(rows.length)
    await piecewiseLinear(party, err, z, sigmoidOn(precisionFor(this.#course.params, this.#course.rows)))
    const y = ring.zeros(rows.length)
    ring.gatherRows(y, this.#label, rows, 1)
    ring.sub(err, err, y)
    const change = ring.zeros(weights.length)
    await multiplyBackward(party, change, batch, err)
    ring.scale(change, change, step)
    const penalty = ring.zeros(weights.length)
    ring.scale(penalty, weights, decayStep)
    penalty[this.#intercept] = 0n
    ring.add(change, change, penalty)
    await truncate(party, change, change, bits)
    ring.sub(weights, weights, change)
    ring.release(mark)
  }

  /** Whether |w − before| < earlyStop for every weight: one bit, opened to all data parties. */
  async #isStill(before: U64, disclosure: string): Promise<boolean> {
    const party = this.#party
    const { ring } = party
    const columns = before.length
    const mark = ring.mark()
    const moves = ring.zeros(2 * columns)
    const [up, down] = [moves.subarray(0, columns), moves.subarray(columns)]
    ring.sub(up, this.weights, before)
    ring.sub(down, before, this.weights)
    const tolerance = BigInt(Math.round(this.#course.params.earlyStop * 2 ** weightBits))
    const small = await lessThan(party, moves, tolerance)
    const still = await openBit(party, await allOf(party, halves(small), moves.length), disclosure)
    ring.release(mark)
    return still
  }
}
