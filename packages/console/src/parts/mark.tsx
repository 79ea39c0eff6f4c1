import type { ReactNode } from 'react'

export type Tone = 'good' | 'bad' | 'busy' | 'news' | 'plain'

/** A word that says how something stands. */
export const Mark = ({ tone = 'plain', children }: { tone?: Tone | undefined; children: ReactNode }) => (
  <span className={`mark ${tone}`}>{children}</span>
)
