/** What is due to every caller of every function in every state: written down apart from the contracts. */
import './table/members.ts'
import './table/assets.ts'
import './table/grants.ts'
import './table/agreements.ts'
import './table/receipts.ts'
import { type State, states } from './table/rules.ts'
import { type Caller, callers, type World } from './world.ts'

export { type Expected, type State, states } from './table/rules.ts'
export { views } from './table/views.ts'

/** All there are. */
export const cells = states.length * callers.length

/** What differs from what is due, one line a cell; `tell` is called for each cell that was tried. */
export async function wrongCells(
  world: World,
  wanted: readonly State[],
  callersOf: (state: State) => readonly Caller[],
  tell: () => void = () => {},
): Promise<string[]> {
  const wrong: string[] = []
  for (const state of wanted)
    await world.machine.fork(async () => {
      const args = await state.prepare(world)
      for (const caller of callersOf(state)) {
        const given = typeof args === 'function' ? await args(caller) : args
        const { error, events } = await world.machine.fork(() => world.call(caller, state.contract, state.name, given))
        const due = state.expected(caller)
        tell()
        const cell = `${state.contract}.${state.name} · ${state.mode} · ${state.state} · ${caller}`
        if (error !== due) wrong.push(`${cell}: ${error ?? 'accepted'} instead of ${due ?? 'accepted'}`)
        // Nothing changes without an event.
        if (error === undefined && events.length === 0) wrong.push(`${cell}: no event`)
      }
    })
  return wrong
}
