/**
 * Fills the cache of compiled code, so that the first node and the first task start as quickly as later ones. Run by
 * `npm install`; it never fails it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { codeCache } from '../packages/node/src/code-cache.ts'

const components = [
  ...['source/read-table', 'align/psi', 'prepare/split', 'prepare/standardize', 'predict/predict', 'evaluate/evaluate'],
  ...['train/vertical-logistic-regression', 'train/local-logistic-regression'],
].map((name) => `@secureflow/components/${name}/run`)
const modules = ['node', 'node/tasks/perform', 'node/tasks/wire', 'cli/program'].map((name) => `@secureflow/${name}`)

spawnSync(
  process.execPath,
  ['--input-type=module', '-e', [...modules, ...components].map((m) => `await import('${m}')`).join(';')],
  {
    cwd: fileURLToPath(new URL('../packages/cli', import.meta.url)),
    env: { ...process.env, NODE_COMPILE_CACHE: codeCache },
    stdio: 'ignore',
    timeout: 60_000,
  },
)
