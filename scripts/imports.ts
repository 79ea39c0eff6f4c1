/** Checks every import in packages/<room>/src: direction, surface, dependencies, cycles, and what isomorphic rooms may use. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, matchesGlob, relative, resolve, sep } from 'node:path'
import { declarationRoots, roomOf, rooms } from './rooms.ts'

interface Source {
  path: string
  pkg: string
  test: boolean
  text: string
  imports: { specifier: string; dynamic: boolean }[]
}

interface Manifest {
  exports?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

// Enough of the grammar for formatted code: one statement, single quotes, no quote between the keyword and `from`.
const importPattern = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
const commentPattern = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/.*$/gm
const globalPattern = /(?<![.\w'`])(Buffer|process|__dirname|__filename)\b(?=[.([,)])|(?<![.\w])Math\.random\b/g
// Support that only tests import counts as a test: `testing.ts`, `testing/`, `fixture.ts`.
const testPattern = /\.(test|suite)\.ts$|^packages\/[^/]+\/test\/|\/(testing|fixtures?)(\.ts$|\/)/

export function importProblems(root: string): string[] {
  const manifest = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
  const rootDevDependencies = Object.keys(manifest('.').devDependencies ?? {})
  const sources = new Map(
    globSync('packages/*/{src,test}/**/*.{ts,tsx}', { cwd: root, exclude: (f) => f.includes('node_modules') })
      .sort()
      .map((path) => read(root, path.split(sep).join('/')))
      .map((source) => [source.path, source]),
  )
  const manifests = new Map<string, Manifest>()
  for (const { pkg } of sources.values()) if (!manifests.has(pkg)) manifests.set(pkg, manifest(`packages/${pkg}`))

  const declared = declarations(sources)
  const problems: string[] = []
  const graph = new Map<string, Set<string>>()
  for (const source of sources.values()) {
    const say = (problem: string): void => void problems.push(`${source.path}: ${problem}`)
    const own = manifests.get(source.pkg)!
    const roomName = roomOf(source.pkg, declared.has(source.path))
    const room = rooms[roomName]
    if (room === undefined) {
      say(`package ${source.pkg} has no room in scripts/rooms.ts`)
      continue
    }
    for (const { specifier, dynamic } of source.imports) {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(root, dirname(source.path), specifier))
          .split(sep)
          .join('/')
        const inside = target.startsWith(`packages/${source.pkg}/`) || (source.test && target.startsWith('tests/'))
        if (!inside) say(`leaves its package: ${specifier}`)
        if (!source.test && testPattern.test(target)) say(`imports a test: ${specifier}`)
        continue
      }
      if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
        if (room.isomorphic && !source.test) say(`${specifier} in an isomorphic room (${roomName})`)
        continue
      }
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
      const workspace = name.startsWith('@secureflow/') ? name.slice('@secureflow/'.length) : undefined
      const listed = own.dependencies?.[name] !== undefined || own.devDependencies?.[name] !== undefined
      const given = source.test && (workspace !== undefined || rootDevDependencies.includes(name))
      if (!listed && !given && workspace !== source.pkg) say(`${name} is not among the dependencies of ${source.pkg}`)
      if (workspace === undefined) continue
      if (specifier.includes('/src/')) say(`deep import ${specifier}`)
      if (source.test || workspace === source.pkg) continue
      const reached = fileOf(root, specifier, manifests.get(workspace))
      if (reached !== undefined && testPattern.test(reached)) say(`imports a test: ${specifier}`)
      const target = roomOf(workspace, reached === undefined || declared.has(reached))
      const may = room.mayImport.some((r) => r === target || matchesGlob(specifier, `@secureflow/${r}`))
      if (!may) say(`${roomName} must not import ${target} (scripts/rooms.ts)`)
      // A run is loaded by whoever waits for it; what is declared never depends on it.
      if (!dynamic) graph.set(source.pkg, (graph.get(source.pkg) ?? new Set()).add(workspace))
    }
    if (!source.test)
      for (const [word] of source.text.matchAll(globalPattern))
        if (room.isomorphic || word === 'Math.random') say(`uses ${word}`)
  }
  return [...problems, ...cycles(graph)]
}

function read(root: string, path: string): Source {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(commentPattern, '')
  const imports = [...text.matchAll(importPattern)].map(([, still, dynamic]) => ({
    specifier: (still ?? dynamic)!,
    dynamic: dynamic !== undefined,
  }))
  return { path, pkg: path.split('/')[1]!, test: testPattern.test(path), text, imports }
}

/** The files of components that a declaration reaches without a dynamic import. */
function declarations(sources: ReadonlyMap<string, Source>): Set<string> {
  const prefix = 'packages/components/src/'
  const reached = new Set<string>()
  const visit = (path: string): void => {
    const source = sources.get(path)
    if (source === undefined || reached.has(path)) return
    reached.add(path)
    for (const { specifier, dynamic } of source.imports)
      if (specifier.startsWith('.') && !dynamic) visit(join(dirname(path), specifier).split(sep).join('/'))
  }
  for (const path of sources.keys())
    if (path.startsWith(prefix) && declarationRoots.test(path.slice(prefix.length))) visit(path)
  return reached
}

/** The file behind `@secureflow/x/y`, by the exports map of x. */
function fileOf(root: string, specifier: string, to: Manifest | undefined): string | undefined {
  const [, pkg, ...rest] = specifier.split('/')
  const subpath = rest.join('/')
  const exact = to?.exports?.[subpath === '' ? '.' : `./${subpath}`]
  const file = exact ?? to?.exports?.['./*']?.replace('*', subpath)
  if (file === undefined) return undefined
  const path = `packages/${pkg}/${file.replace(/^\.\//, '')}`
  return existsSync(join(root, path)) ? path : undefined
}

function cycles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (pkg: string, path: readonly string[]): void => {
    if (path.includes(pkg)) {
      found.push(`packages import each other: ${[...path.slice(path.indexOf(pkg)), pkg].join(' -> ')}`)
      return
    }
    if (done.has(pkg)) return
    for (const next of graph.get(pkg) ?? []) visit(next, [...path, pkg])
    done.add(pkg)
  }
  for (const pkg of graph.keys()) visit(pkg, [])
  return found
}
