/** What was changed between two texts, line by line. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  line: string
}

/** The longest common subsequence; flows are short. Lines at both ends that are the same are set aside first. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.trimEnd().split('\n')
  const b = after.trimEnd().split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const from = a.slice(head, a.length - tail)
  const to = b.slice(head, b.length - tail)
  const longest = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1))
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--)
      longest[i]![j] =
        from[i] === to[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
  const lines: DiffLine[] = []
  const note = (kind: DiffLine['kind'], line: string) => lines.push({ kind, line })
  for (const line of a.slice(0, head)) note('same', line)
  for (let i = 0, j = 0; i < from.length || j < to.length; ) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      note('same', from[i]!)
      i++
      j++
    } else if (j >= to.length || (i < from.length && longest[i + 1]![j]! >= longest[i]![j + 1]!))
      note('removed', from[i++]!)
    else note('added', to[j++]!)
  }
  for (const line of a.slice(a.length - tail)) note('same', line)
  return lines
}
