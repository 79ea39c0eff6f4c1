/** Undo and redo over whole states. */
const kept = 200

export interface History<T> {
  past: readonly T[]
  present: T
  future: readonly T[]
}

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] })

export const write = <T>({ past, present }: History<T>, next: T): History<T> => ({
  past: [...past.slice(1 - kept), present],
  present: next,
  future: [],
})

export function undo<T>(history: History<T>): History<T> {
  const last = history.past.at(-1)
  if (last === undefined) return history
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future] }
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future }
}
