/** Whoever reads a code can ask what it means: every code that the sources declare is explained, in both languages. */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { knownErrors } from './known-errors.ts'
import { runCommand } from './program.ts'

const packages = resolve(import.meta.dirname, '../..')
const sources = globSync('*/src/**/*.ts', { cwd: packages })
  .filter((path) => !/\.(test|suite)\.ts$|[/\\]testing([/\\]|\.ts$)|[/\\](generated|node_modules)[/\\]/.test(path))
  .map((path) => ({ path, text: readFileSync(join(packages, path), 'utf8') }))

/** Codes by the file that declares them: the keys of the object that `errorCatalog` is given. */
const declared = sources.flatMap(({ path, text }) =>
  text
    .split(/= errorCatalog\(/)
    .slice(1)
    .flatMap((catalog) =>
      [...catalog.matchAll(/^ {2}([A-Z][A-Z0-9_]*): /gm)].map(([, code]) => ({ path, code: code! })),
    ),
)
const codes = new Set(declared.map(({ code }) => code))

test('the sources declare catalogs', () => {
  const files = new Set(declared.map(({ path }) => path))
  for (const { path, text } of sources)
    if (/^export const \w+ = errorCatalog\(/m.test(text)) expect(files, path).toContain(path)
  expect(codes.size).toBeGreaterThan(200)
})

test('explain knows each code that is declared, and no code is declared twice', () => {
  expect([...codes].filter((code) => !knownErrors().has(code))).toEqual([])
  const seen = new Map<string, string>()
  for (const { path, code } of declared) {
    expect(seen.get(code), `${code} in ${path}`).toBeUndefined()
    seen.set(code, path)
  }
})

test('each code that is thrown is declared', () => {
  for (const { path, text } of sources)
    for (const [use, code] of text.matchAll(/\b\w*(?:[eE]rrors|Findings)\.([A-Z][A-Z0-9_]+)\b/g))
      expect(codes, `${path}: ${use}`).toContain(code)
})

test('every code says what and fix in both languages, about the same facts', () => {
  const chinese = /[\u4e00-\u9fff]/
  const names = (text: string): string[] => text.match(/\{\w+\}/g) ?? []
  for (const [code, { en, zh, fix }] of knownErrors()) {
    for (const text of [zh, fix.zh]) expect(text, code).toMatch(chinese)
    for (const text of [en, fix.en]) expect(text, code).toMatch(/^(?!.*[\u4e00-\u9fff]).{8,}$/)
    // The function that makes the error asks for the names in the English text; the Chinese can use no others.
    for (const name of names(zh + fix.zh)) expect(names(en + fix.en), code).toContain(name)
  }
})

test.each(['en', 'zh'])('explain prints every code in full, asked in %s', async (locale) => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => written.mockRestore())
  for (const code of codes) {
    written.mockClear()
    expect(await runCommand(['--locale', locale, 'explain', code])).toBe(0)
    const { en, zh, fix, class: kind } = knownErrors().get(code)!
    const printed = written.mock.calls.join('')
    for (const part of [code, en, zh, fix.en, fix.zh, kind]) expect(printed).toContain(part)
    expect(printed.indexOf(en) < printed.indexOf(zh)).toBe(locale === 'en')
  }
})
