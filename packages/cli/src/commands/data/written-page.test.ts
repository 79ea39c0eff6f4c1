import { expect, test } from 'vitest'
import { type Block, toHtml, toMarkdown } from './written-page.ts'

const hostile = '<script>alert(1)</script> **bold** [x](http://y) | # & "q" \n## next'
const page: Block[] = [
  { kind: 'title', text: hostile },
  { kind: 'facts', pairs: [[hostile, hostile]] },
  { kind: 'list', items: [hostile] },
  { kind: 'words', text: hostile },
]

test('words of others are never markup', () => {
  const html = toHtml(page, 'zh')
  expect(html).toContain('lang="zh-CN"')
  expect(html).not.toMatch(/<script|"q"/)
  expect(html.match(/&#60;script&#62;/g)).toHaveLength(6)

  const lines = toMarkdown(page).split('\n')
  expect(lines.filter((l) => l.startsWith('#'))).toHaveLength(1)
  for (const line of lines) expect(line).not.toMatch(/(?<!\\)<script|(?<!\\)\[x|[^\\*-]\*\*bold/)
})
