/** So many pieces of work at once; the others wait for their turn. */
import { baseErrors } from '@secureflow/base'

export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** @throws ABORTED where the signal ends it before its turn, and what the work throws */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) {
      await new Promise<void>((resolve) => {
        const go = () => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        const leave = () => {
          const at = this.#waiting.indexOf(go)
          if (at < 0) return
          this.#waiting.splice(at, 1)
          // It leaves with a turn that it gives back at once.
          this.#free--
          resolve()
        }
        this.#waiting.push(go)
        signal.addEventListener('abort', leave, { once: true })
        if (signal.aborted) leave()
      })
    } else this.#free--
    try {
      if (signal.aborted) throw baseErrors.ABORTED({})
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
