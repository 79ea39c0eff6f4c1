/** Which items of a long list are in view. */

interface Window {
  first: number
  /** One behind the last. */
  last: number
  /** Where the first lies. */
  offset: number
  /** How long the list is drawn. */
  pixels: number
}

interface Scrolled {
  total: number
  /** Of one item, pixels. */
  size: number
  /** How long a list may be drawn. */
  max: number
  scroll: number
  view: number
}

const spare = 4

export function visible({ total, size, max, scroll, view }: Scrolled): Window {
  const full = total * size
  const pixels = Math.min(full, max)
  const fits = Math.ceil(view / size)
  // A list that is drawn shorter than it is moves in proportion.
  const furthest = Math.max(0, pixels - view)
  const at = furthest === 0 ? 0 : (Math.min(Math.max(scroll, 0), furthest) / furthest) * Math.max(0, full - view)
  const first = Math.max(0, Math.floor(at / size) - spare)
  const last = Math.min(total, Math.floor(at / size) + fits + spare)
  return { first, last, offset: Math.min(Math.max(scroll, 0), furthest) - (at - first * size), pixels }
}

export const piecesOf = ({ first, last }: Pick<Window, 'first' | 'last'>, size: number): number[] => {
  const pieces: number[] = []
  for (let p = Math.floor(first / size); p * size < last; p++) pieces.push(p)
  return pieces
}
