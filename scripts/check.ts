/**
 * `npm run check`: types, lint and format, import direction, unused exports. Every step runs, so that one pass shows all.
 * An export that nothing here imports is removed, or says `@public` and why in its docstring.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, join, resolve } from 'node:path'
import { importProblems } from './imports.ts'

const root = resolve(import.meta.dirname, '..')
const PATH = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}`

const command = (line: string) => (): boolean => {
  const { status, error } = spawnSync(line, { cwd: root, shell: true, stdio: 'inherit', env: { ...process.env, PATH } })
  if (error) console.error(error.message)
  return status === 0
}

const steps: Record<string, () => boolean> = {
  types: command('tsc --noEmit'),
  'lint and format': command('biome check .'),
  'import direction': () => {
    const problems = importProblems(root)
    for (const problem of problems) console.error(problem)
    return problems.length === 0
  },
  'unused exports': command('knip --no-config-hints'),
}

let failed = 0
for (const [name, step] of Object.entries(steps)) {
  const start = performance.now()
  const passed = step()
  if (!passed) failed++
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}
process.exitCode = failed === 0 ? 0 : 1
