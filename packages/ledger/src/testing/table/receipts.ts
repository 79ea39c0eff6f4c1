/** What is due to every caller of every function of Receipts in every state. */

import { accountOf } from '../network.ts'
import { hash, runParties } from '../world.ts'
import { none } from './assets.ts'
import { add, anyone, except, type Rule, type State } from './rules.ts'

const record = [hash('root'), 7n, 3]
const partyOnly =
  (error?: string): Rule =>
  (c) =>
    runParties.includes(c) ? error : 'NotParty'
for (const [name, args] of [
  ['anchor', record],
  ['fail', [1]],
] as const) {
  const act = add('Receipts', name)
  const after =
    (...calls: [caller: string, name: string, ...args: unknown[]][]): State['prepare'] =>
    async (w) => {
      const run = await w.run('n')
      for (const [caller, what, ...more] of calls) await w.do(caller, 'Receipts', what, run, ...more)
      return [run, ...args]
    }
  const once = name === 'anchor' ? 'AlreadyAnchored' : undefined
  act('an open run', after(), partyOnly())
  act('the owner anchored', after(['owner', 'anchor', ...record]), except(partyOnly(), { owner: once }))
  act('it failed', after(['owner', 'fail', 1]), partyOnly('RunAlreadyFailed'))
  const complete = after(...runParties.map((p) => [p, 'anchor', ...record] as [string, string, ...unknown[]]))
  act('it is complete', complete, partyOnly(once ?? 'RunAlreadyComplete'))
  act('no run', async () => [none, ...args], anyone('UnknownRun'))
  act(
    'its deadline passed',
    async (w) => {
      const run = await w.run('n')
      w.machine.time += 7201
      return [run, ...args]
    },
    partyOnly('DeadlinePassed'),
  )
  act(
    'the owner is suspended',
    async (w) => {
      const run = await w.run('n')
      await w.do('founder', 'Members', 'suspendMember', accountOf('owner'))
      return [run, ...args]
    },
    except(partyOnly(), { owner: 'NotActiveMember' }),
  )
  act(
    'the owner has another account',
    async (w) => {
      const run = await w.run('n')
      await w.do('owner', 'Members', 'changeAccount', ...(await w.move('owner', 'anew')))
      return [run, ...args]
    },
    except(partyOnly(), { owner: 'NotActiveMember' }),
  )
}
add('Receipts', 'fail')('without a code', async (w) => [await w.run('n'), 0], partyOnly('FailureCodeMissing'))
