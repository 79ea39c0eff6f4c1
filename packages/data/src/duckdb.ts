/**
 * DuckDB in memory, for one piece of work, able to touch the files it was opened for and nothing else: no other path, no
 * network, no extension, and no statement can lift that again.
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBVector } from '@duckdb/node-api'

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
export const named = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/** A path as the engine's readers take it: they expand patterns, and a file may well be named `loans[2].csv`. */
export const literal = (path: string): string => path.replaceAll(/[[*?]/g, '[$&]')

/**
 * @param paths absolute paths that may be read or written
 * @param wide for statements over thousands of columns: the engine's search for common expressions takes the square of them
 */
export async function withDuckDb<T>(
  paths: readonly string[],
  work: (connection: DuckDBConnection) => Promise<T>,
  { wide = false } = {},
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      const allowed = paths.flatMap((path) => [path, literal(path)])
      await connection.run(`SET allowed_paths = [${allowed.map(quoted).join(', ')}]`)
      if (wide) await connection.run("SET disabled_optimizers = 'common_subexpressions'")
      await connection.run('SET enable_external_access = false')
      await connection.run('SET lock_configuration = true')
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/**
 * The numbers of a DOUBLE vector without boxing each: the library keeps them private and offers a walk by item, which is
 * several times slower.
 */
export function doublesOf(vector: DuckDBVector): { items: Float64Array; validity: { itemValid(i: number): boolean } } {
  return vector as unknown as { items: Float64Array; validity: { itemValid(i: number): boolean } }
}

/** `Out of Memory Error: ...` → `Out of Memory Error`: the rest of the engine's messages may quote rows. */
export const engineErrorKind = (message: string): string | undefined => /^[A-Za-z ]{1,40} Error(?=:)/.exec(message)?.[0]
