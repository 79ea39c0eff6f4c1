/** Passwords as argon2id: 64 MiB and three passes, about 70 ms of one core for whoever guesses. */
import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { peopleErrors } from './errors.ts'

/** argon2id; the library's const enum is no value under type stripping. */
const algorithm = 2 as Algorithm
const cost = { algorithm, memoryCost: 64 << 10, timeCost: 3, parallelism: 1 }

/** One at a time: signing in is open to anybody who reaches the port, and each takes 64 MiB. */
const maxWaiting = 32
let turn: Promise<unknown> = Promise.resolve()
let waiting = 0
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting >= maxWaiting) throw peopleErrors.PEOPLE_BUSY({})
  waiting++
  const mine = turn.then(work)
  turn = mine.catch(() => {})
  return mine.finally(() => waiting--)
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, cost))

/** A hash that nothing matches: whoever asks for a name that does not exist waits as long as for one that does. */
let nobody: Promise<string> | undefined

export async function passwordFits(stored: string | undefined, password: string): Promise<boolean> {
  nobody ??= hash(crypto.randomUUID(), cost)
  const against = stored ?? (await nobody)
  return (await inTurn(() => verify(against, password))) && stored !== undefined
}
