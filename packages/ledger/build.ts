/**
 * Compiles contracts/*.sol to src/generated/contracts.ts: ABI and creation code of each contract. Does nothing when what is
 * there was made from the same sources. `--if-possible`: without the compiler say so and succeed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, compiledNames } from './compile.ts'

const sources = join(import.meta.dirname, 'contracts')
const target = join(import.meta.dirname, 'src/generated/contracts.ts')

const digest = createHash('sha256')
for (const file of ['build.ts', 'compile.ts']) digest.update(readFileSync(join(import.meta.dirname, file)))
for (const name of readdirSync(sources).sort()) digest.update(name).update(readFileSync(join(sources, name)))
const stamp = `// Made by packages/ledger/build.ts from contracts/ ${digest.digest('hex').slice(0, 32)}; never edited.`

if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(stamp)) await build()

async function build(): Promise<void> {
  const solc = await import('solc').catch((error: unknown) => {
    if (process.argv.includes('--if-possible')) return undefined
    throw error
  })
  if (solc === undefined) {
    console.log('ledger: not built, because the Solidity compiler is not installed (npm install, npm run build)')
    return
  }
  const compiled = await compile((file) => readFileSync(join(sources, file), 'utf8'))
  let text = `${stamp}\n`
  for (const name of compiledNames) {
    const { abi, bytecode } = compiled[name]
    text += `export const ${name} = {\n  abi: ${JSON.stringify(abi)},\n  bytecode: '${bytecode}',\n} as const\n`
  }
  mkdirSync(join(target, '..'), { recursive: true })
  writeFileSync(target, text)
  console.log(`ledger: contracts built, ${text.length} bytes`)
}
