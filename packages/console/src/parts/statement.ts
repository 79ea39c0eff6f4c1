/** A statement as a page: who learns what, and what follows from it. */

export interface StatementPart {
  /** `bank-a learns`. */
  title: string
  items: { text: string; follows: boolean }[]
}

/** From the lines of a rendered statement that was not wrapped: a title, then what stands under it. */
export function partsOf(rendered: string): StatementPart[] {
  const parts: StatementPart[] = []
  for (const line of rendered.split('\n')) {
    if (line.trim() === '') continue
    const titled = /^(\S.*?)\s{2,}(.*)$/.exec(line)
    const said = (titled?.[2] ?? line).trim()
    if (titled !== null) parts.push({ title: titled[1]!, items: [] })
    else if (/^\S/.test(line)) {
      parts.push({ title: said, items: [] })
      continue
    }
    const follows = /^(=>|⇒)\s*/.exec(said)
    const items = follows === null ? said.split(' · ') : [said.slice(follows[0].length)]
    parts.at(-1)?.items.push(...items.map((text) => ({ text, follows: follows !== null })))
  }
  return parts
}
