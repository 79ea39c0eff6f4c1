/** One member's side of a statement: what leaves its house, to whom, and what comes in. */
import { sayConsequence } from './consequences.ts'
import { sayDisclosure } from './render.ts'
import type { Statement } from './statement.ts'

export interface HouseLine {
  /** Who learns it. */
  to: string
  en: string
  zh: string
  /** Nothing that is sent: it can be worked out from what is. */
  follows: boolean
}

export interface HouseView {
  leaves: HouseLine[]
  learns: HouseLine[]
}

export function houseView({ learns }: Statement, self: string): HouseView {
  const all = learns.flatMap(({ member: to, disclosures, consequences }) => [
    ...disclosures.map((d) => ({
      about: d.from,
      line: { to, en: sayDisclosure(d, 'en'), zh: sayDisclosure(d, 'zh'), follows: false },
    })),
    ...consequences.map((c) => ({
      about: c.about,
      line: { to, en: sayConsequence(c, 'en'), zh: sayConsequence(c, 'zh'), follows: true },
    })),
  ])
  const distinct = (lines: HouseLine[]) => [...new Map(lines.map((l) => [`${l.to} ${l.en}`, l])).values()]
  return {
    leaves: distinct(all.filter(({ about, line }) => line.to !== self && about.includes(self)).map((e) => e.line)),
    learns: distinct(all.filter(({ line }) => line.to === self).map((e) => e.line)),
  }
}
