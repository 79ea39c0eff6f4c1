/** Ranges of parameters, compared by type: 0, false, "" and null are values, and equal only to themselves. */
import { z } from 'zod'
import type { Json } from './flow.ts'

const scalar = z.union([z.string().max(256), z.number(), z.boolean(), z.null()])

/** Every bound that is given must hold; `{}` asks only that the parameter is there. */
export const rangeSchema = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  oneOf: z.array(scalar).min(1).max(1000).optional(),
})
export type Range = z.output<typeof rangeSchema>
export type Scalar = z.output<typeof scalar>

/**
 * A list is in range when each of its elements is; a reference to a party or a column counts as it is written. Anything
 * else that is no scalar is in no range.
 */
export function inRange(range: Range, value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.every((v) => inRange(range, v))
  const { min, max, oneOf } = range
  const it = plain(value)
  if (it === undefined) return false
  if (min !== undefined && !(typeof it === 'number' && it >= min)) return false
  if (max !== undefined && !(typeof it === 'number' && it <= max)) return false
  return oneOf === undefined || oneOf.includes(it)
}

/** The value in range that is closest: the bound that was crossed, or the listed number nearby, or the first one listed. */
export function nearestIn(range: Range, value: Json | undefined): Scalar | undefined {
  const { min, max, oneOf } = range
  const distance = (v: Scalar): number =>
    typeof v === 'number' && typeof value === 'number' ? Math.abs(v - value) : Number.MAX_VALUE
  const inside = [...(oneOf ?? []), ...(min === undefined ? [] : [min]), ...(max === undefined ? [] : [max])]
    .filter((v) => inRange(range, v))
    .map((v, place) => ({ v, place, far: distance(v) }))
  return inside.sort((a, b) => a.far - b.far || a.place - b.place)[0]?.v
}

export const sayRange = ({ min, max, oneOf }: Range): string =>
  [
    ...(min === undefined ? [] : [`>= ${min}`]),
    ...(max === undefined ? [] : [`<= ${max}`]),
    ...(oneOf === undefined ? [] : [oneOf.map((v) => JSON.stringify(v)).join(' | ')]),
  ].join(', ') || '*'

/** A parameter as a reason shows it. */
export const sayValue = (value: Json | undefined): string =>
  value === undefined ? '-' : (JSON.stringify(plain(value) ?? value) ?? '-').slice(0, 200)

function plain(value: Json | undefined): Scalar | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value !== 'object' || Array.isArray(value) || typeof value.party !== 'string') return undefined
  const keys = Object.keys(value).length
  if (keys === 1) return value.party
  return keys === 2 && typeof value.column === 'string' ? `${value.party}.${value.column}` : undefined
}
