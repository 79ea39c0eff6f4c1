/** Lines that one text lacks and the other has, in order: `- ` before what went, `+ ` before what came. Empty where equal. */
export function lineDiff(before: string, after: string, atMost = 200): string[] {
  const [a, b] = [before.trim().split('\n'), after.trim().split('\n')]
  // Longest common subsequence. Flows have some dozen lines; very long ones are only told apart.
  if (a.length > 1000 || b.length > 1000) return before.trim() === after.trim() ? [] : ['…']
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const out: string[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
    } else if (j === b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      out.push(`- ${a[i++]}`)
    else out.push(`+ ${b[j++]}`)
  }
  return out.length <= atMost ? out : [...out.slice(0, atMost), '…']
}
