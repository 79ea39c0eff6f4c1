/** The import check finds each kind of violation, and nothing in code that keeps the rules. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importProblems } from '../../scripts/imports.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'))
  write('package.json', JSON.stringify({ devDependencies: { vitest: '1' } }))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function pkg(name: string, files: Record<string, string>, dependencies: string[] = []): void {
  write(
    `packages/${name}/package.json`,
    JSON.stringify({
      exports: { '.': './src/index.ts', './*': './src/*.ts' },
      dependencies: Object.fromEntries(dependencies.map((d) => [d, '*'])),
    }),
  )
  for (const [file, text] of Object.entries(files)) write(`packages/${name}/src/${file}`, text)
}

const base = '@secureflow/base'

describe('importProblems', () => {
  it('accepts what the table allows', () => {
    pkg('base', { 'index.ts': `export const a = 1\n`, 'a.test.ts': `import { expect } from 'vitest'\n` })
    pkg('flow', { 'index.ts': `import {\n  a,\n} from '@secureflow/base'\nexport { a }\n` }, [base])
    pkg('node', { 'index.ts': `import 'node:fs'\nimport type { a } from '@secureflow/flow'\nprocess.exit()\n` }, [
      '@secureflow/flow',
    ])
    expect(importProblems(root)).toEqual([])
  })

  const wrong: Record<string, [file: string, text: string, dependencies: string[], problem: RegExp]> = {
    direction: [
      'index.ts',
      `import { x } from '@secureflow/node'\n`,
      ['@secureflow/node'],
      /flow must not import node/,
    ],
    'a type against the direction': [
      'index.ts',
      `import type { x } from '@secureflow/node'\n`,
      ['@secureflow/node'],
      /must not import/,
    ],
    'a re-export against the direction': [
      'index.ts',
      `export * from '@secureflow/node'\n`,
      ['@secureflow/node'],
      /must not import/,
    ],
    'a dynamic import against the direction': [
      'index.ts',
      `await import('@secureflow/node')\n`,
      ['@secureflow/node'],
      /must not import/,
    ],
    'an undeclared package': ['index.ts', `import { z } from 'zod'\n`, [], /zod is not among the dependencies of flow/],
    'an undeclared workspace': ['index.ts', `import { a } from '@secureflow/base/a'\n`, [], /base is not among/],
    'node: in an isomorphic room': ['a.ts', `import { x } from 'node:fs'\n`, [], /node:fs in an isomorphic room/],
    Buffer: ['a.ts', `const x = Buffer.from('a')\n`, [], /uses Buffer/],
    process: ['a.ts', `const x = process.env.HOME\n`, [], /uses process/],
    'Math.random': ['a.ts', `const x = Math.random()\n`, [], /uses Math.random/],
    'a deep import': ['index.ts', `import { a } from '@secureflow/base/src/index.ts'\n`, [base], /deep import/],
    'leaving the package': ['index.ts', `import { a } from '../../base/src/index.ts'\n`, [base], /leaves its package/],
    'importing a test': ['index.ts', `import { a } from './a.test.ts'\n`, [], /imports a test/],
  }
  it.each(Object.entries(wrong))('notices %s', (_, [file, text, dependencies, problem]) => {
    pkg('base', { 'index.ts': '' })
    pkg('node', { 'index.ts': '' })
    pkg('flow', { 'index.ts': '', [file]: text }, dependencies)
    const problems = importProblems(root)
    expect(
      problems.filter((p) => p.startsWith(`packages/flow/src/${file}`) && problem.test(p)),
      problems.join('\n'),
    ).toHaveLength(1)
  })

  it('reads no comment', () => {
    pkg('flow', { 'index.ts': `// import { x } from 'zod'\n/*\nimport 'node:fs'\nprocess.exit()\n*/\n` })
    expect(importProblems(root)).toEqual([])
  })

  it('lets tests and their fixtures import anything of the workspace, but nothing undeclared', () => {
    pkg('platform', { 'index.ts': '', 'fixture.ts': `import '@secureflow/flow'\nimport '../../../tests/shared.ts'\n` })
    pkg('flow', { 'a.test.ts': `import '@secureflow/platform'\nimport 'node:fs'\nimport { z } from 'zod'\n` })
    expect(importProblems(root)).toEqual(['packages/flow/src/a.test.ts: zod is not among the dependencies of flow'])
  })

  it('tells the declarations of components from their runs', () => {
    const dependencies = ['@secureflow/flow', '@secureflow/learning', '@secureflow/data', '@secureflow/components']
    pkg('flow', { 'index.ts': '' })
    pkg('data', { 'index.ts': '' })
    pkg(
      'components',
      {
        'index.ts': `export * from './psi/declare.ts'\n`,
        'psi/declare.ts': `import './cost.ts'\nexport const load = () => import('./run.ts')\n`,
        'psi/cost.ts': `import '@secureflow/flow'\n`,
        'psi/run.ts': `import '@secureflow/data'\nimport 'node:fs'\n`,
      },
      dependencies,
    )
    pkg('sdk', { 'index.ts': `import '@secureflow/components'\n` }, dependencies)
    expect(importProblems(root)).toEqual([])
    write('packages/components/src/psi/cost.ts', `import '@secureflow/data'\n`)
    write('packages/sdk/src/index.ts', `import '@secureflow/components/psi/run'\n`)
    expect(importProblems(root).sort()).toEqual([
      'packages/components/src/psi/cost.ts: components/declare must not import data (scripts/rooms.ts)',
      'packages/sdk/src/index.ts: sdk must not import components/run (scripts/rooms.ts)',
    ])
  })

  it('lets a declaration import what an algorithm costs, and nothing else of learning', () => {
    pkg('learning', { 'index.ts': '', 'logistic/cost.ts': '' })
    const from = (specifier: string): string[] => {
      pkg('components', { 'a/declare.ts': `import '${specifier}'\n` }, ['@secureflow/learning'])
      return importProblems(root)
    }
    expect(from('@secureflow/learning/logistic/cost')).toEqual([])
    expect(from('@secureflow/learning')).toHaveLength(1)
    expect(from('@secureflow/learning/logistic/train')).toHaveLength(1)
  })

  it('notices packages that import each other', () => {
    pkg('base', { 'index.ts': `import '@secureflow/flow'\n` }, ['@secureflow/flow'])
    pkg('flow', { 'index.ts': `import '@secureflow/base'\n` }, [base])
    expect(importProblems(root)).toContain('packages import each other: base -> flow -> base')
  })

  it('notices a package without a room', () => {
    pkg('cellar', { 'index.ts': '' })
    expect(importProblems(root)).toEqual([
      'packages/cellar/src/index.ts: package cellar has no room in scripts/rooms.ts',
    ])
  })
})
