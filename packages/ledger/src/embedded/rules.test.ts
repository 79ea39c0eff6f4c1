/** The parts of the machine that are exchanged for speed are still the ones that the library uses. */
import { createEVM } from '@ethereumjs/evm'
import { Address } from '@ethereumjs/util'
import { expect, it, vi } from 'vitest'
import { chainRules } from './rules.ts'
import { LedgerState } from './state.ts'

it('a contract’s code is analysed once, and jumps land where they may', async () => {
  const common = chainRules(7)
  const stateManager = new LedgerState({ get: async () => undefined, put: () => {} })
  const evm = await createEVM({ common, stateManager })
  // PUSH1 4 JUMP INVALID JUMPDEST STOP, and the same with a jump to what is no destination
  for (const [target, error] of [
    [4, undefined],
    [3, 'invalid JUMP'],
  ] as const) {
    const to = new Address(new Uint8Array(20).fill(target))
    await stateManager.putCode(to, Uint8Array.of(0x60, target, 0x56, 0xfe, 0x5b, 0x00))
    const code = await stateManager.getCode(to)
    const looked = vi.spyOn(code, 'subarray')
    for (let i = 0; i < 5; i++) {
      const { execResult } = await evm.runCall({ to, gasLimit: 10_000n })
      expect(execResult.exceptionError?.error.slice(0, 12)).toBe(error)
    }
    // What a PUSH pushes is cut out by the analysis, and by each call on its way to the first jump.
    expect(looked).toHaveBeenCalledTimes(1 + 5)
  }
})

it('tables of costs are not copied for each transaction', () => {
  const common = chainRules(7)
  expect(common.copy()).toBe(common)
  expect([common.param('txGas'), common.param('sstoreSetGas'), common.hardfork()]).toEqual([21_000n, 20_000n, 'paris'])
})
