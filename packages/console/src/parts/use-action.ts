import { useState } from 'react'
import { heardOf } from '../queries.ts'

/** One thing that a person does: runs once at a time and keeps what went wrong. */
export function useAction<I extends unknown[]>(work: (...input: I) => Promise<unknown>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(undefined)
  const run = async (...input: I): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setError(undefined)
    try {
      await work(...input)
      return true
    } catch (thrown) {
      heardOf(thrown)
      setError(thrown)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error, forget: () => setError(undefined) }
}
