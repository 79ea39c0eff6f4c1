/** The rules by which every replica executes: Ethereum's at the Paris fork, and faster parts under the same results. */
import { paramsBlock } from '@ethereumjs/block'
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM, type EVM, paramsEVM } from '@ethereumjs/evm'
import { paramsTx } from '@ethereumjs/tx'
import { paramsVM } from '@ethereumjs/vm'
import { ecrecover, keccak256 } from './curve.ts'

/** Paris: the newest instruction set without staking, blobs and system contracts, which a network of members lacks. */
export function chainRules(chainId: number): Common {
  const common = createCustomCommon({ chainId, name: 'secureflow' }, Mainnet, {
    hardfork: Hardfork.Paris,
    customCrypto: { keccak256, ecrecover },
  })
  for (const params of [paramsVM, paramsEVM, paramsBlock, paramsTx]) common.updateParams(params)
  // Nothing here changes the fork of a block, so that one object serves all: to copy it and to merge its tables anew for
  // each transaction and header took a tenth of the time of a block.
  common.copy = () => common
  common.updateParams = () => {}
  return common
}

interface Interpreter {
  _evm: EVM
  _getValidJumpDestinations(code: Uint8Array): object
}

/**
 * Keeps the analysis of a contract's code (where it may jump to) from one call to the next. @ethereumjs/evm makes it anew
 * for each call, which costs more than the call itself. Code must come as the same array each time, as `LedgerState` gives
 * it. Where the package no longer has the method nothing changes but the speed; `rules.test.ts` would tell.
 */
async function keepAnalyses(): Promise<void> {
  const common = chainRules(1)
  let prototype: Interpreter | undefined
  // The interpreter is not exported: an instruction of our own, on a machine of its own, is handed it.
  const look = {
    ...{ opcode: 0x0c, opcodeName: 'LOOK', baseFee: 0 },
    logicFunction: (state: { interpreter: object }) => {
      prototype = Object.getPrototypeOf(state.interpreter) as Interpreter
    },
  }
  const evm = await createEVM({ common, customOpcodes: [look] })
  await evm.runCode({ code: Uint8Array.of(look.opcode), gasLimit: 1000n })
  const analyse = prototype?._getValidJumpDestinations
  if (prototype === undefined || typeof analyse !== 'function') return
  const kept = new WeakMap<EVM, WeakMap<Uint8Array, object>>()
  prototype._getValidJumpDestinations = function (this: Interpreter, code) {
    const ofMachine = kept.get(this._evm) ?? new WeakMap<Uint8Array, object>() // it holds instructions of its machine
    const analysis = ofMachine.get(code) ?? analyse.call(this, code)
    kept.set(this._evm, ofMachine.set(code, analysis))
    return analysis
  }
}

await keepAnalyses()
