/** What the documents point at is there: files and headings of relative links, scripts, commands, and keys of papers. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseFlow, parseTerms } from '@secureflow/flow'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const ignored = /(^|[/\\])(node_modules|generated|bench-results|\.\w[^/\\]*)([/\\]|$)/
const files = (pattern: string): string[] => globSync(pattern, { cwd: root, exclude: (path) => ignored.test(path) })
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = files('**/*.md')

/** As GitHub makes them. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each(documents)('the relative links of %s lead somewhere', (path) => {
  const text = read(path).replaceAll(/```[\s\S]*?```/g, '')
  for (const [link, target] of text.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue
    const [file, anchor] = target!.split('#') as [string, string?]
    const to = file === '' ? path : join(dirname(path), file)
    expect(existsSync(join(root, to)), `${path}: ${link}`).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(read(to)), `${path}: ${link}`).toContain(anchor)
  }
})

test('the documents name files, scripts and commands that exist', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts)
  const commands = files('packages/cli/src/text/{en,en/*}.ts').map(read).join('\n')
  for (const path of documents) {
    const text = read(path)
    for (const [, script] of text.matchAll(/\bnpm run ([\w:]+)/g)) expect(scripts, path).toContain(script)
    for (const [use, noun, verb] of text.matchAll(/^secureflow ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?/gm)) {
      // A noun has its verbs beside it: `data`, `dataAdd`; a command without verbs may be followed by anything.
      const verbs = new RegExp(`^ {4}${noun}[A-Z]\\w*: \\{`, 'm').test(commands)
      const name =
        verb === undefined || !verbs
          ? noun!
          : `${noun}${verb.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())}`
      const known = new RegExp(`^ {4}${name}: \\{`, 'm').test(commands)
      expect(known, `${path}: ${use}`).toBe(true)
    }
    for (const [, file] of text.matchAll(/`((?:packages|scripts|tests|docs|examples|vectors)\/[^`\s*<>]+)`/g))
      expect(existsSync(join(root, file!)), `${path}: ${file}`).toBe(true)
  }
})

test('each key of a paper in the sources and the documents has its line in docs/references.md', () => {
  const known = new Set([...read('docs/references.md').matchAll(/^- \[(\w+)\]/gm)].map(([, key]) => key))
  for (const path of [...files('packages/*/{src,assembly,contracts}/**/*.{ts,sol}'), ...documents])
    for (const [, key] of read(path).matchAll(/(?<![\w)\]'])\[((?:[A-Z][A-Za-z]+\d{2}|RFC\d{4}))\](?!\()/g))
      expect(known, `${path}: [${key}]`).toContain(key)
})

test('the flow and the terms that the documents show can be read', () => {
  const examples = (path: string): string[] =>
    [...read(path).matchAll(/```yaml[^\n]*\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!)
  const flows = examples('docs/flows.md').map((yaml) => parseFlow(yaml))
  const terms = examples('docs/terms.md').map((yaml) => parseTerms(yaml))
  expect([flows.length, terms.length]).toEqual([1, 2])
})
