/**
 * Compiles assembly/ to src/generated/ring64.ts: the module twice, over shared and over plain memory, as base64, so that
 * Node and a browser load it alike. Does nothing when what is there was made from the same sources.
 * `--if-possible`: without the compiler (an install without development parts) say so and succeed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const sources = join(import.meta.dirname, 'assembly')
const target = join(import.meta.dirname, 'src/generated/ring64.ts')

const digest = createHash('sha256').update(readFileSync(import.meta.filename))
for (const name of readdirSync(sources).sort()) digest.update(name).update(readFileSync(join(sources, name)))
const stamp = `// Made by packages/kernels/build.ts from assembly/ ${digest.digest('hex').slice(0, 32)}; never edited.`

if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(stamp)) await build()

async function build(): Promise<void> {
  const compiler = await import('assemblyscript/asc').catch((error: unknown) => {
    if (process.argv.includes('--if-possible')) return undefined
    throw error
  })
  if (compiler === undefined) {
    console.log('kernels: not built, because the AssemblyScript compiler is not installed (npm install, npm run build)')
    return
  }
  const compile = async (memory: string[]): Promise<string> => {
    const files = new Map<string, unknown>()
    const { error, stderr } = await compiler.main(
      [
        join(sources, 'index.ts'),
        ...['--outFile', 'ring64.wasm', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
        ...['--runtime', 'stub', '--importMemory', '--enable', 'simd', ...memory],
      ],
      { writeFile: (name, contents) => void files.set(name, contents) },
    )
    const wasm = files.get('ring64.wasm')
    if (error !== null || !(wasm instanceof Uint8Array))
      throw new Error(`kernels: ${stderr.toString()}`, { cause: error })
    return Buffer.from(wasm).toString('base64')
  }
  // A module over shared memory must name a maximum; the instance chooses a smaller one.
  const shared = await compile(['--sharedMemory', '--enable', 'threads', '--maximumMemory', '65536'])
  const plain = await compile([])
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, `${stamp}\nexport const shared =\n  '${shared}'\nexport const plain =\n  '${plain}'\n`)
  console.log(`kernels: built, ${Math.round((shared.length * 3) / 4)} bytes`)
}
