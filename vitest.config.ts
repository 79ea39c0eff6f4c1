import { defineConfig } from 'vitest/config'

/** Unit, vector, run, property, abort, leak and cost tests lie beside the code; end-to-end tests lie in tests/. */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tests/**/*.test.ts'],
    pool: 'forks',
    // One more than a small machine has processors: tests of whole nodes and of browsers wait much of their time.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
