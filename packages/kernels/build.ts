/**
 * Compiles each folder of assembly/ to src/generated/<folder>.ts: the module twice, over shared and over plain memory, as
 * base64, so that Node and a browser load it alike. Does nothing for what was made from the same sources.
 * `--if-possible`: without the compiler (an install without development parts) say so and succeed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

for (const name of ['ring64', 'blocks', 'curve25519', 'weierstrass']) {
  const sources = join(import.meta.dirname, 'assembly', name)
  const target = join(import.meta.dirname, 'src/generated', `${name}.ts`)
  const digest = createHash('sha256').update(readFileSync(import.meta.filename))
  for (const file of readdirSync(sources).sort()) digest.update(file).update(readFileSync(join(sources, file)))
  const stamp = `// Made by packages/kernels/build.ts from assembly/${name} ${digest.digest('hex').slice(0, 32)}; never edited.`
  if (existsSync(target) && readFileSync(target, 'utf8').startsWith(stamp)) continue
  if (!(await build(name, sources, target, stamp))) break
}

/** @returns false where the compiler is not installed */
async function build(name: string, sources: string, target: string, stamp: string): Promise<boolean> {
  const compiler = await import('assemblyscript/asc').catch((error: unknown) => {
    if (process.argv.includes('--if-possible')) return undefined
    throw error
  })
  if (compiler === undefined) {
    console.log('kernels: not built, because the AssemblyScript compiler is not installed (npm install, npm run build)')
    return false
  }
  const compile = async (memory: string[]): Promise<string> => {
    const files = new Map<string, unknown>()
    const { error, stderr } = await compiler.main(
      [
        join(sources, 'index.ts'),
        ...['--outFile', `${name}.wasm`, '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
        ...['--runtime', 'stub', '--importMemory', '--enable', 'simd', ...memory],
      ],
      { writeFile: (name, contents) => void files.set(name, contents) },
    )
    const wasm = files.get(`${name}.wasm`)
    if (error !== null || !(wasm instanceof Uint8Array))
      throw new Error(`kernels: ${stderr.toString()}`, { cause: error })
    return Buffer.from(wasm).toString('base64')
  }
  // A module over shared memory must name a maximum; the instance chooses a smaller one.
  const shared = await compile(['--sharedMemory', '--enable', 'threads', '--maximumMemory', '65536'])
  const plain = await compile([])
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, `${stamp}\nexport const shared =\n  '${shared}'\nexport const plain =\n  '${plain}'\n`)
  console.log(`kernels: ${name} built, ${Math.round((shared.length * 3) / 4)} bytes`)
  return true
}
