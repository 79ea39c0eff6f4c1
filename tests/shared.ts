/** The folder of public tables and vectors that tests and benches read where it is present. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/**
 * The path of a file in the shared folder (`SECUREFLOW_SHARED`, else `../shared` beside the repository), or undefined
 * where it is absent: `test.skipIf(file === undefined)('... (needs shared/data)', ...)`.
 */
export function sharedFile(path: string): string | undefined {
  const file = join(process.env.SECUREFLOW_SHARED ?? resolve(root, '../shared'), path)
  return existsSync(file) ? file : undefined
}
