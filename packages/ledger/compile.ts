/** Compiles the contracts from the sources that `read` gives: those in contracts/, or others that a test brings. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** NetworkDomain is abstract: part of others. */
export const compiledNames = ['Members', 'Assets', 'Grants', 'Agreements', 'Receipts'] as const
const require = createRequire(import.meta.url)

interface Output {
  errors?: { severity: string; formattedMessage: string }[]
  contracts: Record<string, Record<string, { abi: unknown; evm: { bytecode: { object: string } } }>>
}

export interface CompiledContract {
  abi: unknown
  bytecode: `0x${string}`
}

/**
 * @param read source of a file of contracts/, by its name
 * @param tolerate warnings: for sources with faults
 */
export async function compile(
  read: (file: string) => string,
  tolerate = false,
): Promise<Record<(typeof compiledNames)[number], CompiledContract>> {
  const { default: solc } = await import('solc')
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(compiledNames.map((name) => [`${name}.sol`, { content: read(`${name}.sol`) }])),
    settings: {
      // The oldest instruction set that the compiler's output needs, for external chains that lag behind.
      evmVersion: 'paris',
      optimizer: { enabled: true, runs: 200 },
      // No hash of the sources in the code: the same source gives the same code on every machine.
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const find = (path: string): { contents: string } | { error: string } => {
    try {
      return { contents: path.startsWith('@') ? readFileSync(require.resolve(path), 'utf8') : read(path) }
    } catch {
      return { error: `${path} not found` }
    }
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find })) as Output
  const problems = (output.errors ?? []).filter(({ severity }) => !tolerate || severity === 'error')
  if (problems.length > 0) throw new Error(problems.map((p) => p.formattedMessage).join('\n'))
  return Object.fromEntries(
    compiledNames.map((name) => {
      const { abi, evm } = output.contracts[`${name}.sol`]![name]!
      return [name, { abi, bytecode: `0x${evm.bytecode.object}` }]
    }),
  ) as Record<(typeof compiledNames)[number], CompiledContract>
}
