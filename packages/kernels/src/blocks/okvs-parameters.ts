/**
 * Sizes of the oblivious key-value store, version 1. Every number here is public and both parties derive the same.
 *
 * | number | value | bound | source |
 * |---|---|---|---|
 * | columns an item | 3 sparse | - | [RR22] section 3 |
 * | e, g of a bin | from its capacity | peeling leaves more than g rows: 2^-λ' | [RR22] fit of λ, as in volepsi `PaxosParam` |
 * | binary dense columns | g + 40 | the rows left are dependent: 2^-40, given that any are left | [PRTY20] |
 * | items a bin | 2^14 on average | some bin overflows: 2^-40 over all bins | exact binomial tail |
 * | items a wide bin | 3·2^14 on average | the same; columns of a bin are counted in 16 bits | - |
 * | λ' | 40 + log2(bins) | all bins together: 2^-40 | union bound |
 *
 * A failed encoding is tried again under a fresh seed. `okvs-parameters.test.ts` recomputes each bound.
 */
export const okvsVersion = 1
export const statisticalSecurity = 40
export const okvsBinItems = 2 ** 14
/** Fewer columns in all (1.28 an item in place of 1.35), a bin of 1 MB in place of 0.35. */
export const okvsWideBinItems = 3 * 2 ** 14
/** The fit of [RR22] was made on larger sets; a smaller one gets the columns of this size. */
export const okvsLeastItems = 256

export interface OkvsShape {
  /** The most items that may be encoded. */
  readonly items: number
  readonly bins: number
  /** The most items of one bin. */
  readonly binItems: number
  /** Sparse columns of one bin. */
  readonly sparse: number
  /** How many rows peeling may leave in one bin. */
  readonly gap: number
  /** Binary dense columns of one bin: gap + 40. */
  readonly dense: number
  /** Columns of one bin. */
  readonly binColumns: number
  /** Length of an encoding, in blocks: bins · binColumns. */
  readonly columns: number
}

/** @param items 0 to 2^27 @param perBin  items a bin on average, at most `okvsWideBinItems` */
export function okvsShape(items: number, perBin: number = okvsBinItems): OkvsShape {
  if (!Number.isInteger(items) || items < 0 || items > 2 ** 27) throw new RangeError(`an OKVS of ${items} items`)
  const design = Math.max(items, okvsLeastItems)
  const bins = Math.ceil(design / perBin)
  const binItems = bins === 1 ? design : binCapacity(design, bins)
  const { expansion, gap } = sparseShape(binItems, statisticalSecurity + Math.log2(bins))
  const sparse = Math.ceil((expansion * binItems) / 1000)
  const dense = gap + statisticalSecurity
  return { items, bins, binItems, sparse, gap, dense, binColumns: sparse + dense, columns: bins * (sparse + dense) }
}

/** [RR22] for weight 3: the expansion in thousandths, rounded up, and the gap, for failure 2^-security. */
export function sparseShape(items: number, security: number): { expansion: number; gap: number } {
  const w = Math.log2(3)
  const slope = 2 ** (0.555 * Math.log2(items) + 0.093 * w ** 3 - 1.01 * w ** 2 + 2.925 * w - 0.133)
  const origin = -9.2 - 1.223 * slope
  const expansion = Math.ceil((1000 * (security - origin)) / slope)
  return { expansion, gap: Math.floor(security / Math.log2((expansion / 1000) * items)) }
}

/** The smallest c such that some of `bins` bins gets more than c of n items with probability at most 2^-40. */
export function binCapacity(n: number, bins: number): number {
  const most = -statisticalSecurity - Math.log2(bins)
  let [low, high] = [Math.floor(n / bins), n]
  while (low < high) {
    const middle = (low + high) >> 1
    if (log2Tail(n, bins, middle) <= most) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * log2 of an upper bound of Pr[Binomial(n, 1/bins) > c], c at or above the mean: its first term over (1 − ratio of the next
 * to it), as the ratios only fall.
 */
export function log2Tail(n: number, bins: number, c: number): number {
  const k = c + 1
  if (k > n) return Number.NEGATIVE_INFINITY
  const ratio = (n - k) / (k + 1) / (bins - 1)
  if (ratio >= 1) return 0
  const first =
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) - k * Math.log(bins) + (n - k) * Math.log1p(-1 / bins)
  return (first - Math.log1p(-ratio)) / Math.LN2
}

/** ln n! by Stirling's series: error below 1/(1260 n^5). */
function logFactorial(n: number): number {
  if (n < 10) return Math.log([1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880][n]!)
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3)
}
