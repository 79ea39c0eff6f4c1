/** Waiting for something to have changed, without asking again and again. */
export class Changes {
  readonly #waiting = new Set<() => void>()

  tell(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Resolves at the next change, when the time is over, or when `signal` is aborted: the caller looks again. */
  next(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(timeoutMs, 2 ** 31 - 1))
      signal?.addEventListener('abort', wake, { once: true })
      this.#waiting.add(wake)
    })
  }
}
