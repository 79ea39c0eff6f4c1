/** Runs by the names of their declarations, each loaded when its task starts. For task processes only. */
import type { ComponentRun } from '@secureflow/flow'
import type { Session } from '@secureflow/protocols'

// biome-ignore lint/suspicious/noExplicitAny: a registry holds runs of every parameter type
export type LoadRun = () => Promise<ComponentRun<any, Session>>

export const runs: Readonly<Record<string, LoadRun>> = {
  'read-table': async () => (await import('./source/read-table/run.ts')).run,
  psi: async () => (await import('./align/psi/run.ts')).run,
  split: async () => (await import('./prepare/split/run.ts')).run,
  standardize: async () => (await import('./prepare/standardize/run.ts')).run,
  explore: async () => (await import('./explore/explore/run.ts')).run,
  'vertical-logistic-regression': async () => (await import('./train/vertical-logistic-regression/run.ts')).run,
  'local-logistic-regression': async () => (await import('./train/local-logistic-regression/run.ts')).run,
  predict: async () => (await import('./predict/predict/run.ts')).run,
  evaluate: async () => (await import('./evaluate/evaluate/run.ts')).run,
}
